"""Where an element of a document is, in words and as a path."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

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
    name = etree.QName(element).localname
    if name not in _repeated():
        return name
    return f"{name}[{sum(1 for _same in element.itersiblings(element.tag, preceding=True)) + 1}]"


def label(path: str) -> str:
    """What people call the element at ``path``; its name where there is nothing better."""
    names = [step.split("[")[0] for step in path.split("/")]
    return _labels().get("/".join(names), names[-1])


@lru_cache(maxsize=None)
def _labels() -> dict[str, str]:
    return {form.ROOT: _("Invoice"), **{path: element.label for path, element in elements()}}


@lru_cache(maxsize=None)
def _repeated() -> frozenset[str]:
    return frozenset(element.name for _path, element in elements() if element.many)


def elements(model: type = Invoice, prefix: str = "") -> Iterator[tuple[str, Element]]:
    """All elements of FA(3) that the model describes, with their paths below Faktura."""
    return _below(list(described(model)), prefix)


def _below(fields: list[tuple[str, Element]], prefix: str) -> Iterator[tuple[str, Element]]:
    for _name, element in fields:
        around = "".join(f"{outer}/" for outer in element.within)
        if element.kind is Kind.INLINE:
            yield from _below(list(described(element.model, element.renamed)), prefix + around)
            continue
        path = f"{prefix}{around}{element.name}"
        yield path, element
        if element.kind is Kind.GROUP:
            yield from _below(list(described(element.model)), f"{path}/")
