"""What follows the invoice proper: Stopka (footer) and Zalacznik (attachment)."""

from __future__ import annotations

from dataclasses import dataclass

from ..texts import _
from . import fields as xml
from .codes import ColumnType


@dataclass(frozen=True, slots=True, kw_only=True)
class FooterNote:
    """Informacje."""

    text: str | None = xml.text("StopkaFaktury", _("Footer"), default=None)
    """At most 3500 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Rejestry: the seller's numbers in other registers."""

    full_name: str | None = xml.text("PelnaNazwa", _("Full name"), default=None)
    krs: str | None = xml.text("KRS", _("KRS"), default=None)
    regon: str | None = xml.text("REGON", _("REGON"), default=None)
    bdo: str | None = xml.text("BDO", _("BDO"), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Footer:
    """Stopka."""

    notes: tuple[FooterNote, ...] = xml.group(
        "Informacje", _("Footer note"), FooterNote, many=True, default=()
    )
    registers: tuple[Register, ...] = xml.group(
        "Rejestry", _("Register"), Register, many=True, default=()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockInfo:
    """MetaDane: a named value that describes a block."""

    key: str = xml.text("ZKlucz", _("Key"))
    value: str = xml.text("ZWartosc", _("Value"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TableInfo:
    """TMetaDane: a named value that describes a table."""

    key: str = xml.text("TKlucz", _("Key"))
    value: str = xml.text("TWartosc", _("Value"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Kol. The title may be an empty string."""

    type: ColumnType = xml.attribute("Typ", _("Type of the column"), ColumnType)
    title: str = xml.text("NKom", _("Title of the column"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Wiersz. Cells may be empty strings; a row may have fewer cells than there are columns."""

    cells: tuple[str, ...] = xml.text("WKom", _("Cell"), many=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRow:
    """Suma."""

    cells: tuple[str, ...] = xml.text("SKom", _("Cell"), many=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Tabela."""

    info: tuple[TableInfo, ...] = xml.group(
        "TMetaDane", _("Table data"), TableInfo, many=True, default=()
    )
    description: str | None = xml.text("Opis", _("Description"), default=None)
    columns: tuple[Column, ...] = xml.group("TNaglowek/Kol", _("Column"), Column, many=True)
    rows: tuple[Row, ...] = xml.group("Wiersz", _("Row"), Row, many=True)
    summary: SummaryRow | None = xml.group("Suma", _("Summary row"), SummaryRow, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """BlokDanych."""

    title: str | None = xml.text("ZNaglowek", _("Title of the block"), default=None)
    info: tuple[BlockInfo, ...] = xml.group("MetaDane", _("Block data"), BlockInfo, many=True)
    paragraphs: tuple[str, ...] = xml.text("Tekst/Akapit", _("Paragraph"), many=True, default=())
    tables: tuple[Table, ...] = xml.group("Tabela", _("Table"), Table, many=True, default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """Zalacznik. Sent in batch sessions only, and with the tax office's consent."""

    blocks: tuple[Block, ...] = xml.group("BlokDanych", _("Block"), Block, many=True)
