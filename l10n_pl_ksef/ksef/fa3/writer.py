"""From an `Invoice` to the bytes of its XML.

Each class of the model is compiled once: into a getter of all its fields and, for each field, the
value that writes nothing and the function that writes any other. Writing then is one pass over the
values, with no look at the classes or their metadata.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any

from ..texts import _
from . import form
from .fields import Element, Kind, described
from .findings import Unwritable
from .model import Invoice
from .values import TO_TEXT

Content = Callable[[list[str], Any], None]
"""Writes what is inside an object's element, given where to and the object."""
Put = Callable[[list[str], Any, Any], None]
"""Writes a field's value, given where to, the value and the object it belongs to."""

_ALWAYS = object()
"""No value of any field: for fields that write something even for None."""

_OPENING = {
    form.HEADER: (
        f"<{form.HEADER}>"
        f'<{form.FORM_ELEMENT} kodSystemowy="{form.SYSTEM_CODE}"'
        f' wersjaSchemy="{form.SCHEMA_VERSION}">{form.FORM}</{form.FORM_ELEMENT}>'
        f"<{form.VARIANT_ELEMENT}>{form.VARIANT}</{form.VARIANT_ELEMENT}>"
    )
}
_BEGINNING = f'<?xml version="1.0" encoding="UTF-8"?>\n<{form.ROOT} xmlns="{form.NAMESPACE}">'
_END = f"</{form.ROOT}>"


def write(invoice: Invoice) -> bytes:
    """The FA(3) document of ``invoice``: UTF-8 without BOM, the same bytes each time.

    Raises `Unwritable` for a value that no document can hold, such as a control character or an
    amount with three decimals. Everything else that may be wrong is for `check` to say.
    """
    out = [_BEGINNING]
    _plan(Invoice).content(out, invoice)
    out.append(_END)
    return "".join(out).encode()


@dataclasses.dataclass(frozen=True, slots=True)
class _Plan:
    content: Content
    attributes: tuple[tuple[str, Callable[[Any], enum.Enum]], ...]
    """Names and getters of the attributes of the object's own element."""

    def opening(self, name: str, value: Any) -> str:
        attributes = (f' {key}="{get(value).value}"' for key, get in self.attributes)
        return f"<{name}{''.join(attributes)}>"


@cache
def _plan(cls: type) -> _Plan:
    return _compiled(list(described(cls)))


def _compiled(fields: list[tuple[str, Element]]) -> _Plan:
    inside = [field for field in fields if field[1].kind is not Kind.ATTRIBUTE]
    attributes = [field for field in fields if field[1].kind is Kind.ATTRIBUTE]
    sections = [
        _section(within, list(neighbours))
        for within, neighbours in groupby(inside, key=lambda field: field[1].within)
    ]
    return _Plan(
        _one_after_another(sections),
        tuple((element.name, attrgetter(name)) for name, element in attributes),
    )


def _one_after_another(contents: list[Content]) -> Content:
    if len(contents) == 1:
        return contents[0]

    def run(out: list[str], owner: Any) -> None:
        for content in contents:
            content(out, owner)

    return run


def _section(within: tuple[str, ...], fields: list[tuple[str, Element]]) -> Content:
    """What writes neighbouring fields that have the same elements around them, with these."""
    get = attrgetter(*(name for name, _element in fields))
    steps = tuple(_step(element) for _name, element in fields)

    def run(out: list[str], owner: Any) -> None:
        for value, (left_out, put) in zip(get(owner), steps, strict=True):
            if value is not left_out:
                put(out, value, owner)

    def run_single(out: list[str], owner: Any) -> None:
        value = get(owner)
        if value is not steps[0][0]:
            steps[0][1](out, value, owner)

    content: Content = run if len(steps) > 1 else run_single
    for name in reversed(within):
        content = _wrapped(name, content)
    return content


def _wrapped(name: str, content: Content) -> Content:
    """``content`` inside the element ``name``; nothing at all where there is no content."""
    opening, closing = _OPENING.get(name, f"<{name}>"), f"</{name}>"

    def run(out: list[str], owner: Any) -> None:
        out.append(opening)
        length = len(out)
        try:
            content(out, owner)
        except Unwritable as refusal:
            refusal.inside(name)
            raise
        if len(out) == length:
            out.pop()
        else:
            out.append(closing)

    return run


