"""Where an element of a document is, in words and as a path."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from functools import cache

from lxml import etree

from ..texts import _
from . import form
from .fields import Element, Kind, described
from .model import Invoice


def place(element: etree._Element) -> tuple[str, str]:
    """The path of an element, such as ``Fa/FaWiersz[3]/P_7``, and what people call it."""
    path = path_of(element)
    return path, label(path)


def path_of(element: etree._Element) -> str:
    """The path below Faktura, with a number wherever FA(3) allows several; or just Faktura."""
    steps = [_step(one) for one in (element, *element.iterancestors())][:-1]
    return "/".join(reversed(steps)) or form.ROOT


def _step(element: etree._Element) -> str:
    name: str = etree.QName(element).localname
    if name not in _repeated():
        return name
    return f"{name}[{sum(1 for _same in element.itersiblings(element.tag, preceding=True)) + 1}]"


def label(path: str) -> str:
    """What people call the element at ``path``; its name where there is nothing better."""
    if path == form.ROOT:
        return _("Invoice")
    element = _by_path().get(_plain(path))
    return element.label if element else _plain(path).rpartition("/")[2]


def kind_of(path: str) -> Kind | None:
    """What the element at ``path`` holds; None for elements that the model has no field for."""
    element = _by_path().get(_plain(path))
    return element.kind if element else None


def required_below(prefix: str) -> Iterator[str]:
    """Names of the elements that must stand directly below ``prefix`` (empty, or ending in /)."""
    plain = _plain(prefix)
    for path, element in _by_path().items():
        name = path[len(plain) :]
        if element.required and path.startswith(plain) and "/" not in name:
            yield name


def _plain(path: str) -> str:
    """``path`` without its numbers."""
    return re.sub(r"\[\d+\]", "", path)


@cache
def _by_path() -> dict[str, Element]:
    return dict(_below(list(described(Invoice)), ""))


@cache
def _repeated() -> frozenset[str]:
    return frozenset(element.name for element in _by_path().values() if element.many)


def _below(fields: list[tuple[str, Element]], prefix: str) -> Iterator[tuple[str, Element]]:
    """All elements that the fields describe, with their paths."""
    for _name, element in fields:
        around = "".join(f"{outer}/" for outer in element.within)
        if element.kind is Kind.INLINE:
            inner = described(element.model, element.renamed)
            for path, one in _below(list(inner), prefix + around):
                yield path, dataclasses.replace(one, required=False)
            continue
        path = f"{prefix}{around}{element.name}"
        yield path, element
        if element.kind is Kind.GROUP:
            yield from _below(list(described(element.model)), f"{path}/")
