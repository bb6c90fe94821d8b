"""What is to be said about an invoice, and the two errors that carry such a statement."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import KsefError

MOST_OF_A_KIND = 100
"""A document with more faults of one kind than this is beyond reading them one by one."""

_LINE = re.compile(r"\b(?:FaWiersz|ZamowienieWiersz)\[(\d+)\]")


class Severity(str, enum.Enum):
    """How grave a finding is."""

    ERROR = "error"
    """KSeF refuses such an invoice, or it would be legally wrong: it must not leave."""
    WARNING = "warning"
    """Probably not what was meant; a person decides."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or likely so.

    ``template`` is an English sentence with ``%(name)s`` places for ``values``. To show it in
    another language translate it, and those values that are a `ksef.texts.Term`.
    """

    code: str
    """What kind of finding this is, for programs: ``topic.problem``."""
    severity: Severity
    element: str
    """Where, as a path below Faktura: ``Fa/FaWiersz[3]/P_7``; empty for the whole document."""
    template: str
    values: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def message(self) -> str:
        """The sentence in English."""
        return self.template % self.values

    @property
    def line(self) -> int | None:
        """Which line of the invoice (or of its order) it is about, counted from 1."""
        match = _LINE.search(self.element)
        return int(match[1]) if match else None


class _Refusal(KsefError):
    """An error that is also a `Finding`. Its path grows while it rises through the document."""

    def __init__(self, code: str, template: str, /, **values: Any) -> None:
        super().__init__(code)
        self._code = code
        self._template = template
        self._values = values
        self._path: tuple[str, ...] = ()
        self._label: str | None = None

    def locate(self, element: str, label: str) -> None:
        """Say where it happened, unless that is already known more precisely."""
        if not self._path:
            self._path = (element,)
            self._label = label

    def inside(self, element: str, label: str | None = None) -> None:
        """Note that it happened inside ``element``, which people call ``label``."""
        self._path = (element, *self._path)
        self._label = self._label or label

    def number(self, position: int) -> None:
        """Note that the outermost element so far is the ``position``-th of its name."""
        first, *rest = self._path
        self._path = (f"{first}[{position}]", *rest)

    @property
    def finding(self) -> Finding:
        element = "/".join(self._path)
        values = {"label": self._label or element, "element": element, **self._values}
        return Finding(self._code, Severity.ERROR, element, self._template, values)

    def __str__(self) -> str:
        return self.finding.message


class Unreadable(_Refusal):
    """A document that is not FA(3), or not one that can be read whole; see ``finding``."""


class Unwritable(_Refusal):
    """An invoice with a value that XML or FA(3) cannot express; see ``finding``."""