def _step(element: Element) -> tuple[Any, Put]:
    """Which value of a field writes nothing (told by identity), and what writes the others."""
    if element.kind is Kind.INLINE:
        return None, _inline(element)
    if element.kind is Kind.FLAG:
        return False, _constant(f"<{element.name}>1</{element.name}>")
    if element.many:
        return (), _repeated(element)
    put = _single(element)
    if element.absent:
        return _ALWAYS, _or_absent(element, put)
    return None, put


def _single(element: Element) -> Put:
    if element.kind is Kind.GROUP:
        return _group(element)
    if element.kind in (Kind.CODE, Kind.CHOICE, Kind.YES_NO):
        return _one_of(_documents(element))
    return _scalar(element)


def _constant(document: str) -> Put:
    def put(out: list[str], value: Any, owner: Any) -> None:
        out.append(document)

    return put


def _scalar(element: Element) -> Put:
    name, to_text = element.name, TO_TEXT[element.kind]
    opening, closing = f"{_one(element.marker)}<{name}>", f"</{name}>"

    def put(out: list[str], value: Any, owner: Any) -> None:
        try:
            out.append(opening + to_text(value) + closing)
        except Unwritable as refusal:
            refusal.inside(name, element.label)
            raise

    return put


def _documents(element: Element) -> dict[Any, str]:
    """What each value of a field with a closed set of values looks like."""
    name, marker = element.name, _one(element.marker)
    if element.kind is Kind.YES_NO:
        return {True: f"<{name}>1</{name}>", False: f"<{name}>2</{name}>"}
    if element.kind is Kind.CHOICE:
        return {
            member: f"<{name}>{marker}{_one(member.value)}</{name}>" for member in element.codes
        }
    return {member: f"{marker}<{name}>{member.value}</{name}>" for member in element.codes}


def _one_of(documents: dict[Any, str]) -> Put:
    def put(out: list[str], value: Any, owner: Any) -> None:
        out.append(documents[value])

    return put


def _group(element: Element) -> Put:
    name, plan = element.name, _plan(element.model)
    content, marker, closing = plan.content, _one(element.marker), f"</{name}>"
    fixed_opening = None if plan.attributes else f"<{name}>{marker}"

    def put(out: list[str], value: Any, owner: Any) -> None:
        out.append(fixed_opening or plan.opening(name, value) + marker)
        try:
            content(out, value)
        except Unwritable as refusal:
            refusal.inside(name)
            raise
        out.append(closing)

    return put


def _inline(element: Element) -> Put:
    content = _compiled(list(described(element.model, element.renamed))).content
    renamed = element.renamed or {}
    homeless = [
        (one.label, attrgetter(name))
        for name, one in described(element.model)
        if renamed and name not in renamed
    ]

    def put(out: list[str], value: Any, owner: Any) -> None:
        content(out, value)
        for label, get in homeless:
            if get(value) is not None:
                raise _nowhere(label, get(value), next(iter(renamed.values())))

    return put


def _nowhere(label: str, value: Any, neighbour: str) -> Unwritable:
    refusal = Unwritable(
        "element.nowhere",
        _("%(label)s is %(value)s, but the sales of %(element)s have no such amount."),
        value=value,
    )
    refusal.inside(neighbour, label)
    return refusal


def _repeated(element: Element) -> Put:
    put_one = _single(element)

    def put(out: list[str], value: Any, owner: Any) -> None:
        for position, one in enumerate(value, start=1):
            try:
                put_one(out, one, owner)
            except Unwritable as refusal:
                refusal.number(position)
                raise

    return put


def _or_absent(element: Element, put_present: Put) -> Put:
    """Writes the element that says there is no value, unless other fields have one."""
    absent = _one(element.absent)
    if element.kind in (Kind.GROUP, Kind.CHOICE):
        absent = f"<{element.name}>{absent}</{element.name}>"
    others = [attrgetter(name) for name in element.unless]

    def put(out: list[str], value: Any, owner: Any) -> None:
        if value is not None:
            put_present(out, value, owner)
        elif all(other(owner) is None for other in others):
            out.append(absent)

    return put


def _one(name: str | None) -> str:
    """The element ``name`` with the text 1, as FA(3) marks things."""
    return f"<{name}>1</{name}>" if name else ""
