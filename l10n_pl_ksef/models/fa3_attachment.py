"""The structured attachment: Zalacznik, from blocks with tables that were pasted as text."""

import re

from ..ksef import fa3
from ..ksef.texts import _
from .fa3_texts import one_line

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+|-?(0|[1-9][0-9]*)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?")
NOTHING = frozenset({"", "-", "–"})
"""Cells that say that there is nothing to say, whatever the column holds."""
TYPES = (
    (_INTEGER, fa3.ColumnType.INTEGER),
    (_DECIMAL, fa3.ColumnType.DECIMAL),
    (_DATE, fa3.ColumnType.DATE),
    (_TIME, fa3.ColumnType.TIME),
)


def attachment(source):
    """Give Zalacznik, or None where the invoice has none."""
    blocks = source.move.l10n_pl_ksef_fa3_block_ids
    if not blocks:
        return None
    if source.move.company_id._l10n_pl_ksef_known_consent() != "yes":
        source.problems.warning(
            "attachment.consent",
            "Zalacznik",
            _(
                "%(invoice)s has an attachment. KSeF takes it only from companies that announced "
                "attachments to the tax office."
            ),
            invoice=source.move,
        )
    return fa3.Attachment(blocks=tuple(_block(source, block) for block in blocks))


def _block(source, block):
    return fa3.Block(
        title=one_line(block.title) or None,
        info=tuple(fa3.BlockInfo(key=key, value=value) for key, value in _facts(source, block)),
        paragraphs=tuple(filter(None, map(one_line, (block.paragraphs or "").splitlines()))),
        tables=tuple(_table(source, table) for table in block.table_ids),
    )


def _facts(source, record):
    """Give name and value of each line of a text like ``name: value``."""
    for line in (record.info or "").splitlines():
        if not line.strip():
            continue
        key, colon, value = line.partition(":")
        if not colon or not key.strip() or not value.strip():
            source.problems.error(
                "attachment.data",
                "Zalacznik/BlokDanych/MetaDane",
                _(
                    "“%(line)s” in the attachment of %(invoice)s needs a name, a colon and a "
                    "value. Correct the Data on the page KSeF Details."
                ),
                line=line,
                invoice=source.move,
            )
            continue
        yield one_line(key), one_line(value)


def _table(source, table):
    titles, *rows = [_cells(line) for line in (table.content or "").splitlines() if line.strip()]
    if any(len(row) > len(titles) for row in rows):
        source.problems.error(
            "attachment.cells",
            "Zalacznik/BlokDanych/Tabela/Wiersz",
            _(
                "The table “%(table)s” in the attachment of %(invoice)s has rows with more cells "
                "than there are titles of columns. Correct its Cells on the page KSeF Details."
            ),
            table=table.description or "",
            invoice=source.move,
        )
    summary = (table.summary or "").strip("\n")
    return fa3.Table(
        info=tuple(fa3.TableInfo(key=key, value=value) for key, value in _facts(source, table)),
        description=one_line(table.description) or None,
        columns=tuple(
            fa3.Column(type=_type(row[place] for row in rows if len(row) > place), title=title)
            for place, title in enumerate(titles)
        ),
        rows=tuple(fa3.Row(cells=row) for row in rows),
        summary=fa3.SummaryRow(cells=_cells(summary)) if summary.strip() else None,
    )


def _cells(line):
    sign = "\t" if "\t" in line else "|"
    cells = line.split(sign)
    # A row of only a heading ends with its last cell that says something.
    while len(cells) > 1 and not any(cell.strip() for cell in cells[1:]):
        cells.pop()
    return tuple(one_line(cell) for cell in cells)


def _type(cells):
    """The type of a column that all its cells fit; text where they differ or say nothing.

    A number with a zero in front is no number but a code.
    """
    telling = [cell for cell in cells if cell not in NOTHING]
    if telling:
        for pattern, kind in TYPES:
            if all(pattern.fullmatch(cell) for cell in telling):
                return kind
    return fa3.ColumnType.TEXT
