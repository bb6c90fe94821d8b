"""The pages behind the QR codes."""

from __future__ import annotations

import base64
import hashlib
from datetime import date
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from ksef_simulator.kod2 import signature_holds

from .enrolling import new_certificate
from .process import IssuedCertificate, Simulator
from .visitor import (
    BUYER_NIP,
    NIP,
    OpenSession,
    Visitor,
    digest,
    invoice_xml,
    private_key,
    warsaw_today,
)


def base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def invoice_path(xml: bytes, nip: str = NIP, day: date | None = None) -> str:
    hashed = base64url(hashlib.sha256(xml).digest())
    return f"/invoice/{nip}/{day or warsaw_today():%d-%m-%Y}/{hashed}"


def certificate_path(
    simulator: Simulator, issued: IssuedCertificate, xml: bytes, nip: str = NIP
) -> str:
    hashed = base64url(hashlib.sha256(xml).digest())
    path = f"/certificate/Nip/{NIP}/{nip}/{issued.serial}/{hashed}"
    text = (simulator.url.removeprefix("http://") + path).encode()
    key = private_key(issued)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        r, s = decode_dss_signature(key.sign(text, ec.ECDSA(hashes.SHA256())))
        signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    else:
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
        signature = key.sign(text, pss, hashes.SHA256())
    return f"{path}/{base64url(signature)}"


def look(simulator: Simulator, path: str) -> requests.Response:
    return requests.get(simulator.url + path, timeout=10)


@pytest.fixture
def session(fresh_simulator: Simulator) -> OpenSession:
    issued = fresh_simulator.issue_certificate(NIP)
    return OpenSession.of(Visitor(fresh_simulator).log_in(issued))


def test_an_invoice_in_ksef_is_shown_in_two_languages(session: OpenSession) -> None:
    xml = invoice_xml()
    number = session.invoice(session.send(xml))["ksefNumber"]
    page = look(session.visitor.simulator, invoice_path(xml))
    assert page.status_code == 200
    for text in (number, "FV/1", "123.00 PLN", "znajduje się w KSeF", "is in KSeF"):
        assert text in page.text


@pytest.mark.parametrize(
    "changes",
    [{"nip": BUYER_NIP}, {"day": date(2026, 2, 1)}, {"xml": b"another"}],
    ids=["another seller", "another day", "another file"],
)
def test_anything_else_is_said_not_to_be_there(
    session: OpenSession, changes: dict[str, object]
) -> None:
    xml = invoice_xml()
    session.send(xml)
    page = look(
        session.visitor.simulator,
        invoice_path(**{"xml": xml, **changes}),  # type: ignore[arg-type]
    )
    assert (page.status_code, "was not found in KSeF" in page.text) == (404, True)


def test_a_refused_invoice_is_not_there(session: OpenSession) -> None:
    xml = invoice_xml(seller=BUYER_NIP)
    session.send(xml)
    assert look(session.visitor.simulator, invoice_path(xml, BUYER_NIP)).status_code == 404


def test_the_code_of_a_corrected_offline_invoice_leads_to_the_correction(
    session: OpenSession,
) -> None:
    refused = b"<Faktura/>"
    session.send(refused, offlineMode=True)
    session.send(invoice_xml(), offlineMode=True, hashOfCorrectedInvoice=digest(refused))
    page = look(session.visitor.simulator, invoice_path(refused))
    assert "technically corrected" in page.text


def test_a_page_shows_strange_names_as_text(session: OpenSession) -> None:
    xml = invoice_xml("&lt;script&gt;")
    session.send(xml)
    page = look(session.visitor.simulator, invoice_path(xml))
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text


@pytest.mark.parametrize("algorithm", ["RSA", "EC"])
def test_an_offline_certificate_confirms_the_issuer(session: OpenSession, algorithm: str) -> None:
    simulator = session.visitor.simulator
    issued = simulator.issue_certificate(NIP, "offline", algorithm=algorithm)
    page = look(simulator, certificate_path(simulator, issued, invoice_xml()))
    assert (page.status_code, "is confirmed" in page.text) == (200, True)


