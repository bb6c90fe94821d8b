"""Puts documents in as if their senders had sent them: good ones, old ones, hostile ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from lxml import etree

from . import checks, reading
from .archive import Archive
from .ciphers import sha256
from .clock import Instant, warsaw_day
from .documents import STORING, Document, Facts, Party
from .forms import FA3
from .logins import Context
from .numbers import ksef_number, old_form, reference_number, spoilt

NUMBER_KINDS: dict[str, Callable[[str], str]] = {
    "good": str,
    "wrong_checksum": spoilt,
    "old_form": old_form,
}
UNKNOWN_SELLER = "5265877635"
_P_2 = re.compile(rb"(<(?:\w+:)?P_2>)([^<]*)(</)")


@dataclass(frozen=True)
class Seed:
    """One document to be put in, or many that differ in their numbers.

    ``checked``: as KSeF would check it. ``facts`` replaces what was read out of the file (or could
    not be), ``overrides`` what the lists say of it, the hash for instance. ``stored`` is when it
    was stored for good, ``received`` when it came; now, if nothing is said.
    """

    xml: bytes
    checked: bool = True
    form: dict[str, str] = field(default_factory=lambda: FA3)
    number: str | None = None
    number_kind: str = "good"
    offline: bool | None = None
    received: datetime | None = None
    stored: Instant | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    overrides: dict[str, Any] = field(default_factory=dict)
    count: int = 1


def plant(archive: Archive, seed: Seed, now: datetime) -> list[Document]:
    """Put in what ``seed`` describes.

    :raises Rejected: when it is to be checked, and KSeF would refuse it.
    :raises ValueError: when a number is taken.
    """
    facts = _facts(archive, seed, now)
    first = seed.stored or Instant(seed.received + STORING if seed.received else now)
    planted = []
    for index, (xml, own) in enumerate(_copies(seed, facts)):
        document = _document(seed, xml, own, first.later(index), now)
        if seed.checked:
            checks.demand_day(own, document.received)
        while document.number is None or (not seed.number and document.number in archive.accepted):
            day = warsaw_day(document.received)
            document.number = NUMBER_KINDS[seed.number_kind](ksef_number(own.seller_nip, day))
        archive.hold(document, unique=seed.checked)
        planted.append(document)
    return planted


def _facts(archive: Archive, seed: Seed, now: datetime) -> Facts:
    facts = archive.read(seed.xml) if seed.checked else _legible(seed.xml)
    if facts is None:
        facts = Facts(UNKNOWN_SELLER, "VAT", "UNREADABLE", warsaw_day(now), gross="0")
    changes = dict(seed.facts)
    if "issued" in changes:
        changes["issued"] = date.fromisoformat(changes["issued"])
    for name in ("net", "vat"):
        if name in changes:
            changes[name] = reading.amount(str(changes[name]))
    if "buyer_nip" in changes:
        nip = changes.pop("buyer_nip")
        changes |= {"buyer_identifier": nip, "buyer": Party("Nip", nip)}
    return replace(facts, **changes)


def _legible(xml: bytes) -> Facts | None:
    """What can be read out of a file that nobody checked."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return reading.facts(etree.fromstring(xml, parser))
    except (etree.XMLSyntaxError, ValueError):
        return None


def _copies(seed: Seed, facts: Facts) -> Iterator[tuple[bytes, Facts]]:
    if seed.count == 1:
        yield seed.xml, facts
        return
    for index in range(1, seed.count + 1):
        number = f"{facts.number}/{index}"
        told = rb"\g<1>" + number.encode().replace(b"\\", b"\\\\") + rb"\g<3>"
        yield _P_2.sub(told, seed.xml, count=1), replace(facts, number=number)


def _document(seed: Seed, xml: bytes, facts: Facts, stored: Instant, now: datetime) -> Document:
    decided_at = stored.moment - STORING
    received = seed.received or min(now, decided_at)
    day = warsaw_day(received)
    return Document(
        reference=reference_number("EE", day),
        session_reference=reference_number("SO", day),
        context=Context("Nip", facts.seller_nip),
        ordinal=1,
        invoice_hash=sha256(xml),
        size=len(xml),
        encrypted=b"",
        received=received,
        decided_at=max(decided_at, received),
        stored_at=stored.moment,
        stored_tick=stored.tick,
        form_code=seed.form,
        offline=facts.issued < day if seed.offline is None else seed.offline,
        xml=xml,
        facts=facts,
        number=seed.number,
        overrides=seed.overrides,
    )
