"""What an official receipt (UPO) tells, without touching its bytes, which are signed."""

from __future__ import annotations

from lxml import etree

from .decoding import Unpromised

_NUMBER = "{*}Dokument/{*}NumerKSeFDokumentu"


def ksef_numbers(upo: bytes) -> frozenset[str]:
    """The KSeF numbers of the documents that a UPO confirms.

    Source: UPO schema 4.3, ``Potwierdzenie/Dokument/NumerKSeFDokumentu``.
    Raises Unpromised where it is no XML.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
    )
    try:
        root = etree.fromstring(upo, parser)
    except etree.XMLSyntaxError:
        raise Unpromised("the UPO: XML was expected") from None
    return frozenset((one.text or "").strip() for one in root.iterfind(_NUMBER)) - {""}
