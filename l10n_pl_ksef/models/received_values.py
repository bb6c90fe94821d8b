"""From what KSeF tells of a document to the columns that show it."""

from datetime import timezone
from decimal import Decimal

from ..ksef.calendar import warsaw_day
from ..ksef.numbers import KsefNumber


def values_of(meta):
    """What the lists show, from the metadata."""
    try:
        received_on = KsefNumber.parse(meta.ksef_number).day
    except ValueError:
        received_on = meta.acquisition_date and warsaw_day(meta.acquisition_date)
    return {
        "ksef_number": meta.ksef_number,
        "form": meta.form.system_code if meta.form else False,
        "kind": meta.kind or False,
        "mode": meta.mode or False,
        "invoice_number": meta.invoice_number or False,
        "issue_date": meta.issue_date or False,
        "received_on": received_on or False,
        "acquired_at": _naive(meta.acquisition_date),
        "stored_at": _naive(meta.permanent_storage_date),
        "seller_nip": meta.seller_nip or False,
        "seller_name": meta.seller_name or False,
        "buyer_name": meta.buyer.name or False,
        "currency_code": meta.currency or False,
        "net": _float(meta.net),
        "vat": _float(meta.vat),
        "gross": _float(meta.gross),
        "self_billing": bool(meta.self_invoicing),
        "has_attachment": bool(meta.has_attachment),
        "metadata": _as_json(meta),
    }


def role_in(company, meta):
    """What ``company`` is in the document; the buyer where nothing says it."""
    nip = company._l10n_pl_ksef_nip() or ""
    internal = company.l10n_pl_ksef_context_value or ""
    if meta.buyer.is_nip(nip):
        return "subject2"
    if meta.seller_nip == nip:
        return "subject1"
    if any(party.is_nip(nip) or party.value == internal != "" for party in meta.third_parties):
        return "subject3"
    if meta.authorised and meta.authorised.is_nip(nip):
        return "authorised"
    return "subject2"


def _naive(moment):
    return moment and moment.astimezone(timezone.utc).replace(tzinfo=None) or False


def _float(amount):
    """Money is Decimal up to the database column, which is what Odoo wants a float for."""
    return float(str(amount)) if isinstance(amount, Decimal) else False


def _as_json(meta):
    """The parties, for the form; what has a column of its own is not repeated."""
    return {
        "seller_nip": meta.seller_nip,
        "hash": meta.invoice_hash,
        "stored": meta.permanent_storage_text,
        "form": [meta.form.system_code, meta.form.schema_version, meta.form.value]
        if meta.form
        else None,
        "buyer": _party_as_json(meta.buyer),
        "third_parties": [_party_as_json(party) for party in meta.third_parties],
        "authorised": meta.authorised and _party_as_json(meta.authorised),
    }


def _party_as_json(party):
    return {"type": party.type, "value": party.value, "name": party.name, "role": party.role}
