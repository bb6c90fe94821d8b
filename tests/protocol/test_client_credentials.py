"""Certificates and tokens made by KSeF on request, against a strict KSeF."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ksef.certificates import Certificate, Pair, Purpose, check_certificate
from ksef.credential_answers import (
    RevocationReason,
    certificate_quota_from,
    enrolment_data_from,
    enrolment_status_from,
    made_token_from,
)
from ksef.csr import signing_request
from ksef.decoding import Unpromised
from ksef.errors import ApiError, BadRequest, LoginRefused
from ksef.login import CertificateCredential, Context, TokenCredential, log_in
from ksef.statuses import Verdict, enrolment_verdict

from .conftest import real_clock
from .credentials import NIP

NAME = "Certyfikat z testu"


def enter(client, credential):
    tokens = log_in(
        client, credential, Context.nip(NIP), clock=real_clock, wait=lambda _seconds: None
    )
    return client.with_access_token(tokens.access.value)


@pytest.fixture
def by_token(ksef, anonymous):
    return enter(anonymous, TokenCredential(ksef.issue_token(NIP)))


class Enrolment:
    """A request made by a client, and what became of it."""

    def __init__(self, client, purpose=Purpose.AUTHENTICATION, name=NAME):
        self.client, self.purpose = client, purpose
        self.request = signing_request(client.enrolment_data())
        self.reference = client.request_certificate(name, purpose, self.request.der)

    @property
    def status(self):
        return self.client.enrolment_status(self.reference)

    def pair(self):
        [issued] = self.client.retrieve_certificates([self.status.serial])
        assert issued.purpose is self.purpose
        return Pair(Certificate.load(issued.der), self.request.private_key)


# --- certificates -------------------------------------------------------------------------


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_certificate_is_asked_for_and_fetched(client, purpose):
    pair = Enrolment(client, purpose).pair()

    check_certificate(pair.info, purpose=purpose, at=real_clock(), allow_self_signed=False)
    assert pair.info.nip == NIP
    assert pair.certificate.public_key() == pair.private_key.public_key()


def test_a_certificate_made_on_request_logs_in(anonymous, client):
    pair = Enrolment(client).pair()

    assert enter(anonymous, CertificateCredential(pair)).own_permissions().scopes


def test_a_request_uses_the_quota_up(client):
    before = client.certificate_quota()
    Enrolment(client).pair()
    after = client.certificate_quota()

    assert before.can_request
    assert (before.requests_limit, before.certificates_limit) == (300, 100)
    assert (after.requests, after.certificates) == (before.requests - 1, before.certificates - 1)


def test_a_used_up_quota_is_told_and_refused(ksef, client):
    ksef.control("quotas", {"type": "Nip", "requests": 0})

    assert not client.certificate_quota().can_request
    with pytest.raises(BadRequest) as caught:
        Enrolment(client)
    assert 25006 in caught.value.codes


def test_a_request_is_pending_until_it_is_decided(ksef, client):
    ksef.control("processing", {"enrollment_seconds": 60})

    status = Enrolment(client).status

    assert status.verdict is Verdict.PENDING
    assert status.serial is None


def test_after_a_login_by_token_no_certificate_is_given(by_token):
    with pytest.raises(BadRequest) as caught:
        by_token.enrolment_data()

    assert 25001 in caught.value.codes
    assert not by_token.certificate_quota().can_request


@pytest.mark.parametrize("reason", list(RevocationReason))
def test_a_revoked_certificate_logs_in_no_more(anonymous, client, reason):
    pair = Enrolment(client).pair()

    client.revoke_certificate(pair.info.serial, reason)

    with pytest.raises(LoginRefused) as caught:
        enter(anonymous, CertificateCredential(pair))
    assert caught.value.code == 460


def test_a_certificate_is_revoked_once(client):
    serial = Enrolment(client).pair().info.serial
    client.revoke_certificate(serial)

    with pytest.raises(BadRequest) as caught:
        client.revoke_certificate(serial)

    assert 25009 in caught.value.codes


def test_ksefs_list_names_what_it_issued(client):
    pair = Enrolment(client, Purpose.OFFLINE).pair()

    [listed] = client.certificates(name=NAME)

    assert (listed.serial, listed.purpose, listed.status) == (
        pair.info.serial,
        Purpose.OFFLINE,
        "Active",
    )
    assert listed.valid_to - listed.valid_from > timedelta(days=700)
    assert client.certificates(serial=pair.info.serial) == (listed,)
    assert client.certificates(name="something else") == ()


def test_a_list_of_several_pages_is_read_to_its_end(ksef, client):
    ksef.control("quotas", {"type": "Nip", "active": 200})
    for number in range(55):
        ksef.issue_certificate(NIP, label=f"Seria {number:02}")

    assert len(client.certificates(name="Seria")) == 55


def test_at_most_ten_certificates_are_fetched_at_once(client):
    with pytest.raises(ValueError, match="10"):
        client.retrieve_certificates(["0" * 16] * 11)


# --- tokens -------------------------------------------------------------------------------


def test_a_token_is_made_and_logs_in(anonymous, client):
    made = client.make_token("Token z testu", ["InvoiceWrite"])

    assert client.token_info(made.reference).status == "Active"
    logged_in = enter(anonymous, TokenCredential(made.value))
    assert logged_in.own_permissions().scopes == {"InvoiceWrite"}


def test_a_token_does_not_show_in_its_repr(client):
    made = client.make_token("Token z testu", ["InvoiceWrite"])

    assert made.value not in repr(made)


def test_tokens_are_listed(client):
    references = {client.make_token(f"Token {n}", ["InvoiceRead"]).reference for n in range(3)}

    listed = client.tokens()

    assert {token.reference for token in listed} == references
    assert {token.permissions for token in listed} == {("InvoiceRead",)}


def test_a_revoked_token_logs_in_no_more(anonymous, client):
    made = client.make_token("Token z testu", ["InvoiceWrite"])

    client.revoke_token(made.reference)

    assert client.token_info(made.reference).status == "Revoked"
    with pytest.raises(LoginRefused):
        enter(anonymous, TokenCredential(made.value))


def test_after_a_login_by_token_no_token_is_made(by_token):
    with pytest.raises(ApiError):
        by_token.make_token("Token z testu", ["InvoiceWrite"])


# --- answers that are not as promised -------------------------------------------------------


@pytest.mark.parametrize(
    ("read", "document"),
    [
        (certificate_quota_from, {"canRequest": True}),
        (enrolment_data_from, {"commonName": "x"}),
        (enrolment_status_from, {"status": {"code": 200}}),
        (
            enrolment_status_from,
            {"status": {"code": 200, "description": "x"}, "certificateSerialNumber": "../../x"},
        ),
        (made_token_from, {"referenceNumber": "A" * 36, "token": ""}),
    ],
)
def test_an_answer_that_is_not_as_promised_is_not_guessed_at(read, document):
    with pytest.raises(Unpromised):
        read(document)


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        (100, Verdict.PENDING),
        (200, Verdict.ACCEPTED),
        (400, Verdict.REFUSED),
        (500, Verdict.RETRY),
        (550, Verdict.RETRY),
        (123, Verdict.UNKNOWN),
    ],
)
def test_codes_of_a_request_for_a_certificate(code, verdict):
    assert enrolment_verdict(code) is verdict
