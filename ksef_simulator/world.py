"""Everything that the simulator remembers, in one object."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from aiohttp import web
from lxml import etree

from .archive import Archive
from .authority import Authority, ServiceKey
from .clock import Clock, Instant
from .faults import Faults
from .lighthouse import Lighthouse
from .limits import Limits
from .logins import Challenge, Grants, KsefToken, Login
from .outage import Outage
from .register import Register
from .tokens import TokenIssuer

if TYPE_CHECKING:
    from .exports import Export

TOKEN_ENCRYPTION = "KsefTokenEncryption"
KEY_ENCRYPTION = "SymmetricKeyEncryption"
MOST_SESSION_INVOICES = 10_000
MOST_RECORDS = 10_000
MOST_EXPORTS = 10
LARGEST_EXPORT_PART = 50_000_000


@dataclass
class Delays:
    """How long things take: from a request to its verdict, and from there to what follows; how
    far the high water mark lies behind; how long packages and the links to them last."""

    login: timedelta = timedelta()
    processing: timedelta = timedelta()
    storing: timedelta = timedelta()
    enrollment: timedelta = timedelta()
    revocation: timedelta = timedelta()
    token: timedelta = timedelta()
    hwm: timedelta = timedelta()
    export: timedelta = timedelta()
    package: timedelta = timedelta(days=3)
    link: timedelta = timedelta(hours=1)


@dataclass(frozen=True)
class Schemas:
    """The XSDs that documents are checked by; None where there is none."""

    invoice: etree.XMLSchema | None = None
    login: dict[str, etree.XMLSchema] = field(default_factory=dict)


class World:
    """The state of one KSeF.

    A reset forgets everything but the authority and KSeF's own keys, which stay the same as long
    as the process lives: a certificate issued before a reset is still a good certificate.
    """

    def __init__(self, schemas: Schemas) -> None:
        self.clock = Clock()
        self.schemas = schemas
        self.authority = Authority()
        self._first_keys = self.new_keys()
        self.seal = ServiceKey(self.authority, "KSeF simulator UPO", "Upo", self.clock.now())
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.clock.offset = timedelta()
        self.lighthouse = Lighthouse()
        self.faults = Faults()
        self.outage = Outage()
        self.limits = Limits()
        self.keys = list(self._first_keys)
        self.tokens = TokenIssuer(self.clock)
        self.challenges: dict[str, Challenge] = {}
        self.logins: dict[str, Login] = {}
        self.ksef_tokens: dict[str, KsefToken] = {}
        self.grants = Grants()
        self.register = Register(self.authority, self.grants)
        self.delays = Delays()
        self.archive = Archive(self.schemas.invoice)
        self.session_invoices = MOST_SESSION_INVOICES
        self.batch_invoices = MOST_SESSION_INVOICES
        self.upo_page_size = MOST_SESSION_INVOICES
        self.query_records = MOST_RECORDS
        self.export_invoices = MOST_RECORDS
        self.export_part_bytes = LARGEST_EXPORT_PART
        self.exports_at_once = MOST_EXPORTS
        self.exports: dict[str, Export] = {}
        self.query_moments: dict[tuple[object, ...], Instant] = {}

    def high_water_mark(self, now: Instant) -> Instant:
        """Up to where everything is stored that ever will be, as KSeF knows at ``now``."""
        return Instant(now.moment - self.delays.hwm, now.tick)

    def service_key(self, usage: str, public_key_id: str | None) -> ServiceKey | None:
        """The current key for a usage; None when ``public_key_id`` names another one."""
        for key in self.keys:
            if key.usage == usage and public_key_id in (None, key.public_key_id):
                return key
        return None

    def new_keys(self) -> list[ServiceKey]:
        """New encryption keys, one for each usage."""
        now = self.clock.now()
        return [
            ServiceKey(self.authority, "KSeF simulator token encryption", TOKEN_ENCRYPTION, now),
            ServiceKey(self.authority, "KSeF simulator key encryption", KEY_ENCRYPTION, now),
        ]


WORLD = web.AppKey("world", World)
