"""From bytes that anybody may have written to a tree, safely.

No document type, no entities, no network, libxml2's own limits on depth and on the length of a
text. KSeF takes UTF-8 only, so that nothing else is guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from ..texts import _
from . import form
from .findings import Unreadable

MAX_BYTES = 6_000_000
"""The longest document that is looked at: twice KSeF's own limit. A tree takes up to thirty times
as much memory as its document."""
BLOCK_SIZE = 65_536
"""Bytes that are parsed at once where the whole is not needed."""

_BOM = b"\xef\xbb\xbf"
_ENCODING = re.compile(rb"""\sencoding\s*=\s*["']([^"']*)["']""")


@dataclass(frozen=True)
class Prolog:
    """What comes before the root element."""

    byte_order_mark: bool
    encoding: str | None
    """As declared; None where nothing is."""
    instructions: bool
    """Whether there are processing instructions."""
    doctype: bool


def look_at_prolog(xml: bytes) -> Prolog:
    """Look at the beginning of a document, in one pass and without parsing it."""
    byte_order_mark = xml.startswith(_BOM)
    position = len(_BOM) if byte_order_mark else 0
    encoding, instructions = None, False
    if xml.startswith(b"<?xml", position) and xml[position + 5 : position + 6].isspace():
        end = xml.find(b"?>", position)
        match = _ENCODING.search(xml, position, end) if end > 0 else None
        encoding = match[1].decode("ascii", "replace") if match else None
        position = end + 2 if end > 0 else len(xml)
    while True:
        while xml[position : position + 1].isspace():
            position += 1
        if xml.startswith(b"<?", position):
            instructions = True
            end = xml.find(b"?>", position + 2)
            position = end + 2
        elif xml.startswith(b"<!--", position):
            end = xml.find(b"-->", position + 4)
            position = end + 3
        else:
            break
        if end < 0:
            break
    doctype = xml[position : position + 9].upper() == b"<!DOCTYPE"
    return Prolog(byte_order_mark, encoding, instructions, doctype)


def parse(xml: bytes) -> etree._Element:
    """The root element; raises `Unreadable` unless it is a well-formed FA(3) document."""
    root = parse_any(xml)
    if root.tag != form.tag(form.ROOT):
        raise not_fa3(root)
    return root


def parse_any(xml: bytes) -> etree._Element:
    """The root element of a document in any form; raises `Unreadable` unless it is well-formed."""
    if len(xml) > MAX_BYTES:
        raise Unreadable(
            "file.too_large",
            _("The file has %(size)s bytes. That is too much for an invoice, so it was not read."),
            size=len(xml),
        )
    if look_at_prolog(xml).doctype:
        raise Unreadable(
            "file.doctype",
            _(
                "The file has a document type declaration, which invoices may not have because it"
                " can be used to attack the program that reads it. It was not read."
            ),
        )
    try:
        return etree.fromstring(xml, etree.XMLParser(**safe_options()))
    except etree.XMLSyntaxError as error:
        raise Unreadable(
            "file.malformed",
            _(
                "The file is not well-formed XML in UTF-8, so nobody can read it. The first fault"
                " is in row %(row)s, column %(column)s."
            ),
            row=error.position[0],
            column=error.position[1],
            detail=error.msg,
        ) from None


def safe_options() -> dict[str, Any]:
    """How every parser here is set, whatever the document says."""
    return {
        "encoding": "utf-8",
        "resolve_entities": False,
        "load_dtd": False,
        "dtd_validation": False,
        "no_network": True,
        "huge_tree": False,
        "remove_comments": True,
        "remove_pis": True,
    }


def not_fa3(root: etree._Element) -> Unreadable:
    """The refusal of a document of another form."""
    name = etree.QName(root)
    return Unreadable(
        "file.not_fa3",
        _(
            "The file is not an invoice in the form FA(3): it says “%(name)s” in the namespace"
            " “%(namespace)s”."
        ),
        name=name.localname,
        namespace=name.namespace or "",
    )
