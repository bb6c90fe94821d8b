"""Everything that the simulator remembers, in one object."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from .clock import Clock


@dataclass
class Lighthouse:
    """What the status beacon says."""

    status: str = "AVAILABLE"
    messages: list[dict[str, Any]] = field(default_factory=list)


class World:
    """The state of one KSeF."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.lighthouse = Lighthouse()

    def reset(self) -> None:
        """Forget everything."""
        self.clock.offset *= 0
        self.lighthouse = Lighthouse()


WORLD = web.AppKey("world", World)
