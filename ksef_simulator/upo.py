"""The official confirmation of receipt (UPO), schema v4-3, with a XAdES signature.

Made once for each invoice or session and kept: every download gives the same bytes.
"""

from __future__ import annotations

from datetime import datetime

from lxml import etree
from signxml import CanonicalizationMethod, methods
from signxml.xades import XAdESSigner

from .authority import ServiceKey
from .clock import WARSAW, warsaw_day
from .documents import Document, Session, UpoPage
from .numbers import reference_number

NAMESPACE = "http://upo.schematy.mf.gov.pl/KSeF/v4-3"
RECEIVER = "Ministerstwo Finansów - symulator KSeF"
STRUCTURE = "Schemat_FA(3)_v1-0E.xsd"
CONTEXT_TAGS = {
    "Nip": "Nip",
    "InternalId": "IdWewnetrzny",
    "NipVatUe": "IdZlozonyVatUE",
    "PeppolId": "IdDostawcyUslugPeppol",
}


def of_invoice(session: Session, document: Document, seal: ServiceKey) -> bytes:
    """The UPO of one accepted invoice."""
    if document.upo is None:
        document.upo = _signed(_confirmation(session, [document], None), seal)
    return document.upo


def pages(session: Session, now: datetime, size: int) -> list[UpoPage]:
    """The pages of the UPO of a session that has ended: its accepted invoices, ``size`` a page."""
    if not session.upo_pages:
        accepted = session.accepted(now)
        session.upo_pages = [
            UpoPage(reference_number("EU", warsaw_day(now)), start, accepted[start : start + size])
            for start in range(0, len(accepted), size)
        ]
    return session.upo_pages


def of_page(session: Session, page: UpoPage, seal: ServiceKey) -> bytes:
    """One page of the UPO of a session."""
    if page.content is None:
        page.content = _signed(_confirmation(session, page.documents, page), seal)
    return page.content


def _confirmation(
    session: Session, documents: list[Document], page: UpoPage | None
) -> etree._Element:
    root = etree.Element(f"{{{NAMESPACE}}}Potwierdzenie", nsmap={None: NAMESPACE})
    _add(root, "NazwaPodmiotuPrzyjmujacego", RECEIVER)
    _add(root, "NumerReferencyjnySesji", session.reference)
    login = _add(root, "Uwierzytelnienie")
    context = _add(login, "IdKontekstu")
    _add(context, CONTEXT_TAGS[session.context.type], session.context.value)
    if session.token_reference is not None:
        _add(login, "NumerReferencyjnyTokenaKSeF", session.token_reference)
    else:
        _add(login, "SkrotDokumentuUwierzytelniajacego", session.login_hash)
    if page is not None:
        _add_page(root, session, page)
    _add(root, "NazwaStrukturyLogicznej", STRUCTURE)
    _add(root, "KodFormularza", session.form_code["systemCode"])
    for document in documents:
        _add_document(root, document)
    return root


def _add_page(root: etree._Element, session: Session, page: UpoPage) -> None:
    last = session.upo_pages[-1]
    description = _add(root, "OpisPotwierdzenia")
    _add(description, "Strona", str(session.upo_pages.index(page) + 1))
    _add(description, "LiczbaStron", str(len(session.upo_pages)))
    _add(description, "ZakresDokumentowOd", str(page.first + 1))
    _add(description, "ZakresDokumentowDo", str(page.first + len(page.documents)))
    _add(description, "CalkowitaLiczbaDokumentow", str(last.first + len(last.documents)))


def _add_document(root: etree._Element, document: Document) -> None:
    facts = document.facts
    assert facts is not None and document.number is not None
    element = _add(root, "Dokument")
    _add(element, "NipSprzedawcy", facts.seller_nip)
    _add(element, "NumerKSeFDokumentu", document.number)
    _add(element, "NumerFaktury", facts.number)
    _add(element, "DataWystawieniaFaktury", facts.issued.isoformat())
    _add(element, "DataPrzeslaniaDokumentu", _moment(document.received))
    _add(element, "DataNadaniaNumeruKSeF", _moment(document.decided_at))
    _add(element, "SkrotDokumentu", document.invoice_hash)
    _add(element, "TrybWysylki", document.mode)


def _add(parent: etree._Element, tag: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}")
    element.text = text
    return element


def _moment(moment: datetime) -> str:
    return moment.astimezone(WARSAW).isoformat(timespec="milliseconds")


def _signed(root: etree._Element, seal: ServiceKey) -> bytes:
    signer = XAdESSigner(
        method=methods.enveloped,
        signature_algorithm="rsa-sha256",
        digest_algorithm="sha256",
        c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    signed = signer.sign(root, key=seal.key, cert=[seal.certificate], always_add_key_value=False)
    return bytes(etree.tostring(signed, xml_declaration=True, encoding="utf-8"))
