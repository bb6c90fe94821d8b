"""What KSeF demands of the file itself, whatever it says.

Source: the guide to the verification of invoices (weryfikacja-faktury.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lxml import etree

from ..texts import _
from . import form, paths
from .findings import MOST_OF_A_KIND, Finding, Severity
from .parsing import Prolog

MAX_SIZE = 1_000_000
"""Bytes of an invoice without an attachment."""
MAX_SIZE_WITH_ATTACHMENT = 3_000_000

_DISCOURAGED = re.compile(
    "[\x7f-\x84\x86-\x9f\ufdd0-\ufdef"
    + "".join(
        chr(plane + 0xFFFE) + chr(plane + 0xFFFF) for plane in range(0x10000, 0x110000, 0x10000)
    )
    + "]"
).search
"""Finds the characters that the XML specification discourages and KSeF refuses."""

_FIRST_BYTES = re.compile(rb"[\x7f\xc2\xef\xf0-\xf4]").search
"""Finds the first byte of any of them, and of some others, forty times as fast."""


def findings_before_parsing(prolog: Prolog) -> Iterator[Finding]:
    """What can be said of any file."""
    if prolog.byte_order_mark:
        yield _error(
            "file.byte_order_mark",
            _("The file starts with a byte order mark (BOM), which KSeF refuses."),
        )
    if prolog.encoding is not None and prolog.encoding.lower() != "utf-8":
        yield _error(
            "file.encoding",
            _("The file says that it is encoded in %(encoding)s, but KSeF takes UTF-8 only."),
            encoding=prolog.encoding,
        )


def findings_after_parsing(xml: bytes, prolog: Prolog, root: etree._Element) -> Iterator[Finding]:
    """What can be said of a file that is FA(3)."""
    yield from _size(xml, root)
    if prolog.instructions or xml.count(b"<?") > 1 and _has_instructions(xml):
        yield _error(
            "file.instructions",
            _("The file contains XML processing instructions (<?…?>), which KSeF refuses."),
        )
    if b"&#" in xml or _FIRST_BYTES(xml):
        yield from islice(_characters(xml, root), MOST_OF_A_KIND)


def _size(xml: bytes, root: etree._Element) -> Iterator[Finding]:
    attached = root.find(form.tag("Zalacznik")) is not None
    limit = MAX_SIZE_WITH_ATTACHMENT if attached else MAX_SIZE
    if len(xml) > limit:
        yield _error(
            "file.size",
            _(
                "The invoice has %(size)s bytes, and KSeF takes at most %(limit)s. Please split it"
                " into several invoices, or shorten its descriptions."
            ),
            size=len(xml),
            limit=limit,
        )


def _has_instructions(xml: bytes) -> bool:
    """Whether there is one anywhere, and not only a text that looks like one."""
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True)
    root = etree.fromstring(xml, parser)
    around = (*root.itersiblings(), *root.itersiblings(preceding=True))
    return any(node.tag is etree.ProcessingInstruction for node in (*around, *root.iter(etree.PI)))


def _characters(xml: bytes, root: etree._Element) -> Iterator[Finding]:
    """Discouraged characters, also where they are written as references."""
    in_source = _DISCOURAGED(xml.decode())
    if in_source is None and b"&#" not in xml:
        return
    located = False
    for element in root.iter():
        match = _DISCOURAGED(element.text or "")
        if match:
            located = True
            path, label = paths.place(element)
            yield _error(
                "file.character",
                _(
                    "%(label)s (%(element)s) contains the character %(character)s at position"
                    " %(position)s, which KSeF refuses. It cannot be seen and often comes with"
                    " copied text: please type this text anew."
                ),
                path,
                label=label,
                character=_name(match[0]),
                position=match.start() + 1,
            )
    if in_source is not None and not located:
        yield _error(
            "file.character_elsewhere",
            _("The file contains the character %(character)s, which KSeF refuses."),
            character=_name(in_source[0]),
        )


def _name(character: str) -> str:
    return f"U+{ord(character):04X}"


def _error(code: str, template: str, element: str = "", /, **values: Any) -> Finding:
    return Finding(code, Severity.ERROR, element, template, {"element": element, **values})
