"""What KSeF checks in an invoice before it gives it a number.

Codes as KSeF was seen to use them: 435 what cannot be decrypted, 430 a file that is not what was
announced or is too large, 450 everything that is wrong inside, 410 somebody else's invoice,
415 attachments, 440 duplicates.
"""

from __future__ import annotations

import re
import threading
from datetime import datetime

from lxml import etree

from . import reading
from .ciphers import decrypt, sha256
from .clock import warsaw_day
from .documents import Document, Facts, Session
from .numbers import has_nip_checksum
from .statuses import Status

NAMESPACE = "http://crd.gov.pl/wzor/2025/06/25/13775/"
LARGEST = 1_000_000
LARGEST_WITH_ATTACHMENT = 3_000_000
_VALIDATING = threading.Lock()
_DISCOURAGED = re.compile(
    "[\x7f-\x84\x86-\x9f\ufdd0-\ufdef"
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000)
    )
    + "]"
)
_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)[\"']")


class Rejected(Exception):
    """An invoice that KSeF refuses."""

    def __init__(
        self, code: int, *details: str, extensions: tuple[tuple[str, str], ...] = ()
    ) -> None:
        super().__init__(code, *details)
        self.status = Status.of_invoice(code, *details, extensions=extensions)


def decrypted(document: Document, session: Session) -> bytes:
    """The plain file, when it is what was announced.

    :raises Rejected: 435 or 430.
    """
    try:
        xml = decrypt(document.encrypted, session.key or b"", session.iv)
    except ValueError as error:
        raise Rejected(435, "Nie udało się odszyfrować pliku faktury.") from error
    if len(xml) != document.size:
        raise Rejected(
            430,
            "Rozmiar przesłanego pliku faktury nie zgadza się z zadeklarowaną wartością: "
            f"{document.size}.",
        )
    if sha256(xml) != document.invoice_hash:
        raise Rejected(
            430, "Skrót przesłanego pliku faktury nie zgadza się z zadeklarowaną wartością."
        )
    return xml


def read(xml: bytes, schema: etree.XMLSchema | None) -> Facts:
    """Check the file by itself, and read it.

    :raises Rejected: 450 with KSeF's kind of explanation, or 430 when it is too large.
    """
    root = _parse(xml)
    if etree.QName(root).namespace != NAMESPACE or etree.QName(root).localname != "Faktura":
        raise Rejected(450, "Dokument nie jest zgodny ze schematem zadeklarowanym w sesji.")
    if schema is not None:
        _validate(root, schema)
    try:
        facts = reading.facts(root)
    except ValueError as error:
        raise Rejected(450, "Nieprawidłowa data wystawienia faktury (P_1).") from error
    if len(xml) > (LARGEST_WITH_ATTACHMENT if facts.has_attachment else LARGEST):
        raise Rejected(430, "Rozmiar pliku faktury przekracza dozwolony limit.")
    return facts


def _validate(root: etree._Element, schema: etree.XMLSchema) -> None:
    # Packages are checked in another thread, and the schema has only one list of errors.
    with _VALIDATING:
        if not schema.validate(root):
            raise Rejected(450, *(f"{entry.message}" for entry in list(schema.error_log)[:5]))


def _parse(xml: bytes) -> etree._Element:
    if xml.startswith(b"\xef\xbb\xbf"):
        raise Rejected(450, "Nieprawidłowy XML", "Plik zawiera znak BOM.")
    try:
        text = xml.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Rejected(450, "Nieprawidłowy XML", "Plik nie jest zakodowany w UTF-8.") from error
    declared = _ENCODING.match(xml)
    if declared and declared[1].lower() != b"utf-8":
        raise Rejected(450, "Nieprawidłowy XML", "Prolog wskazuje kodowanie inne niż UTF-8.")
    if _DISCOURAGED.search(text):
        raise Rejected(450, "Nieprawidłowy XML", "Plik zawiera niezalecane znaki Unicode.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise Rejected(450, "Nieprawidłowy XML", str(error)) from error
    if root.getroottree().docinfo.doctype:
        raise Rejected(450, "Nieprawidłowy XML", "DTD jest niedozwolone.")
    if root.getroottree().xpath("//processing-instruction()"):
        raise Rejected(450, "Nieprawidłowy XML", "Instrukcje przetwarzania są niedozwolone.")
    return root


def demand_day(facts: Facts, received: datetime) -> None:
    """An invoice may not be issued after the day on which KSeF received it.

    :raises Rejected: 450.
    """
    if facts.issued > warsaw_day(received):
        raise Rejected(
            450, "Data wystawienia faktury nie może być późniejsza niż data jej przyjęcia w KSeF."
        )


def demand_checksums(facts: Facts) -> None:
    """Every NIP on the invoice has the right check digit.

    :raises Rejected: 450.
    """
    for nip in sorted(facts.party_nips):
        if not has_nip_checksum(nip):
            raise Rejected(450, f"Nieprawidłowa suma kontrolna numeru NIP: {nip}.")
