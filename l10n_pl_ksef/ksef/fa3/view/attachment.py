"""The attachment: blocks of named values, paragraphs and tables."""

from __future__ import annotations

from collections.abc import Iterator

from ...texts import _
from .. import model
from ..codes import ColumnType
from .parts import (
    Cell,
    Fact,
    Facts,
    Heading,
    Label,
    Leaf,
    Line,
    Notice,
    Paragraph,
    Part,
    Section,
    Table,
)

WIDEST = 10
"""A table with more columns is shown in several parts of so many, each with the first column."""

_NUMERIC = (ColumnType.DECIMAL, ColumnType.INTEGER)


class _Allowance:
    """How many cells may still be shown."""

    def __init__(self, cells: int) -> None:
        self.cells = cells

    def rows(self, table: model.Table) -> int:
        """How many rows of ``table`` still fit; they are taken off."""
        fitting = min(len(table.rows), self.cells // len(table.columns or (None,)))
        self.cells -= fitting * len(table.columns)
        return fitting


def attachment(invoice: model.Invoice, most_cells: int) -> Iterator[Part]:
    """The section of the attachment, with at most so many cells in all its tables together."""
    if invoice.attachment is None:
        return
    allowance = _Allowance(most_cells)
    blocks = tuple(part for block in invoice.attachment.blocks for part in _block(block, allowance))
    yield Section(_("Attachment"), blocks)


def _block(block: model.Block, allowance: _Allowance) -> Iterator[Part]:
    parts: list[Part] = []
    if block.info:
        parts.append(Facts(tuple(Fact(Leaf(one.key), Leaf(one.value)) for one in block.info)))
    parts.extend(Paragraph(Leaf(text)) for text in block.paragraphs)
    for table in block.tables:
        parts.extend(_table(table, allowance))
    title: Label | None = Leaf(block.title) if block.title is not None else None
    yield Section(title, tuple(parts), level=2)


def _table(table: model.Table, allowance: _Allowance) -> Iterator[Part]:
    if table.description is not None:
        yield Paragraph(Leaf(table.description))
    if table.info:
        yield Facts(tuple(Fact(Leaf(one.key), Leaf(one.value)) for one in table.info))
    fitting = allowance.rows(table)
    for columns in _slices(len(table.columns)):
        yield _slice(table, columns, fitting)
    if fitting < len(table.rows):
        yield Notice.saying(
            _(
                "This table has %(count)s rows; the first %(shown)s of them are shown here. All of"
                " them are in the document's XML file."
            ),
            count=len(table.rows),
            shown=fitting,
        )


def _slices(width: int) -> Iterator[tuple[int, ...]]:
    """The numbers of the columns of each part: all, or the first one with some others."""
    if width <= WIDEST:
        yield tuple(range(width))
        return
    for start in range(1, width, WIDEST - 1):
        yield (0, *range(start, min(start + WIDEST - 1, width)))


def _slice(table: model.Table, columns: tuple[int, ...], fitting: int) -> Table:
    whole = len(columns) == len(table.columns)
    lines = [_row(row.cells, columns, whole) for row in table.rows[:fitting]]
    if table.summary:
        lines.append(_row(table.summary.cells, columns, whole, "total"))
    return Table(tuple(_heading(table.columns[column]) for column in columns), tuple(lines))


def _heading(column: model.Column) -> Heading:
    return Heading(Leaf(column.title), numeric=column.type in _NUMERIC)


def _row(cells: tuple[str, ...], columns: tuple[int, ...], whole: bool, style: str = "") -> Line:
    """A row; one that has a single cell is a title over the whole width."""
    if whole and len(cells) == 1 < len(columns):
        return Line((Cell(Leaf(cells[0])),), style or "title")
    texts = [cells[column] if column < len(cells) else "" for column in columns]
    if whole:
        texts += cells[len(columns) :]  # more cells than columns: nothing is lost
    return Line(tuple(Cell(Leaf(text)) for text in texts), style)
