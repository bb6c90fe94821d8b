"""The official confirmation of receipt."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import requests
from lxml import etree

from .process import Simulator
from .visitor import BUYER_NIP, NIP, OpenSession, Visitor, digest, invoice_xml

UPO = "{http://upo.schematy.mf.gov.pl/KSeF/v4-3}"
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"


@pytest.fixture
def visitor(fresh_simulator: Simulator) -> Visitor:
    return Visitor(fresh_simulator).log_in(fresh_simulator.issue_certificate(NIP))


@pytest.fixture
def session(visitor: Visitor) -> OpenSession:
    return OpenSession.of(visitor)


def routes(session: OpenSession, reference: str) -> list[requests.Response]:
    """The UPO of one invoice by its reference, by its number and by its link."""
    invoice = session.invoice(reference)
    base = f"/sessions/{session.reference}/invoices"
    return [
        session.visitor.call("GET", f"{base}/{reference}/upo"),
        session.visitor.call("GET", f"{base}/ksef/{invoice['ksefNumber']}/upo"),
        requests.get(invoice["upoDownloadUrl"], timeout=10),
    ]


def shape(root: etree._Element) -> list[str]:
    """The names of all elements but the signature's, in order."""
    names = []
    for element in root.iter():
        if SIGNATURE not in [parent.tag for parent in [element, *element.iterancestors()]]:
            names.append(element.tag)
    return names


def test_all_three_routes_give_the_same_bytes(session: OpenSession) -> None:
    reference = session.send(invoice_xml())
    answers = routes(session, reference) + routes(session, reference)
    assert [answer.status_code for answer in answers] == [200] * 6
    assert len({answer.content for answer in answers}) == 1


def test_every_download_carries_its_hash(session: OpenSession) -> None:
    for answer in routes(session, session.send(invoice_xml())):
        assert answer.headers["x-ms-meta-hash"] == digest(answer.content)


def test_a_upo_names_the_invoice_and_its_hash(session: OpenSession) -> None:
    content = invoice_xml()
    reference = session.send(content)
    root = etree.fromstring(routes(session, reference)[0].content)
    assert root.findtext(f"{UPO}Dokument/{UPO}SkrotDokumentu") == digest(content)
    number = session.invoice(reference)["ksefNumber"]
    assert root.findtext(f"{UPO}Dokument/{UPO}NumerKSeFDokumentu") == number


def test_a_upo_is_built_like_the_official_one(session: OpenSession, shared_ksef: Path) -> None:
    official = shared_ksef / "examples" / "upo" / "upo-faktura-kontekst-id-nip.xml"
    ours = etree.fromstring(routes(session, session.send(invoice_xml()))[0].content)
    assert shape(ours) == shape(etree.parse(str(official)).getroot())


def test_a_session_upo_is_built_like_the_official_one(
    session: OpenSession, shared_ksef: Path
) -> None:
    session.send(invoice_xml("1"))
    session.send(invoice_xml("2"))
    session.close()
    page = session.status()["upo"]["pages"][0]
    by_reference = session.visitor.call(
        "GET", f"/sessions/{session.reference}/upo/{page['referenceNumber']}"
    )
    by_link = requests.get(page["downloadUrl"], timeout=10)
    assert by_reference.content == by_link.content
    official = shared_ksef / "examples" / "upo" / "upo-sesja-kontekst-id-nip.xml"
    ours = etree.fromstring(by_link.content)
    assert shape(ours) == shape(etree.parse(str(official)).getroot())


def test_a_upo_fits_the_schema_but_for_its_signature_and_receiver(
    session: OpenSession, shared_ksef: Path
) -> None:
    # The official examples do no better: the schema fixes production's receiver.
    root = etree.fromstring(routes(session, session.send(invoice_xml()))[0].content)
    root.remove(root.find(SIGNATURE))
    root.find(f"{UPO}NazwaPodmiotuPrzyjmujacego").text = "Ministerstwo Finansów"
    schema = etree.XMLSchema(etree.parse(str(shared_ksef / "schemas" / "upo-v4-3.xsd")))
    schema.assertValid(root)


def test_a_login_by_token_is_named_in_the_upo(visitor: Visitor) -> None:
    by_token = Visitor(visitor.simulator)
    by_token.started(by_token.send_token(visitor.simulator.issue_token(NIP)))
    by_token.redeem()
    session = OpenSession.of(by_token)
    root = etree.fromstring(routes(session, session.send(invoice_xml()))[0].content)
    assert root.find(f"{UPO}Uwierzytelnienie/{UPO}NumerReferencyjnyTokenaKSeF") is not None


def test_xmlsec_verifies_the_signature_and_notices_a_change(
    session: OpenSession, tmp_path: Path
) -> None:
    tool = shutil.which("xmlsec1")
    if tool is None:
        pytest.skip("xmlsec1 is not installed.")
    content = routes(session, session.send(invoice_xml()))[0].content
    results = []
    for name, text in (("good", content), ("bad", content.replace(b"FV/1", b"FV/2"))):
        path = tmp_path / name
        path.write_bytes(text)
        command = [tool, "--verify", "--insecure"]
        for element in ("SignedProperties", "KeyInfo"):
            command += ["--id-attr:Id", element]
        results.append(subprocess.run([*command, path], capture_output=True).returncode)
    assert results[0] == 0
    assert results[1] != 0


def test_a_link_needs_no_login_and_tolerates_none(session: OpenSession) -> None:
    url = session.invoice(session.send(invoice_xml()))["upoDownloadUrl"]
    bearer = {"Authorization": f"Bearer {session.visitor.access_token}"}
    assert requests.get(url, timeout=10).status_code == 200
    assert requests.get(url, headers=bearer, timeout=10).status_code == 400


def test_a_link_ends_after_three_days(session: OpenSession) -> None:
    url = session.invoice(session.send(invoice_xml()))["upoDownloadUrl"]
    session.visitor.simulator.move_clock(3 * 86400 + 1)
    assert requests.get(url, timeout=10).status_code == 403


def test_a_changed_link_opens_nothing(session: OpenSession) -> None:
    url = session.invoice(session.send(invoice_xml()))["upoDownloadUrl"]
    assert requests.get(url.replace("se=", "se=9"), timeout=10).status_code == 403


def test_a_refused_invoice_has_no_upo(session: OpenSession) -> None:
    reference = session.send(b"<Faktura/>")
    answer = session.visitor.call("GET", f"/sessions/{session.reference}/invoices/{reference}/upo")
    assert answer.json()["exception"]["exceptionDetailList"][0]["exceptionCode"] == 21178


def test_a_stranger_gets_no_upo(session: OpenSession) -> None:
    reference = session.send(invoice_xml())
    simulator = session.visitor.simulator
    stranger = Visitor(simulator).log_in(simulator.issue_certificate(BUYER_NIP), BUYER_NIP)
    path = f"/sessions/{session.reference}/invoices/{reference}/upo"
    assert stranger.call("GET", path).status_code == 400
