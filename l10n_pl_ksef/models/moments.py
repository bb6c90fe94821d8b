"""Moments as the protocol layer knows them, aware and in UTC, and as Odoo stores them."""

from datetime import datetime, timezone


def utc_now():
    """The clock handed to the protocol layer: aware UTC."""
    return datetime.now(timezone.utc)


def naive_utc(moment):
    """An aware datetime as Odoo stores it; what is no moment (None) stays as it is."""
    return moment and moment.astimezone(timezone.utc).replace(tzinfo=None)
