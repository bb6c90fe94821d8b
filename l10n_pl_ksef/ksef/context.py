"""On whose behalf one logs in."""

from __future__ import annotations

import re
from dataclasses import dataclass

NIP = "Nip"
INTERNAL_ID = "InternalId"
NIP_VAT_UE = "NipVatUe"
PEPPOL_ID = "PeppolId"

_NIP = r"[1-9](?:[0-9][1-9]|[1-9][0-9])[0-9]{7}"
_PATTERNS = {
    NIP: re.compile(_NIP),
    INTERNAL_ID: re.compile(_NIP + r"-[0-9]{5}"),
    NIP_VAT_UE: re.compile(_NIP + r"-[A-Z]{2}[A-Z0-9+*]{2,12}"),
    PEPPOL_ID: re.compile(r"P[A-Z]{2}[0-9]{6}"),
}


@dataclass(frozen=True)
class Context:
    """A context of login: a taxpayer by NIP, a unit of one, and so on.

    ``type`` is one of ``Nip``, ``InternalId``, ``NipVatUe``, ``PeppolId``; ``value`` has the
    form of ``TContextIdentifier`` in the schema of ``AuthTokenRequest``.
    Raises ValueError for anything else.
    """

    type: str
    value: str

    def __post_init__(self) -> None:
        pattern = _PATTERNS.get(self.type)
        if pattern is None:
            raise ValueError(f"KSeF knows no context of type {self.type!r}.")
        if not pattern.fullmatch(self.value):
            raise ValueError(f"{self.value!r} is no context of type {self.type}.")

    @classmethod
    def nip(cls, nip: str) -> Context:
        """The context of a taxpayer, by the ten digits of the NIP."""
        return cls(NIP, nip)
