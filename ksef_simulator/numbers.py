"""Numbers with inner rules: references, KSeF numbers, NIP and PESEL."""

from __future__ import annotations

import re
import secrets
from datetime import date

NIP = re.compile(r"[1-9](?:\d[1-9]|[1-9]\d)\d{7}")
KSEF_NUMBER = re.compile(
    rf"{NIP.pattern}-(20[2-9]\d|2[1-9]\d\d|[3-9]\d{{3}})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])"
    r"-[0-9A-F]{6}-?[0-9A-F]{6}-[0-9A-F]{2}"
)
_NIP_WEIGHTS = (6, 5, 7, 2, 3, 4, 5, 6, 7)


def crc8(text: str) -> int:
    """CRC-8 with polynomial 0x07 and initial value 0 over the ASCII bytes of ``text``."""
    value = 0
    for byte in text.encode("ascii"):
        value ^= byte
        for _ in range(8):
            value = (value << 1 ^ 0x07 if value & 0x80 else value << 1) & 0xFF
    return value


def reference_number(kind: str, day: date) -> str:
    """A new reference of 36 characters; ``kind`` is two letters, such as SO for a session."""
    start = f"{day:%Y%m%d}-{kind}-{secrets.token_hex(5).upper()}-{secrets.token_hex(5).upper()}"
    return f"{start}-{crc8(start):02X}"


def ksef_number(seller_nip: str, day: date) -> str:
    """A new KSeF number of 35 characters for an invoice received on ``day``."""
    start = f"{seller_nip}-{day:%Y%m%d}-0100{secrets.token_hex(4).upper()}"
    return f"{start}-{crc8(start):02X}"


def spoilt(number: str) -> str:
    """The same KSeF number with another, wrong checksum."""
    return f"{number[:-2]}{int(number[-2:], 16) ^ 0xFF:02X}"


def old_form(number: str) -> str:
    """The same KSeF number in the form of KSeF 1.0: 36 characters, one more hyphen."""
    return f"{number[:26]}-{number[26:]}"


def is_nip(text: str) -> bool:
    """Whether ``text`` has the form of a NIP; its check digit is another matter."""
    return NIP.fullmatch(text) is not None


def has_nip_checksum(text: str) -> bool:
    """Whether ``text`` is a NIP whose check digit is right."""
    if not is_nip(text):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_NIP_WEIGHTS, text[:9], strict=True))
    return total % 11 == int(text[9])
