"""Things that go wrong on purpose.

A fault has a ``match`` such as ``POST /v2/sessions/online/*/invoices`` (``*`` is one part of the
path, ``**`` any number of them; the method may be ``*``; ``/v2`` may be left out), a kind, and a
number of times that it happens, once if nothing is said, for ever if ``times`` is null. ``skip``
lets that many matching requests pass first.

What else a fault may say, by kind: ``status`` a code, headers and a body (an object becomes JSON);
``garbage`` code, body and content_type; ``delay`` seconds and when, ``after`` to act first and
keep the caller waiting for the answer; ``process_status`` code, description, details and
extensions of what the request makes (an invoice, a session, a login, a request for a
certificate; closing a batch session makes invoices, all of them or those with the ordinals
that are named); ``headers`` headers that replace those of a good answer; ``cut`` share, how much
of a good answer's body leaves before the connection is closed; ``package`` how an export's package
is wrong (see :mod:`ksef_simulator.hostile_packages`), for ``POST /v2/invoices/exports``;
``expire_tokens`` which: access, refresh or all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from .hostile_packages import WAYS

SEND = "POST /v2/sessions/online/*/invoices"
KINDS = frozenset(
    {
        "drop_before",
        "drop_after",
        "status",
        "delay",
        "garbage",
        "process_status",
        "headers",
        "cut",
        "package",
        "rotate_keys",
        "expire_tokens",
    }
)


def _pattern(match: str) -> tuple[str, re.Pattern[str]]:
    method, _, path = match.strip().partition(" ")
    if not path.startswith("/"):
        raise ValueError(f"A fault matches 'METHOD /path', not {match!r}.")
    parts = re.split(r"(\*\*|\*)", path)
    wild = {"**": ".*", "*": "[^/]+"}
    return method.upper(), re.compile("".join(wild.get(part) or re.escape(part) for part in parts))


@dataclass
class Fault:
    """One planned fault, and how often it is still to come."""

    kind: str
    match: str
    times: int | None
    skip: int
    options: dict[str, Any]
    _method: str = field(init=False)
    _path: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        self._method, self._path = _pattern(self.match)

    @classmethod
    def read(cls, planned: dict[str, Any]) -> Fault:
        """Read the control plane's description.

        :raises ValueError: when it makes no sense, saying why.
        """
        rest = dict(planned)
        kind = rest.pop("kind", None)
        if kind not in KINDS:
            raise ValueError(f"There is no fault {kind!r}; there are {', '.join(sorted(KINDS))}.")
        match = rest.pop("match", None)
        if match is None:
            if kind != "process_status":
                raise ValueError(f"The fault {kind!r} needs a match such as {SEND!r}.")
            match = SEND
        if kind == "package" and rest.get("how") not in WAYS:
            raise ValueError(f"'how' a package is wrong is one of {', '.join(WAYS)}.")
        times, skip = rest.pop("times", 1), rest.pop("skip", 0)
        if times is not None and (not isinstance(times, int) or times < 1):
            raise ValueError("'times' is a whole number from 1, or null for ever.")
        return cls(kind, match, times, skip, rest)

    def fits(self, method: str, path: str) -> bool:
        """Whether it is meant for this request."""
        if self._method not in ("*", method):
            return False
        short = path.removeprefix("/v2")
        return bool(self._path.fullmatch(path) or self._path.fullmatch(short))

    def describe(self) -> dict[str, Any]:
        """The fault as the control plane shows it."""
        return {
            "kind": self.kind,
            "match": self.match,
            "times": self.times,
            "skip": self.skip,
            **self.options,
        }


class Faults:
    """The faults that are still to come."""

    def __init__(self) -> None:
        self.planned: list[Fault] = []

    def take(self, method: str, path: str) -> list[Fault]:
        """The faults that happen to this request now, each counted down by one."""
        happening = []
        for fault in list(self.planned):
            if not fault.fits(method, path):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            if fault.times is not None:
                fault.times -= 1
                if not fault.times:
                    self.planned.remove(fault)
            happening.append(fault)
        return happening
