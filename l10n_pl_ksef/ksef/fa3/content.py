"""What an invoice says, apart from how its file says it.

A technical correction repairs the file of an invoice and leaves its content alone (ksef-docs
``offline/korekta-techniczna.md``). What may have been refused for its form only, such as the text
of an address or of a line, is no content here.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from ..texts import Term, _
from .model import Identity, Invoice, Line

_Reading = Callable[[Invoice], object]


def content_changes(before: Invoice, after: Invoice) -> tuple[Term, ...]:
    """Name, as terms to translate, what ``after`` says otherwise than ``before``; () for nothing.

    ``_("the number")`` stands first where it is among them.
    """
    return tuple(name for name, read in _CONTENT if read(before) != read(after))


def _who(identity: Identity) -> object:
    """A party by its number; by its name where it has none."""
    numbers = (
        identity.nip,
        identity.internal_id,
        identity.eu_country,
        identity.eu_vat_number,
        identity.id_country,
        identity.other_id,
    )
    return numbers if any(numbers) else identity.name


def _what(line: Line) -> tuple[object, ...]:
    return (
        line.quantity or Decimal(1),
        line.net_price,
        line.gross_price,
        line.net_amount,
        line.gross_amount,
        line.rate,
        line.oss_rate,
        line.before,
    )


NUMBER = _("the number")

_CONTENT: tuple[tuple[Term, _Reading], ...] = (
    (NUMBER, lambda invoice: invoice.number),
    (_("the date"), lambda invoice: (invoice.issue_date, invoice.sale_date, invoice.period)),
    (_("the seller"), lambda invoice: invoice.seller.identity.nip),
    (_("the buyer"), lambda invoice: _who(invoice.buyer.identity)),
    (_("the kind of invoice"), lambda invoice: invoice.kind),
    (_("what it corrects"), lambda invoice: invoice.correction and invoice.correction.corrected),
    (_("the lines"), lambda invoice: tuple(_what(line) for line in invoice.lines)),
    (_("the order"), lambda invoice: invoice.order),
    (_("the amounts"), lambda invoice: (invoice.currency, invoice.totals, invoice.total)),
)
