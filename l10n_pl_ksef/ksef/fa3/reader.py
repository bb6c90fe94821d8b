"""From the bytes of an FA(3) document to an `Invoice`.

Each class of the model is compiled once: into a table that says, for each element it may contain,
what takes it over. Whatever has no place in the model is refused, so that nothing is lost silently.
Taken over are the values; comments, indentation and namespace prefixes are not part of an invoice.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Any

from lxml import etree

from ..texts import _
from . import form, paths
from .fields import Element, Kind, described
from .findings import Unreadable
from .model import Invoice
from .parsing import parse
from .values import FROM_TEXT, code_reader

Values = dict[str, Any]
"""What was read of one object, by field; of an inline object the values, not yet the object."""
Take = Callable[[etree._Element, Values], None]
"""Takes over one element into the values of the object it belongs to."""


def read(xml: bytes) -> Invoice:
    """The invoice in an FA(3) document, of which nothing else is trusted or checked.

    Raises `Unreadable` (see its ``finding``) for anything that is not well-formed FA(3), for values
    of the wrong type and for elements that FA(3) does not have.
    """
    return read_tree(parse(xml))


def read_tree(root: etree._Element) -> Invoice:
    """The same for a document that `parsing.parse` has parsed."""
    try:
        invoice: Invoice = _plan(Invoice).read(root)
    except Unreadable as refusal:
        refusal.locate(*paths.place(root))
        raise
    return invoice


@dataclasses.dataclass(frozen=True, slots=True)
class _Plan:
    """How one class of the model is read."""

    model: type
    takers: Mapping[str, Take]
    """By the element's full name."""
    attributes: tuple[tuple[str, str, Callable[[str], Any]], ...]
    """Field, name and reader of the attributes of the object's own element."""
    repeated: tuple[str, ...]
    """The fields whose values are collected in a list and become a tuple."""
    inline: tuple[tuple[str, _Plan], ...]
    required: tuple[tuple[str, Element], ...]

    def read(self, element: etree._Element) -> Any:
        values: Values = {}
        for name, attribute, value_of in self.attributes:
            if attribute in element.attrib:
                values[name] = value_of(element.attrib[attribute])
        _take_all(element, self.takers, values)
        return self.build(values)

    def build(self, values: Values) -> Any:
        for name in self.repeated:
            if name in values:
                values[name] = tuple(values[name])
        for name, plan in self.inline:
            if name in values:
                values[name] = plan.build(values[name])
        for name, element in self.required:
            if name not in values:
                raise _missing(element)
        return self.model(**values)


def _take_all(element: etree._Element, takers: Mapping[str, Take], values: Values) -> None:
    for child in element:
        take = takers.get(child.tag)
        try:
            if take is None:
                raise _unexpected()
            take(child, values)
        except Unreadable as refusal:
            refusal.locate(*paths.place(child))
            raise


@cache
def _plan(model: type) -> _Plan:
    return _compiled(model, None)


def _compiled(model: type, renamed: Mapping[str, str] | None) -> _Plan:
    fields = list(described(model, renamed))
    inline = {
        name: _compiled(element.model, element.renamed)
        for name, element in fields
        if element.kind is Kind.INLINE
    }
    places = _all_takers(fields, inline)
    return _Plan(
        model=model,
        takers=_nested(chain(_FORM_TAKERS if model is Invoice else (), places)),
        attributes=tuple(
            (name, element.name, code_reader(element.codes))
            for name, element in fields
            if element.kind is Kind.ATTRIBUTE
        ),
        repeated=tuple(name for name, element in fields if element.many),
        inline=tuple(inline.items()),
        required=tuple(field for field in fields if field[1].required),
    )


Place = tuple[str, ...]
"""The full name of an element, and before it those of the elements around it."""


def _all_takers(
    fields: list[tuple[str, Element]], inline: Mapping[str, _Plan]
) -> Iterator[tuple[Place, Take]]:
    for name, element in fields:
        within = tuple(map(form.tag, element.within))
        if element.kind is Kind.INLINE:
            for tag, take in inline[name].takers.items():
                yield (*within, tag), _into(name, take)
        elif element.kind is not Kind.ATTRIBUTE:
            yield (*within, form.tag(element.name)), _taker(name, element)
            if element.kind not in _HOLDING_THEIR_MARKS:
                for mark in filter(None, (element.marker, element.absent)):
                    yield (*within, form.tag(mark)), _ignore


