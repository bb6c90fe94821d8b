"""What is left out of documents that are too long to be read, and how that is said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from ...texts import _
from .parts import Facts, Notice, Panels, Part, Section, Table


class Allowance:
    """How much may still be shown of something."""

    def __init__(self, left: int) -> None:
        self.left = left

    def take(self, wanted: int, size: int = 1) -> int:
        """How many of ``wanted`` things of that size still fit; they are taken off."""
        fitting = max(0, min(wanted, self.left // max(1, size)))
        self.left -= fitting * size
        return fitting


def left_out(count: int, shown: int) -> Iterator[Notice]:
    """What is said where not everything is shown."""
    if shown < count:
        yield Notice.saying(
            _(
                "There are %(count)s entries here; the first %(shown)s of them are shown. All of"
                " them are in the document's XML file."
            ),
            count=count,
            shown=shown,
        )


def shortened(parts: Iterable[Part], most: int) -> Iterator[Part]:
    """The parts with at most so many lines, facts, panels or further parts each."""
    for part in parts:
        if isinstance(part, Section):
            inner = shortened(part.parts[:most], most)
            rest = left_out(len(part.parts), most)
            yield replace(part, parts=(*inner, *rest))
        elif isinstance(part, (Table, Facts, Panels)):
            yield from _shortened(part, most)
        else:
            yield part


def _shortened(part: Table | Facts | Panels, most: int) -> Iterator[Part]:
    name = {"table": "lines", "facts": "facts", "panels": "panels"}[part.kind]
    whole: tuple[Any, ...] = getattr(part, name)
    if len(whole) <= most:
        yield part
        return
    changes: dict[str, Any] = {name: whole[:most]}
    yield replace(part, **changes)
    yield from left_out(len(whole), most)
