"""Which form a document of KSeF is in, by the namespace and the name of its root element."""

from __future__ import annotations

import enum

from lxml import etree

from .fa3 import form
from .fa3.parsing import BLOCK_SIZE, look_at_prolog, safe_options

LONGEST_PROLOG = 16 * BLOCK_SIZE
"""Bytes. Whose root element starts later is not looked at any further."""


class Form(str, enum.Enum):
    """The forms of KSeF; the values are their system codes (``formCode.systemCode``)."""

    FA_1 = "FA (1)"
    """2022 and 2023; another structure than its successors."""
    FA_2 = "FA (2)"
    """Until January 2026; `fa3.read_any` reads it."""
    FA_3 = "FA (3)"
    FA_RR = "FA_RR (1)"
    """The invoice that a buyer issues for a flat-rate farmer."""
    PEF = "PEF (3)"
    """Public procurement, in UBL."""
    PEF_KOR = "PEF_KOR (3)"
    UNKNOWN = ""

    @property
    def is_fa(self) -> bool:
        """Whether `fa3.read_any` reads it."""
        return self in (Form.FA_2, Form.FA_3)


_BY_ROOT = {
    "{http://crd.gov.pl/wzor/2021/11/29/11089/}Faktura": Form.FA_1,
    f"{{{form.FORMER_NAMESPACE}}}Faktura": Form.FA_2,
    f"{{{form.NAMESPACE}}}Faktura": Form.FA_3,
    "{http://crd.gov.pl/wzor/2026/02/17/14164/}Faktura": Form.FA_RR,
    "{http://crd.gov.pl/wzor/2026/03/06/14189/}Faktura": Form.FA_RR,
    "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice": Form.PEF,
    "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote": Form.PEF_KOR,
}


def form_of(xml: bytes) -> Form:
    """The form of a document of which nothing is known; `Form.UNKNOWN` also where it is broken.

    Raises nothing, and reads no further than to the start of the root element, so that it says
    nothing of the rest.
    """
    return _BY_ROOT.get(root_of(xml), Form.UNKNOWN)


def root_of(xml: bytes) -> str:
    """The name of the root element, as lxml spells it: ``{namespace}name``; empty if there is none.

    Documents with a document type declaration have none here: they are never parsed.
    """
    if look_at_prolog(xml[:LONGEST_PROLOG]).doctype:
        return ""
    parser = etree.XMLPullParser(events=("start",), **safe_options())
    for start in range(0, min(len(xml), LONGEST_PROLOG), BLOCK_SIZE):
        fault = _feed(parser, xml[start : start + BLOCK_SIZE])
        for _event, element in parser.read_events():
            return str(element.tag)
        if fault:
            break
    return ""


def _feed(parser: etree.XMLPullParser, block: bytes) -> etree.XMLSyntaxError | None:
    """What is wrong with the block; the root may have started before that."""
    try:
        parser.feed(block)
    except etree.XMLSyntaxError as fault:
        return fault
    return None