def _nested(places: Iterable[tuple[Place, Take]]) -> dict[str, Take]:
    """Takers by element; those of elements around others hand over to the takers of these."""
    takers: dict[str, Take] = {}
    inner: dict[str, list[tuple[Place, Take]]] = {}
    for (tag, *rest), take in places:
        if rest:
            inner.setdefault(tag, []).append((tuple(rest), take))
        else:
            takers[tag] = take
    for tag, further in inner.items():
        takers[tag] = _outer(_nested(further))
    return takers


def _outer(takers: Mapping[str, Take]) -> Take:
    def take(child: etree._Element, values: Values) -> None:
        _take_all(child, takers, values)

    return take


def _into(name: str, take: Take) -> Take:
    """Takes over an element for the inline object in the field ``name``."""

    def take_into(child: etree._Element, values: Values) -> None:
        take(child, values.setdefault(name, {}))

    return take_into


def _taker(name: str, element: Element) -> Take:
    if element.kind is Kind.CHOICE:
        return _choice_taker(name, element)
    value_of = _group_reader(element) if element.kind is Kind.GROUP else _text_reader(element)
    if element.many:

        def take(child: etree._Element, values: Values) -> None:
            values.setdefault(name, []).append(value_of(child))

    else:

        def take(child: etree._Element, values: Values) -> None:
            if name in values:
                raise _unexpected()
            values[name] = value_of(child)

    return take


def _text_reader(element: Element) -> Callable[[etree._Element], Any]:
    from_text = code_reader(element.codes) if element.codes else FROM_TEXT[element.kind]

    def value_of(child: etree._Element) -> Any:
        if len(child):
            raise _unexpected()
        return from_text(child.text or "")

    return value_of


def _group_reader(element: Element) -> Callable[[etree._Element], Any]:
    plan = _plan(element.model)
    if element.marker:
        takers = {**plan.takers, form.tag(element.marker): _ignore}
        plan = dataclasses.replace(plan, takers=takers)
    if element.absent is None:
        return plan.read
    absent = form.tag(element.absent)

    def value_or_none(child: etree._Element) -> Any:
        return None if _holds_only(child, absent) else plan.read(child)

    return value_or_none


def _choice_taker(name: str, element: Element) -> Take:
    members = {form.tag(member.value): member for member in element.codes}
    marks = {form.tag(mark) for mark in (element.marker, element.absent) if mark}

    def take(child: etree._Element, values: Values) -> None:
        values[name] = None
        for grandchild in child:
            member = members.get(grandchild.tag)
            if member is not None and values[name] is None:
                values[name] = member
            elif grandchild.tag not in marks:
                raise _unexpected()

    return take


def _ignore(child: etree._Element, values: Values) -> None:
    """For elements that say nothing beyond the presence or absence of others."""


def _holds_only(element: etree._Element, tag: str) -> bool:
    return len(element) == 1 and element[0].tag == tag


def _take_form(child: etree._Element, values: Values) -> None:
    found = (child.text or "", child.get("kodSystemowy", ""), child.get("wersjaSchemy", ""))
    if found != (form.FORM, form.SYSTEM_CODE, form.SCHEMA_VERSION):
        raise _another_form(" ".join(found))


def _take_variant(child: etree._Element, values: Values) -> None:
    variant = (child.text or "").strip()
    if variant != form.VARIANT:
        raise _another_form(variant)


def _another_form(found: str) -> Unreadable:
    return Unreadable(
        "file.not_fa3",
        _("The file is not an invoice in the form FA(3): its %(element)s says “%(found)s”."),
        found=found,
    )


_FORM_TAKERS: tuple[tuple[Place, Take], ...] = (
    ((form.tag(form.HEADER), form.tag(form.FORM_ELEMENT)), _take_form),
    ((form.tag(form.HEADER), form.tag(form.VARIANT_ELEMENT)), _take_variant),
)
_HOLDING_THEIR_MARKS = (Kind.GROUP, Kind.CHOICE)


def _unexpected() -> Unreadable:
    return Unreadable(
        "element.unexpected",
        _(
            "The element %(element)s has no place here, is there twice, or has content of its own"
            " where a plain value belongs."
        ),
    )


def _missing(element: Element) -> Unreadable:
    return Unreadable(
        "element.missing",
        _("%(label)s (%(element)s) lacks something required: %(missing)s (%(name)s)."),
        missing=element.label,
        name=element.name,
    )
