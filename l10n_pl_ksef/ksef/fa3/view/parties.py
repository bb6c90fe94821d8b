"""Who appears on the invoice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ...texts import Term, _
from .. import model
from .leaves import elements, fact, facts, leaf
from .parts import Fact, Facts, Form, Label, Leaf, Panel, Panels, Part


def panels(invoice: model.Invoice) -> tuple[Panels, ...]:
    """Seller and buyer, and below them everybody else."""
    others = [
        *(_third_party(party) for party in invoice.third_parties),
        *_authorised(invoice.authorised_party),
    ]
    first = Panels((_panel(_("Seller"), invoice.seller), _buyer(invoice.buyer)))
    return (first, Panels(tuple(others))) if others else (first,)


def before_correction(correction: model.Correction) -> tuple[Panels, ...]:
    """The parties as they stood on the corrected invoice."""
    found = []
    if correction.seller_before:
        found.append(_panel(_("Seller before the correction"), correction.seller_before))
    for buyer in correction.buyers_before:
        found.append(_panel(_("Buyer before the correction"), buyer))
    return (Panels(tuple(found)),) if found else ()


def carrier(party: model.Carrier) -> Panel:
    """Who transports the goods."""
    return _panel(_("Carrier"), party)


def place(label: Label, address: model.Address) -> Panel:
    """An address as a panel of its own."""
    return Panel(title=label, lines=_lines(address), parts=_inside(_location(address)))


def _buyer(buyer: model.Buyer) -> Panel:
    marks = ("local_government_unit", "vat_group_member")
    yes = [fact(buyer, name, "") for name in marks if getattr(buyer, name)]
    no = [fact(buyer, name, "") for name in marks if not getattr(buyer, name)]
    return _panel(_("Buyer"), buyer, without=marks, also=_given(yes), aside=_given(no))


def _third_party(party: model.ThirdParty) -> Panel:
    role = (
        Leaf(party.role, Form.CODE)
        if party.role
        else Leaf(party.other_role)
        if party.other_role
        else None
    )
    other = ("other_role",) if party.role and party.other_role else ()
    without = tuple(name for name in ("role", "other_role") if name not in other)
    return _panel(_("Third party"), party, subtitle=role, without=without)


def _authorised(party: model.AuthorisedParty | None) -> Iterator[Panel]:
    if party:
        role = Leaf(party.role, Form.CODE)
        yield _panel(_("Authorised party"), party, subtitle=role, without=("role",))


def _panel(
    title: Term,
    party: Any,
    *,
    subtitle: Leaf | None = None,
    without: tuple[str, ...] = (),
    also: tuple[Fact, ...] = (),
    aside: tuple[Fact, ...] = (),
) -> Panel:
    """The panel of any class that has an identity and perhaps an address."""
    identity = party.identity
    address = party.address
    about = (
        *_numbers(identity, getattr(party, "vat_prefix", None)),
        *(_location(address) if address else ()),
        *_contacts(getattr(party, "contacts", ())),
        *facts(party, "", without=("vat_prefix", *without)),
        *also,
    )
    mailing = getattr(party, "mailing_address", None)
    parts: list[Part] = [Facts(about)] if about else []
    if mailing:
        parts.append(place(_("Mailing address"), mailing))
    if aside:
        parts.append(Facts(aside, aside=True))
    return Panel(
        title=title,
        subtitle=subtitle,
        name=Leaf(identity.name) if identity.name is not None else None,
        lines=_lines(address) if address else (),
        parts=tuple(parts),
    )


_NUMBERS = ("nip", "internal_id", "eu_vat_number", "other_id")


def _numbers(identity: Any, vat_prefix: str | None) -> Iterator[Fact]:
    """The numbers of a party, each with the prefix or country it belongs to before it."""
    prefixes = {
        "nip": vat_prefix,
        "eu_vat_number": getattr(identity, "eu_country", None),
        "other_id": getattr(identity, "id_country", None),
    }
    others = [name for name in elements(type(identity)) if name not in _NUMBERS]
    for found in facts(identity, "", without=others):
        prefix = prefixes.pop(found.name, None)
        yield found if prefix is None else replace(found, before=(Leaf(prefix),))
    for name, prefix in prefixes.items():
        if prefix is not None:  # a prefix without a number
            yield Fact(_LONELY_PREFIXES[name], Leaf(prefix))


_LONELY_PREFIXES = {
    "nip": _("Seller's EU VAT prefix"),
    "eu_vat_number": _("EU VAT prefix"),
    "other_id": _("Country of the tax number"),
}


def _lines(address: model.Address) -> tuple[Leaf, ...]:
    known = elements(model.Address)
    names = ("line1", "line2", "country")
    return tuple(
        leaf(known[name], getattr(address, name), "")
        for name in names
        if getattr(address, name) is not None
    )


def _location(address: model.Address) -> tuple[Fact, ...]:
    return _given([fact(address, "gln", "")])


def _contacts(contacts: tuple[Any, ...]) -> Iterator[Fact]:
    for contact in contacts:
        yield from facts(contact, "")


def _inside(about: tuple[Fact, ...]) -> tuple[Part, ...]:
    return (Facts(about),) if about else ()


def _given(found: list[Fact | None]) -> tuple[Fact, ...]:
    return tuple(one for one in found if one is not None)
