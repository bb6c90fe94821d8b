"""What a document looks like to a reader: a tree of plain parts, without any markup.

Whoever shows it goes through ``parts`` by their ``kind`` and has `Wording.say` put every `Leaf` and
every label into words. Nothing here is HTML, and no text of a document is ever taken for it.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from decimal import Decimal
from typing import Any, ClassVar

from ...texts import Term


class Form(enum.Enum):
    """How a value is put into words."""

    TEXT = "text"
    """As it stands; a `Term` is translated."""
    AMOUNT = "amount"
    """With two decimals and the currency of the leaf."""
    PRICE = "price"
    """The same, with more decimals where there are more."""
    NUMBER = "number"
    PERCENT = "percent"
    INTEGER = "integer"
    DAY = "day"
    MOMENT = "moment"
    YES_NO = "yes or no"
    CODE = "code"
    """What the official code means."""
    SHORT_CODE = "short code"
    """The code itself, such as GTU_10; a rate in percent with its sign."""
    COUNTRY = "country"
    ACCOUNT = "account"
    """The number of a bank account, in groups."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value of the document, or one that follows from it."""

    value: Any
    form: Form = Form.TEXT
    unit: str = ""
    """The currency of an amount."""


Label = Term | Leaf
"""Our own word for something, or the document's."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A value with what it is."""

    label: Label
    leaf: Leaf
    before: tuple[Leaf, ...] = ()
    """What goes right before it, such as the prefix of a VAT number."""
    name: str = ""
    """The field of the model it comes from."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts one under another; ``aside`` for those that matter little, one after another."""

    kind: ClassVar[str] = "facts"
    facts: tuple[Fact, ...]
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; ``aside`` in small print."""

    kind: ClassVar[str] = "paragraph"
    leaf: Leaf
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Text to be shown as it stands, line by line."""

    kind: ClassVar[str] = "source"
    leaf: Leaf


@dataclass(frozen=True, slots=True)
class Notice:
    """A remark of ours on what is shown, in our words."""

    kind: ClassVar[str] = "notice"
    template: Term
    values: tuple[tuple[str, Leaf], ...] = ()

    @classmethod
    def saying(cls, template: Term, **numbers: int) -> Notice:
        """A notice with numbers in it."""
        leaves = ((name, Leaf(Decimal(number), Form.NUMBER)) for name, number in numbers.items())
        return cls(template, tuple(leaves))


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of one column."""

    label: Label
    width: float = 1.0
    """In relation to the other columns."""
    numeric: bool = False
    """Whether the column is aligned to the right."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The value of a line in a column, a mark before it and smaller facts below it."""

    leaf: Leaf | None = None
    mark: Term | None = None
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A row. ``style`` is empty, or one of ``before``, ``total``, ``title``.

    With fewer cells than there are columns the last one takes the width of those left out.
    """

    cells: tuple[Cell, ...]
    style: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose headings are repeated on each page."""

    kind: ClassVar[str] = "table"
    headings: tuple[Heading, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """A box with a title, such as a party: its name, its address, and facts."""

    kind: ClassVar[str] = "panel"
    title: Label
    subtitle: Leaf | None = None
    name: Leaf | None = None
    lines: tuple[Leaf, ...] = ()
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Panels:
    """Panels side by side, two in a row."""

    kind: ClassVar[str] = "panels"
    panels: tuple[Panel, ...]

    @property
    def rows(self) -> tuple[tuple[Panel, ...], ...]:
        """The panels two by two."""
        return tuple(self.panels[start : start + 2] for start in range(0, len(self.panels), 2))


@dataclass(frozen=True, slots=True)
class Amounts:
    """Facts in large print at the right, the last ones that an eye looks for."""

    kind: ClassVar[str] = "amounts"
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Parts under a heading; ``level`` is 1, or 2 for a section in a section."""

    kind: ClassVar[str] = "section"
    title: Label | None
    parts: tuple[Part, ...]
    level: int = 1


Part = Facts | Paragraph | Source | Notice | Table | Panel | Panels | Amounts | Section


@dataclass(frozen=True, slots=True)
class View:
    """A whole document."""

    title: Term
    """What kind of invoice it is."""
    number: Leaf
    head: tuple[Fact, ...]
    """What stands beside the number: days, place, currency."""
    parts: tuple[Part, ...]
    small_print: tuple[Fact, ...] = field(default=())
    """On the file itself."""


def leaves(part: Any) -> Iterator[Leaf]:
    """All leaves of a view or of a part of one, in the order in which they are read."""
    if isinstance(part, Leaf):
        yield part
    elif isinstance(part, tuple):
        for one in part:
            yield from leaves(one)
    elif is_dataclass(part):
        for one in fields(part):
            yield from leaves(getattr(part, one.name))
