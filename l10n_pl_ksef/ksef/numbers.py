"""Numbers with checksums: KSeF numbers and NIP.

Source: ksef-docs ``faktury/numer-ksef.md``; OpenAPI 2.9.0 ``KsefNumber``; the NIP's weights
are those of the Polish tax administration.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_KSEF_NUMBER = re.compile(
    r"([1-9](?:[0-9][1-9]|[1-9][0-9])[0-9]{7})-([0-9]{4})([0-9]{2})([0-9]{2})"
    r"-([0-9A-F]{6})(-?)([0-9A-F]{6})-([0-9A-F]{2})"
)
_DATA_LENGTH = 32
_NIP = re.compile(r"[0-9]{10}")
_NIP_WEIGHTS = (6, 5, 7, 2, 3, 4, 5, 6, 7)
_NIP_SEPARATORS = re.compile(r"[\s\u00ad\u2010-\u2015.-]+")


@dataclass(frozen=True)
class KsefNumber:
    """A KSeF number taken apart.

    ``day``: the Warsaw day of receipt; ``technical``: twelve hexadecimal digits. Numbers of
    KSeF 1.0 have one more hyphen (36 characters) and their checksum is not checked.
    """

    text: str
    nip: str
    day: date
    technical: str
    checksum: str

    @classmethod
    def parse(cls, text: str) -> KsefNumber:
        """Read a KSeF number; raises ValueError where its form, day or checksum is wrong."""
        match = _KSEF_NUMBER.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} does not have the form of a KSeF number.")
        nip, year, month, day, first, hyphen, second, given = match.groups()
        if not hyphen and checksum(text[:_DATA_LENGTH]) != given:
            raise ValueError(f"The checksum of the KSeF number {text} is wrong.")
        try:
            received = date(int(year), int(month), int(day))
        except ValueError:
            raise ValueError(f"The KSeF number {text} holds a day that does not exist.") from None
        return cls(text, nip, received, first + second, given)

    @classmethod
    def is_valid(cls, text: str) -> bool:
        """Tell whether ``text`` is a KSeF number with the right checksum."""
        try:
            cls.parse(text)
        except ValueError:
            return False
        return True

    def __str__(self) -> str:
        return self.text


def checksum(data: str) -> str:
    """CRC-8 (polynomial 0x07, starting at 0) of ASCII ``data`` as two hexadecimal digits."""
    crc = 0
    for byte in data.encode("ascii"):
        crc ^= byte
        for _bit in range(8):
            crc = (crc << 1) ^ 0x07 if crc & 0x80 else crc << 1
            crc &= 0xFF
    return f"{crc:02X}"


def is_valid_nip(nip: str) -> bool:
    """Tell whether ``nip`` is ten bare digits with the right check digit."""
    if not _NIP.fullmatch(nip):
        return False
    remainder = (
        sum(int(digit) * weight for digit, weight in zip(nip[:9], _NIP_WEIGHTS, strict=True)) % 11
    )
    return remainder == int(nip[9])  # a remainder of 10 fits no digit: never a NIP


def normalise_nip(text: str) -> str | None:
    """Return the ten digits of a NIP as people write it, or None where it is not one.

    Takes the prefix ``PL``, spaces and hyphens away. Another country's prefix is no NIP.
    The check digit is not looked at: see ``is_valid_nip``.
    """
    bare = _NIP_SEPARATORS.sub("", text).upper()
    bare = bare[2:] if bare.startswith("PL") else bare
    return bare if _NIP.fullmatch(bare) else None
