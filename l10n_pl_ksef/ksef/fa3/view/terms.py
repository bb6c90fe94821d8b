"""Contracts, orders, delivery and transport."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...texts import Term, _
from .. import model
from .leaves import facts
from .parties import carrier, place
from .parts import Cell, Facts, Form, Heading, Leaf, Line, Panels, Part, Section, Table


def terms(invoice: model.Invoice) -> Iterator[Part]:
    """The section of the terms, and one for each transport."""
    agreed = invoice.terms
    if agreed is None:
        return
    parts: list[Part] = []
    papers = tuple(_papers(agreed))
    if papers:
        headings = (
            Heading(_("Document"), 1.0),
            Heading(_("Number"), 2.0),
            Heading(_("Date"), 1.0),
        )
        parts.append(Table(headings, papers))
    about = facts(agreed, invoice.currency)
    if about:
        parts.append(Facts(about))
    parts.extend(_transport(one, invoice.currency) for one in agreed.transports)
    if parts:
        yield Section(_("Terms of the transaction"), tuple(parts))


def _papers(agreed: model.Terms) -> Iterator[Line]:
    for contract in agreed.contracts:
        yield _paper(_("Contract"), contract.number, contract.signed_on)
    for order in agreed.orders:
        yield _paper(_("Order"), order.number, order.ordered_on)


def _paper(kind: Term, number: str | None, day: Any) -> Line:
    return Line(
        (
            Cell(Leaf(kind)),
            Cell(None if number is None else Leaf(number)),
            Cell(None if day is None else Leaf(day, Form.DAY)),
        )
    )


def _transport(transport: model.Transport, currency: str) -> Section:
    parts: list[Part] = []
    about = facts(transport, currency)
    if about:
        parts.append(Facts(about))
    panels = [carrier(transport.carrier)] if transport.carrier else []
    if transport.ship_from:
        panels.append(place(_("Shipped from"), transport.ship_from))
    panels.extend(place(_("Shipped via"), address) for address in transport.ship_via)
    if transport.ship_to:
        panels.append(place(_("Shipped to"), transport.ship_to))
    if panels:
        parts.append(Panels(tuple(panels)))
    return Section(_("Transport"), tuple(parts), level=2)
