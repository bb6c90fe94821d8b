"""What is sold: the lines of the invoice, and of the order an advance was paid for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ...texts import Term, _
from .. import model
from ..codes import GoodsCode, Procedure, RateCode
from .labels import meaning
from .leaves import elements, facts, leaf
from .parts import (
    Amounts,
    Cell,
    Fact,
    Facts,
    Form,
    Heading,
    Leaf,
    Line,
    Part,
    Section,
    Table,
)

_COLUMNS: tuple[tuple[tuple[str, ...], Term, float, bool], ...] = (
    (("number",), _("No."), 0.6, False),
    (("name",), _("Goods or services"), 4.0, False),
    (("quantity",), _("Quantity"), 1.1, True),
    (("unit",), _("Unit"), 0.8, False),
    (("net_price",), _("Net unit price"), 1.5, True),
    (("gross_price",), _("Gross unit price"), 1.5, True),
    (("discount",), _("Discount"), 1.2, True),
    (("net_amount",), _("Net value"), 1.6, True),
    (("rate", "oss_rate"), _("Rate"), 0.95, True),
    (("vat_amount",), _("VAT amount"), 1.5, True),
    (("gross_amount",), _("Gross value"), 1.6, True),
)
"""The fields of a column (the first with a value is shown), its title, width and alignment."""

_ALWAYS = ("number", "name")
_AMOUNTS_WITHOUT_CURRENCY = (Form.AMOUNT, Form.PRICE)
_MARKED = ("before",)


def lines(invoice: model.Invoice) -> Iterator[Part]:
    """The section of the invoice's lines."""
    if invoice.lines:
        yield Section(_("Lines"), tuple(_table(invoice.lines, invoice.currency)))


def order(invoice: model.Invoice) -> Iterator[Part]:
    """The section of the order that an advance was paid for."""
    if invoice.order is None:
        return
    total = Leaf(invoice.order.total, Form.AMOUNT, invoice.currency)
    yield Section(
        _("Order or contract"),
        (
            *_table(invoice.order.lines, invoice.currency),
            Amounts((Fact(_("Value of the order with VAT"), total),)),
        ),
    )


def _table(items: tuple[Any, ...], currency: str) -> Iterator[Part]:
    known = elements(type(items[0])) if items else {}
    columns = [
        (tuple(name for name in names if name in known), title, width, numeric)
        for names, title, width, numeric in _COLUMNS
        if any(_has(item, names) for item in items) or names[0] in _ALWAYS
    ]
    headings = tuple(Heading(title, width, numeric) for _n, title, width, numeric in columns)
    corrected = {item.number for item in items if item.before}
    rows = tuple(_row(item, columns, currency, item.number in corrected) for item in items)
    yield Table(headings, rows)
    yield from _legend(items)


def _has(item: Any, names: Iterable[str]) -> bool:
    return any(getattr(item, name, None) is not None for name in names)


def _row(item: Any, columns: list[Any], currency: str, corrected: bool) -> Line:
    known = elements(type(item))
    in_cells = set(_MARKED)
    cells = []
    for names, *_rest in columns:
        name = next((name for name in names if getattr(item, name) is not None), None)
        if name is None:
            cells.append(Cell())
            continue
        in_cells.add(name)
        shown = leaf(known[name], getattr(item, name), currency)
        if shown.form in _AMOUNTS_WITHOUT_CURRENCY:
            shown = Leaf(shown.value, shown.form)
        cells.append(Cell(shown))
    details = _details(item, currency, in_cells)
    mark = _mark(item, corrected)
    cells[1] = Cell(cells[1].leaf, mark, details)
    return Line(tuple(cells), "before" if item.before else "")


def _details(item: Any, currency: str, shown: set[str]) -> tuple[Fact, ...]:
    """What has no column, the technical identifier last."""
    found = facts(item, currency, without=shown)
    return tuple(sorted(found, key=lambda one: one.name == "uuid"))


def _mark(item: Any, corrected: bool) -> Term | None:
    if item.before:
        return _("Before the correction")
    return _("After the correction") if corrected else None


def _legend(items: tuple[Any, ...]) -> Iterator[Part]:
    """What the codes in the table mean, each once."""
    codes = {
        (type(code), code.value): code
        for item in items
        for code in (item.rate, item.gtu, item.procedure)
        if code is not None and meaning(code)
    }
    kinds: list[type] = [RateCode, GoodsCode, Procedure]
    found = tuple(
        Fact(Leaf(codes[key], Form.SHORT_CODE), Leaf(meaning(codes[key])))
        for key in sorted(codes, key=lambda key: (kinds.index(key[0]), key[1]))
    )
    if found:
        yield Facts(found, aside=True)
