"""Our KOD I and KOD II beside those that ksef-client makes, and on the simulator's pages."""

from __future__ import annotations

import base64
import hashlib
from datetime import date, datetime, timezone

import pytest
import requests
from ksef_client import KsefClientOptions
from ksef_client.services.verification_link import VerificationLinkService
from simulator.process import IssuedCertificate, Simulator
from simulator.visitor import NIP, plain_key_pem

from ksef.certificates import Pair, Purpose, read_pair
from ksef.context import Context
from ksef.environments import environment
from ksef.links import certificate_link, invoice_link, verify_certificate_link

SHA256 = hashlib.sha256(b"a document").digest()
DAY = date(2026, 2, 1)


@pytest.fixture(params=["RSA", "EC"])
def issued(fresh_simulator: Simulator, request: pytest.FixtureRequest) -> IssuedCertificate:
    return fresh_simulator.issue_certificate(NIP, purpose="offline", algorithm=request.param)


@pytest.fixture
def pair(issued: IssuedCertificate) -> Pair:
    return read_pair(
        issued.certificate,
        issued.key,
        issued.password,
        purpose=Purpose.OFFLINE,
        at=datetime.now(timezone.utc),
        allow_self_signed=False,
    )


def theirs(options: KsefClientOptions, issued: IssuedCertificate) -> str:
    """The KOD II of ksef-client for the same document and certificate."""
    return VerificationLinkService(options).build_certificate_verification_url(
        seller_nip=NIP,
        context_identifier_type="Nip",
        context_identifier_value=NIP,
        certificate_serial=issued.serial,
        invoice_hash=base64.b64encode(SHA256).decode(),
        signing_certificate_pem=issued.certificate.decode(),
        private_key_pem=plain_key_pem(issued).decode(),
    )


def ours(simulator: Simulator, pair: Pair) -> str:
    here = environment("simulator", simulator.url)
    return certificate_link(here, Context.nip(NIP), NIP, pair, SHA256)


def test_the_first_code_is_the_same(options: KsefClientOptions, fresh_simulator: Simulator) -> None:
    link = VerificationLinkService(options).build_invoice_verification_url(
        NIP, DAY, base64.b64encode(SHA256).decode()
    )
    assert invoice_link(environment("simulator", fresh_simulator.url), NIP, DAY, SHA256) == link


def test_the_second_code_says_the_same(
    options: KsefClientOptions, fresh_simulator: Simulator, issued: IssuedCertificate, pair: Pair
) -> None:
    """All but the signature, which is another one each time it is made."""
    signed = ours(fresh_simulator, pair).rpartition("/")[0]
    assert signed == theirs(options, issued).rpartition("/")[0]


def test_we_verify_the_second_code_of_ksef_client(
    options: KsefClientOptions, issued: IssuedCertificate, pair: Pair
) -> None:
    assert verify_certificate_link(theirs(options, issued), pair.certificate)


def test_the_page_of_the_certificate_confirms_both(
    options: KsefClientOptions, fresh_simulator: Simulator, issued: IssuedCertificate, pair: Pair
) -> None:
    for link in (ours(fresh_simulator, pair), theirs(options, issued)):
        page = requests.get(link, timeout=10)
        assert "signed with a valid KSeF certificate of the Offline kind" in page.text


def test_a_code_of_another_document_is_not_confirmed(
    fresh_simulator: Simulator, pair: Pair
) -> None:
    other = base64.urlsafe_b64encode(hashlib.sha256(b"another").digest()).rstrip(b"=").decode()
    mine = base64.urlsafe_b64encode(SHA256).rstrip(b"=").decode()
    page = requests.get(ours(fresh_simulator, pair).replace(mine, other), timeout=10)
    assert "signed with a valid KSeF certificate of the Offline kind" not in page.text
