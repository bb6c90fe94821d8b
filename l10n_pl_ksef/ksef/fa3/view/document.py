"""The whole of an invoice, in the order in which an accountant reads it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from ...texts import Term, _
from .. import form, model
from .attachment import attachment
from .items import lines, order
from .labels import TITLES
from .leaves import elements, fact, leaf
from .limits import shortened
from .parties import panels
from .parts import Fact, Form, Leaf, Part, View
from .statements import advances, correction, footer, notes, stated
from .sums import payment, totals
from .terms import terms

MOST_LINES = 1_000
"""What a person can page through; a browser and the maker of PDFs take long for more."""
MOST_CELLS = 20_000
"""The same for all tables of an attachment together."""


def view_of(
    invoice: model.Invoice,
    *,
    most_lines: int = MOST_LINES,
    most_cells: int = MOST_CELLS,
    form_name: str = form.SYSTEM_CODE,
) -> View:
    """Everything an invoice says, for a reader.

    ``form_name`` is what the document calls its form. Of tables with more lines than told, and of
    attachments with more cells, the rest is left out, and the view says so.
    """
    parts: Iterator[Part] = chain(
        panels(invoice),
        correction(invoice),
        lines(invoice),
        order(invoice),
        totals(invoice),
        payment(invoice),
        advances(invoice),
        stated(invoice),
        notes(invoice),
        terms(invoice),
        footer(invoice),
    )
    return View(
        title=TITLES[invoice.kind],
        number=Leaf(invoice.number),
        head=tuple(_head(invoice)),
        parts=(*shortened(parts, most_lines), *attachment(invoice, most_cells)),
        small_print=tuple(_small_print(invoice, form_name)),
    )


def _head(invoice: model.Invoice) -> Iterator[Fact]:
    for name in ("issue_date", "issue_place", "sale_date"):
        found = fact(invoice, name, invoice.currency)
        if found:
            yield found
    if invoice.period:
        start = Leaf(invoice.period.start, Form.DAY)
        yield Fact(_("Period"), Leaf(invoice.period.end, Form.DAY), (start, Leaf("\N{EN DASH}")))
    yield Fact(_("Currency"), Leaf(invoice.currency))
    warehouse = elements(model.Invoice)["warehouse_documents"]
    for number in invoice.warehouse_documents:
        yield Fact(Term(warehouse.label), leaf(warehouse, number, ""))


def _small_print(invoice: model.Invoice, form_name: str) -> Iterator[Fact]:
    yield Fact(_("Form"), Leaf(form_name))
    yield Fact(_("Kind"), Leaf(invoice.kind, Form.SHORT_CODE))
    yield Fact(_("Generated"), Leaf(invoice.generated_at, Form.MOMENT))
    if invoice.system is not None:
        yield Fact(_("By the program"), Leaf(invoice.system))