@pytest.mark.parametrize(
    "changes",
    [
        {"purpose": "authentication"},
        {"valid_from": "2023-01-01", "valid_to": "2024-01-01"},
        {"revoked": True},
        {"permissions": ["InvoiceRead"]},
    ],
    ids=["another kind", "expired", "revoked", "without permission"],
)
def test_a_certificate_that_will_not_do_confirms_nothing(
    session: OpenSession, changes: dict[str, object]
) -> None:
    simulator = session.visitor.simulator
    issued = simulator.issue_certificate(NIP, **{"purpose": "offline", **changes})  # type: ignore[arg-type]
    page = look(simulator, certificate_path(simulator, issued, invoice_xml()))
    assert (page.status_code, "cannot be confirmed" in page.text) == (404, True)


def test_a_certificate_revoked_later_breaks_the_codes_already_printed(
    session: OpenSession,
) -> None:
    simulator = session.visitor.simulator
    issued = simulator.issue_certificate(NIP, "offline")
    path = certificate_path(simulator, issued, invoice_xml())
    assert look(simulator, path).status_code == 200
    session.visitor.call("POST", f"/certificates/{issued.serial}/revoke", {})
    assert look(simulator, path).status_code == 404


def test_a_certificate_that_expires_breaks_the_codes_already_printed(
    session: OpenSession,
) -> None:
    simulator = session.visitor.simulator
    issued = simulator.issue_certificate(NIP, "offline")
    path = certificate_path(simulator, issued, invoice_xml())
    simulator.move_clock(731 * 86400)
    assert look(simulator, path).status_code == 404


def test_a_certificate_that_ksef_did_not_issue_confirms_nothing(session: OpenSession) -> None:
    simulator = session.visitor.simulator
    issued = simulator.issue_certificate(NIP, "offline", self_signed=True)
    assert look(simulator, certificate_path(simulator, issued, invoice_xml())).status_code == 404


def test_an_enrolled_offline_certificate_confirms_the_issuer(session: OpenSession) -> None:
    simulator = session.visitor.simulator
    issued = new_certificate(session.visitor, "Offline")
    assert look(simulator, certificate_path(simulator, issued, invoice_xml())).status_code == 200


def test_a_changed_link_confirms_nothing(session: OpenSession) -> None:
    simulator = session.visitor.simulator
    issued = simulator.issue_certificate(NIP, "offline")
    path = certificate_path(simulator, issued, invoice_xml())
    changed = path.replace(path.split("/")[6], base64url(bytes(32)))
    assert look(simulator, changed).status_code == 404


@pytest.mark.filterwarnings("ignore:The parsed certificate contains a NULL parameter")
def test_the_official_kod_ii_signature_holds(shared_ksef: Path) -> None:
    # The certificate is of another kind and names another NIP: only the signature is official.
    certificate = x509.load_der_x509_certificate(
        (shared_ksef / "vectors" / "kod2-certificate.der").read_bytes()
    )
    text = (
        b"qr-test.ksef.mf.gov.pl/certificate/Nip/1111111111/1111111111/01F20A5D352AE590/"
        b"UtQp9Gpc51y-u3xApZjIjgkpZ01js-J8KflSPW8WzIE"
    )
    signature = base64.urlsafe_b64decode(
        "mSkm_XmM9fq7PgAJwiL32L9ujhyguOEV48cDB0ncemD2r9TMGa3lr0iRoFk588agCi8QPsOuscUY1rZ7ff76STbG"
        "quO-gZtQys5_fHdf2HUfDqPqVTnUS6HknBu0zLkyf9ygoW7WbH06Ty_8BgQTlOmJFzNWSt9WZa7tAGuAE9JOooNp"
        "s-KG2PYkkIP4q4jPMp3FKypAygHVnXtS0RDGgOxhhM7LWtFP7D-dWINbh5yXD8Lr-JVbeOpyQjHa6WmMYavCDQJ3"
        "X_Z-iS01LZu2s1B3xuOykl1h0sLObCdADrbxOONsXrvQa61Xt_rxyprVraj2Uf9pANQgR4-12HEcMw=="
    )
    assert signature_holds(certificate, signature, text)
    assert not signature_holds(certificate, signature, text + b"/")
