"""Technical corrections: what may replace a refused offline invoice."""

from __future__ import annotations

from datetime import datetime

from .clock import warsaw_day
from .documents import Document
from .errors import BadRequest, invalid_input
from .world import World


def demand_correctable(world: World, document: Document, now: datetime) -> None:
    """A technical correction may replace a refused offline invoice, once.

    KSeF's description leaves open what it says of a hash that it never saw; here that is an
    error of the input. The refusal must be a technical one, not for want of permissions.

    :raises BadRequest: 21166 when there is an accepted correction, 21167 when the invoice's
        status does not allow one.
    """
    wanted = document.corrected_hash
    if wanted is None:
        return
    if not document.offline_declared:
        raise invalid_input("Korekta techniczna wymaga offlineMode.")
    if world.archive.correction_of(wanted) is not None:
        raise BadRequest(
            21166,
            "Korekta techniczna niedostępna.",
            ["Faktura posiada już przetworzoną prawidłowo korektę techniczną."],
        )
    originals = [d for d in world.archive.with_hash(wanted) if d.context == document.context]
    if not originals:
        raise invalid_input("Faktura o wskazanym skrócie nie została odnaleziona.")
    if not all(_correctable(original, now) for original in originals):
        raise BadRequest(
            21167,
            "Status faktury nie pozwala na korektę techniczną.",
            ["Nie można wysłać korekty technicznej do prawidłowo przetworzonej faktury."],
        )


def _correctable(original: Document, now: datetime) -> bool:
    if original.accepted or now < original.decided_at or original.verdict is None:
        return False
    return original.verdict.code != 410 and _offline(original)


def _offline(original: Document) -> bool:
    """Declared to be offline, or marked so by KSeF for its day of issue."""
    if original.offline_declared:
        return True
    facts = original.facts
    return facts is not None and facts.issued < warsaw_day(original.received)
