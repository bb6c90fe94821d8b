"""Strictly typed reading of JSON that somebody else promised to send.

Nothing is guessed: a missing name, another type or a day that does not exist raises
``Unpromised``, which the client turns into ``errors.UnreadableAnswer``.
Names that are not asked for are ignored, since KSeF adds some at every release.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from datetime import datetime, timezone

_EXCERPT_LENGTH = 200
# Tokens, keys, signatures and signed links are long runs without a space.
_LONG_RUN = re.compile(r"[A-Za-z0-9+/=_.%&?:~-]{24,}")
_REFERENCE = re.compile(r"[0-9A-Z-]{36}")
_MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})?"
)


class Unpromised(ValueError):
    """The answer differs from what was promised; the text says how and holds no values."""


class Fields:
    """A JSON object whose fields are asked for by name and type."""

    __slots__ = ("_path", "_values")

    def __init__(self, values: Mapping[str, object], path: str = "") -> None:
        self._values = values
        self._path = path

    @classmethod
    def of(cls, document: object, path: str = "") -> Fields:
        if not isinstance(document, dict):
            raise Unpromised(f"{path or 'the answer'}: an object was expected")
        return cls(document, path)

    @classmethod
    def list_of(cls, document: object, path: str = "") -> tuple[Fields, ...]:
        if not isinstance(document, list):
            raise Unpromised(f"{path or 'the answer'}: a list was expected")
        return tuple(cls.of(item, f"{path}[{index}]") for index, item in enumerate(document))

    def text(self, name: str) -> str:
        value = self.optional_text(name)
        if value is None:
            raise self._unpromised(name, "a text")
        return value

    def optional_text(self, name: str) -> str | None:
        value = self._values.get(name)
        if value is not None and not isinstance(value, str):
            raise self._unpromised(name, "a text")
        return value

    def text_or_number(self, name: str) -> str:
        """An identifier that is documented as a text here and as a number there."""
        value = self._values.get(name)
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            raise self._unpromised(name, "an identifier")
        return str(value)

    def reference(self, name: str) -> str:
        """A reference number: it goes into addresses, so its alphabet is checked."""
        value = self.text(name)
        if not _REFERENCE.fullmatch(value):
            raise self._unpromised(name, "a reference number of 36 characters")
        return value

    def integer(self, name: str) -> int:
        value = self.optional_integer(name)
        if value is None:
            raise self._unpromised(name, "a whole number")
        return value

    def optional_integer(self, name: str) -> int | None:
        value = self._values.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise self._unpromised(name, "a whole number")
        return value

    def boolean(self, name: str) -> bool:
        value = self._values.get(name)
        if not isinstance(value, bool):
            raise self._unpromised(name, "true or false")
        return value

    def moment(self, name: str) -> datetime:
        value = self.optional_moment(name)
        if value is None:
            raise self._unpromised(name, "a date and time")
        return value

    def optional_moment(self, name: str, *, empty_is_none: bool = False) -> datetime | None:
        """An aware moment in UTC; KSeF's seventh digit of the second is cut off."""
        text = self.optional_text(name)
        if text is None or (empty_is_none and not text):
            return None
        try:
            return parse_moment(text)
        except ValueError:
            raise self._unpromised(name, "a date and time with an offset") from None

    def base64(self, name: str) -> bytes:
        try:
            return base64.b64decode(self.text(name), validate=True)
        except binascii.Error:
            raise self._unpromised(name, "base64") from None

    def texts(self, name: str, *, required: bool = False) -> tuple[str, ...]:
        value = self._values.get(name)
        if value is None and not required:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._unpromised(name, "a list of texts")
        return tuple(value)

    def text_map(self, name: str) -> dict[str, str | None]:
        value = self._values.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict) or not all(
            item is None or isinstance(item, str) for item in value.values()
        ):
            raise self._unpromised(name, "an object of texts")
        return dict(value)

    def fields(self, name: str) -> Fields:
        return Fields.of(self._values.get(name), self._inner(name))

    def optional_fields(self, name: str) -> Fields | None:
        return None if self._values.get(name) is None else self.fields(name)

    def list(self, name: str) -> tuple[Fields, ...]:
        return Fields.list_of(self._values.get(name), self._inner(name))

    def optional_list(self, name: str) -> tuple[Fields, ...]:
        return () if self._values.get(name) is None else self.list(name)

    def mappings(self, name: str) -> tuple[Mapping[str, object], ...]:
        """A list of objects, as they are."""
        value = self._values.get(name)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self._unpromised(name, "a list of objects")
        return tuple(value)

    def _inner(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name

    def _unpromised(self, name: str, expected: str) -> Unpromised:
        return Unpromised(f"{self._inner(name)}: {expected} was expected")


def parse_json(body: bytes) -> object:
    """Decode UTF-8 JSON; raises Unpromised where it is none."""
    try:
        document: object = json.loads(body.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Unpromised(f"JSON was expected, not: {excerpt(body)}") from None
    return document


def _no_constant(name: str) -> None:
    raise ValueError(name)


def parse_moment(text: str) -> datetime:
    """Read an RFC 3339 moment with up to nine digits of a second; returns aware UTC.

    KSeF's guides promise an offset with every moment; one without it raises ValueError.
    """
    match = _MOMENT.fullmatch(text)
    if match is None or match[4] is None:
        raise ValueError("not an RFC 3339 date-time with an offset")
    fraction = (match[3] or "0")[:6].ljust(6, "0")
    offset = "+00:00" if match[4] in "Zz" else match[4]
    try:
        moment = datetime.fromisoformat(f"{match[1]}T{match[2]}.{fraction}{offset}")
        return moment.astimezone(timezone.utc)
    except OverflowError as error:
        raise ValueError("outside the calendar") from error


def excerpt(body: bytes) -> str:
    """The beginning of an answer for a log: one line, long opaque runs taken out."""
    text = " ".join(body[: 4 * _EXCERPT_LENGTH].decode("utf-8", "replace").split())
    printable = "".join(char if char.isprintable() else "?" for char in text)
    return _LONG_RUN.sub("[...]", printable)[:_EXCERPT_LENGTH] or "nothing"
