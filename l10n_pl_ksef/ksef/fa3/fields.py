"""How the fields of the model name their elements in FA(3).

Each dataclass of the model declares its fields in the order of the official schema, by one of the
functions below. What they say is kept in the field's metadata (see `Element`) and is the only
description of FA(3) here: the writer and the reader both compile theirs from it.

``default`` works as in `dataclasses.field`: without one the field is required.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterator, Mapping
from typing import Any

_KEY = "fa3"


class Kind(enum.Enum):
    """What an element's text (or content) is, and so how it is written and read."""

    TEXT = "text"
    AMOUNT = "amount"
    PRICE = "price"
    QUANTITY = "quantity"
    PERCENT = "percent"
    INTEGER = "integer"
    DAY = "day"
    MOMENT = "moment"
    FLAG = "flag"
    YES_NO = "yes or no"
    CODE = "code"
    CHOICE = "choice between elements"
    GROUP = "group"
    INLINE = "group without an element of its own"
    ATTRIBUTE = "attribute"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """Where one field of the model stands in FA(3)."""

    name: str
    """The element; empty for `Kind.INLINE`."""
    label: str
    """What people call it."""
    kind: Kind
    within: tuple[str, ...] = ()
    """Elements around it that have no class of their own in the model."""
    model: Any = None
    """The dataclass of its value."""
    codes: Any = None
    """The enum of its value."""
    required: bool = False
    """Whether it must be in the document wherever the element around it is."""
    many: bool = False
    """Whether it may be repeated; the value is a tuple then."""
    marker: str | None = None
    """An element with the text 1 that goes before it (in a group or choice: first inside it)."""
    absent: str | None = None
    """An element with the text 1 that stands in its place (in a group or choice: inside it) where
    there is no value ..."""
    unless: tuple[str, ...] = ()
    """... and where none of these fields of the same class has one either."""
    renamed: Mapping[str, str] | None = None
    """For `Kind.INLINE`: the element names by field, where the class serves several places."""


def described(cls: type, renamed: Mapping[str, str] | None = None) -> Iterator[tuple[str, Element]]:
    """Names and elements of the fields of ``cls`` in their order; with ``renamed`` only of those in
    it, under the names it gives them."""
    for field in dataclasses.fields(cls):
        element = field.metadata[_KEY]
        if renamed is None:
            yield field.name, element
        elif field.name in renamed:
            yield field.name, dataclasses.replace(element, name=renamed[field.name])


def _field(path: str, label: str, kind: Kind, options: dict[str, Any]) -> Any:
    *within, name = path.split("/")
    default = options.pop("default", dataclasses.MISSING)
    element = Element(
        name=name,
        label=label,
        kind=kind,
        within=tuple(within),
        required=_is_required(kind, default, options),
        **options,
    )
    return dataclasses.field(default=default, metadata={_KEY: element})


def _is_required(kind: Kind, default: Any, options: Mapping[str, Any]) -> bool:
    if kind in (Kind.INLINE, Kind.FLAG):
        return False
    if kind is Kind.YES_NO or (kind in (Kind.GROUP, Kind.CHOICE) and "absent" in options):
        return True
    return default is dataclasses.MISSING or default not in (None, ())


def text(path: str, label: str, **options: Any) -> Any:
    """A string, kept as it is, spaces included."""
    return _field(path, label, Kind.TEXT, options)


def amount(path: str, label: str, **options: Any) -> Any:
    """A `Decimal` with at most 2 decimals, in the invoice's currency unless the label says PLN."""
    return _field(path, label, Kind.AMOUNT, options)


def price(path: str, label: str, **options: Any) -> Any:
    """A `Decimal` with at most 8 decimals."""
    return _field(path, label, Kind.PRICE, options)


def quantity(path: str, label: str, **options: Any) -> Any:
    """A `Decimal` with at most 6 decimals; exchange rates are of this type too."""
    return _field(path, label, Kind.QUANTITY, options)


def percent(path: str, label: str, **options: Any) -> Any:
    """A `Decimal` from 0 to 100 with at most 6 decimals."""
    return _field(path, label, Kind.PERCENT, options)


def integer(path: str, label: str, **options: Any) -> Any:
    """An `int`."""
    return _field(path, label, Kind.INTEGER, options)


def day(path: str, label: str, **options: Any) -> Any:
    """A `date`."""
    return _field(path, label, Kind.DAY, options)


def moment(path: str, label: str, **options: Any) -> Any:
    """An aware `datetime`; written in UTC unless it was read in another form."""
    return _field(path, label, Kind.MOMENT, options)


def flag(path: str, label: str, **options: Any) -> Any:
    """A `bool`: 1 for true, no element at all for false."""
    return _field(path, label, Kind.FLAG, {"default": False, **options})


def yes_no(path: str, label: str, **options: Any) -> Any:
    """A `bool` that is always written: 1 for true, 2 for false."""
    return _field(path, label, Kind.YES_NO, {"default": False, **options})


def code(path: str, label: str, codes: type[enum.Enum], **options: Any) -> Any:
    """A member of ``codes``, whose values are the official codes."""
    return _field(path, label, Kind.CODE, {"codes": codes, **options})


def choice(path: str, label: str, codes: type[enum.Enum], **options: Any) -> Any:
    """A member of ``codes``, whose values are element names; that element has the text 1.

    ``path`` is the element around them.
    """
    return _field(path, label, Kind.CHOICE, {"codes": codes, **options})


def group(path: str, label: str, cls: type, **options: Any) -> Any:
    """A dataclass of the model in an element of its own."""
    return _field(path, label, Kind.GROUP, {"model": cls, **options})


def inline(within: str, cls: type, **options: Any) -> Any:
    """A dataclass of the model whose elements stand directly in the element ``within``."""
    path = f"{within}/" if within else ""
    return _field(path, "", Kind.INLINE, {"model": cls, **options})


def attribute(name: str, label: str, codes: type[enum.Enum], **options: Any) -> Any:
    """A member of ``codes``, as an XML attribute of the class's own element."""
    return _field(name, label, Kind.ATTRIBUTE, {"codes": codes, **options})
