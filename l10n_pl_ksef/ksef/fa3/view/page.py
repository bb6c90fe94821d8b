"""What stands around a document that is looked at: our words, and what is known without it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from ...texts import Term, _
from .parts import Fact, Form, Leaf

WORDS: Mapping[str, Term] = {
    "title": _("Visualisation of %(number)s"),
    "ksef_number": _("KSeF number"),
    "no_number": _("none yet"),
    "pdf": _("PDF"),
    "verification": _("Verification in KSeF"),
    "invoice_code": _(
        "Scan the code or open the link to check that this very document is in KSeF."
    ),
    "certificate_code": _("This code proves who issued the invoice offline."),
    "disclaimer": _(
        "This is a picture of an electronic invoice for people to read. The invoice itself is its"
        " XML document."
    ),
}


def known_facts(
    *,
    form: str = "",
    kind: str = "",
    issue_date: date | None = None,
    received_on: date | None = None,
    seller_name: str = "",
    seller_nip: str = "",
    buyer_name: str = "",
    gross: Decimal | None = None,
    currency: str = "",
) -> tuple[Fact, ...]:
    """What KSeF tells of a document beside the document itself; nothing where it is unknown."""
    found = (
        (_("Form"), form, Form.TEXT),
        (_("Kind"), kind, Form.TEXT),
        (_("Issue date"), issue_date, Form.DAY),
        (_("Received on"), received_on, Form.DAY),
        (_("Seller"), seller_name, Form.TEXT),
        (_("Seller's NIP"), seller_nip, Form.TEXT),
        (_("Buyer"), buyer_name, Form.TEXT),
    )
    facts = [Fact(label, Leaf(value, how)) for label, value, how in found if value]
    if gross is not None:
        facts.append(Fact(_("Gross value"), Leaf(gross, Form.AMOUNT, currency)))
    return tuple(facts)
