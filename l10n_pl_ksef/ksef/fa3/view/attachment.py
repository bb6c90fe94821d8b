"""The attachment: blocks of named values, paragraphs and tables."""

from __future__ import annotations

from collections.abc import Iterator

from ...texts import _
from .. import model
from ..codes import ColumnType
from .limits import Allowance, left_out
from .parts import (
    Cell,
    Fact,
    Facts,
    Heading,
    Label,
    Leaf,
    Line,
    Paragraph,
    Part,
    Section,
    Table,
)

WIDEST = 10
"""A table with more columns is shown in several parts of so many, each with the first column."""

_NUMERIC = (ColumnType.DECIMAL, ColumnType.INTEGER)


def attachment(invoice: model.Invoice, most: int) -> Iterator[Part]:
    """The section of the attachment, with at most so many cells, values and paragraphs."""
    if invoice.attachment is None:
        return
    allowance, blocks, shown = Allowance(most), invoice.attachment.blocks, 0
    parts: list[Part] = []
    for block in blocks:
        if not allowance.left:
            break
        parts.append(_block(block, allowance))
        shown += 1
    yield Section(_("Attachment"), (*parts, *left_out(len(blocks), shown)))


def _block(block: model.Block, allowance: Allowance) -> Section:
    parts: list[Part] = [*_info(block.info, allowance)]
    paragraphs = block.paragraphs[: allowance.take(len(block.paragraphs))]
    parts.extend(Paragraph(Leaf(text)) for text in paragraphs)
    parts.extend(left_out(len(block.paragraphs), len(paragraphs)))
    tables = block.tables[: allowance.take(len(block.tables))]
    for table in tables:
        parts.extend(_table(table, allowance))
    parts.extend(left_out(len(block.tables), len(tables)))
    title: Label | None = Leaf(block.title) if block.title is not None else None
    return Section(title, tuple(parts), level=2)


def _info(
    info: tuple[model.BlockInfo, ...] | tuple[model.TableInfo, ...], allowance: Allowance
) -> Iterator[Part]:
    shown = info[: allowance.take(len(info))]
    if shown:
        yield Facts(tuple(Fact(Leaf(one.key), Leaf(one.value)) for one in shown))
    yield from left_out(len(info), len(shown))


def _table(table: model.Table, allowance: Allowance) -> Iterator[Part]:
    if table.description is not None:
        yield Paragraph(Leaf(table.description))
    yield from _info(table.info, allowance)
    fitting = allowance.take(len(table.rows), len(table.columns))
    for columns in _slices(len(table.columns)):
        yield _slice(table, columns, fitting)
    yield from left_out(len(table.rows), fitting)


def _slices(width: int) -> Iterator[tuple[int, ...]]:
    """The numbers of the columns of each part: all, or the first one with some others."""
    if width <= WIDEST:
        yield tuple(range(width))
        return
    for start in range(1, width, WIDEST - 1):
        yield (0, *range(start, min(start + WIDEST - 1, width)))


def _slice(table: model.Table, columns: tuple[int, ...], fitting: int) -> Table:
    width = len(table.columns)
    lines = [_row(row.cells, columns, width) for row in table.rows[:fitting]]
    if table.summary:
        lines.append(_row(table.summary.cells, columns, width, "total"))
    return Table(tuple(_heading(table.columns[column]) for column in columns), tuple(lines))


def _heading(column: model.Column) -> Heading:
    return Heading(Leaf(column.title), numeric=column.type in _NUMERIC)


def _row(cells: tuple[str, ...], columns: tuple[int, ...], width: int, style: str = "") -> Line:
    """What a row has in some of ``width`` columns; a single cell is a title over all of them."""
    if len(cells) == 1 < len(columns) == width:
        return Line((Cell(Leaf(cells[0])),), style or "title")
    texts = [cells[column] if column < len(cells) else "" for column in columns]
    if width - 1 in columns:
        texts += cells[width:]  # more cells than columns: nothing is lost
    return Line(tuple(Cell(Leaf(text)) for text in texts), style)
