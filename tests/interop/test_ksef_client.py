"""ksef-client, a client that is not ours, does a taxpayer's whole work with the simulator."""

from __future__ import annotations

import pytest
import requests
from interop_logins import log_in, log_in_by_token
from ksef_client import KsefClient, KsefClientOptions
from ksef_client.exceptions import KsefHttpError
from ksef_client.models import FormCode, PublicKeyCertificateUsage
from ksef_client.services.verification_link import VerificationLinkService
from ksef_client.services.workflows import OnlineSessionWorkflow
from lxml import etree
from simulator.process import Simulator
from simulator.visitor import NIP, digest, invoice_xml, plain_key_pem, warsaw_today

FA3 = FormCode(system_code="FA (3)", schema_version="1-0E", value="FA")
UPO = "{http://upo.schematy.mf.gov.pl/KSeF/v4-3}"


def send_and_read(client: KsefClient, access_token: str) -> None:
    """Open, send, read the status, fetch the UPO, close, fetch everything again."""
    key = client.security.get_public_key_certificate(
        PublicKeyCertificateUsage.SYMMETRICKEYENCRYPTION
    )
    session = OnlineSessionWorkflow(client.sessions).open_session(
        form_code=FA3,
        public_certificate=key.certificate,
        public_key_id=key.public_key_id,
        access_token=access_token,
    )
    content = invoice_xml("INTEROP/1")
    reference = session.send_invoice(content).reference_number

    status = session.get_invoice_status(reference)
    assert status.status.code == 200
    assert status.invoice_hash == digest(content)

    upo = session.get_invoice_upo_by_ref(reference)
    assert upo == session.get_invoice_upo_by_ksef(status.ksef_number)
    named = etree.fromstring(upo).findtext(f"{UPO}Dokument/{UPO}NumerKSeFDokumentu")
    assert named == status.ksef_number

    session.close()
    ended = session.get_status()
    assert (ended.status.code, ended.successful_invoice_count) == (200, 1)
    assert session.get_upo(ended.upo.pages[0].reference_number)
    assert [item.reference_number for item in session.list_invoices().invoices] == [reference]
    fetched = client.invoices.get_invoice_bytes(status.ksef_number, access_token=access_token)
    assert fetched.content == content


@pytest.mark.parametrize("version", ["2.0", "2.1"])
@pytest.mark.parametrize("algorithm", ["RSA", "EC"])
def test_logs_in_by_certificate_and_sends_an_invoice(
    client: KsefClient, fresh_simulator: Simulator, algorithm: str, version: str
) -> None:
    issued = fresh_simulator.issue_certificate(NIP, algorithm=algorithm)
    send_and_read(client, log_in(client, issued, version).access_token)


def test_logs_in_by_token_and_sends_an_invoice(
    client: KsefClient, fresh_simulator: Simulator
) -> None:
    send_and_read(client, log_in_by_token(client, fresh_simulator.issue_token(NIP)).access_token)


def test_refreshes_and_ends_a_login(client: KsefClient, fresh_simulator: Simulator) -> None:
    result = log_in(client, fresh_simulator.issue_certificate(NIP))
    renewed = client.auth.refresh_access_token(result.refresh_token).access_token.token
    assert client.rate_limits.get_rate_limits(renewed).invoice_send.per_hour == 180
    client.auth.revoke_current_session(renewed)
    with pytest.raises(KsefHttpError):
        client.auth.refresh_access_token(result.refresh_token)


def test_reads_the_beacon(client: KsefClient, fresh_simulator: Simulator) -> None:
    fresh_simulator.lighthouse("MAINTENANCE")
    assert client.lighthouse.get_status().status.value == "MAINTENANCE"
    assert client.lighthouse.get_messages() == []
    fresh_simulator.control("lighthouse/events", {"category": "FAILURE"})
    assert client.lighthouse.get_status().status.value == "FAILURE"
    assert [message.version for message in client.lighthouse.get_messages()] == [1]


def test_its_invoice_link_opens_the_invoice(
    options: KsefClientOptions, fresh_simulator: Simulator
) -> None:
    content = invoice_xml("INTEROP/2")
    number = fresh_simulator.plant_invoice(content)["number"]
    link = VerificationLinkService(options).build_invoice_verification_url(
        NIP, warsaw_today(), digest(content)
    )
    page = requests.get(link, timeout=10)
    assert (page.status_code, number in page.text) == (200, True)


@pytest.mark.parametrize("encoding", ["p1363", "der"])
@pytest.mark.parametrize("algorithm", ["RSA", "EC"])
def test_its_certificate_link_confirms_the_issuer(
    options: KsefClientOptions, fresh_simulator: Simulator, algorithm: str, encoding: str
) -> None:
    issued = fresh_simulator.issue_certificate(NIP, "offline", algorithm=algorithm)
    link = VerificationLinkService(options).build_certificate_verification_url(
        seller_nip=NIP,
        context_identifier_type="Nip",
        context_identifier_value=NIP,
        certificate_serial=issued.serial,
        invoice_hash=digest(invoice_xml()),
        signing_certificate_pem=issued.certificate.decode(),
        private_key_pem=plain_key_pem(issued).decode(),
        signature_format=encoding,
    )
    assert requests.get(link, timeout=10).status_code == 200
