"""Logging in to a KSeF that checks signatures with a library that is not ours."""

from __future__ import annotations

import time

import pytest

from ksef.errors import (
    BadRequest,
    Forbidden,
    LoginExpired,
    LoginPending,
    LoginRefused,
    TooManyRequests,
)
from ksef.login import CertificateCredential, Context, TokenCredential, log_in, refresh, resume
from ksef.xades import auth_token_request, sign

from .conftest import real_clock
from .credentials import NIP


def enter(client, credential, nip=NIP, *, wait=lambda _seconds: None, **more):
    return log_in(client, credential, Context.nip(nip), clock=real_clock, wait=wait, **more)


@pytest.mark.parametrize("algorithm", ["RSA", "EC"])
def test_a_certificate_logs_in(anonymous, pair_of, algorithm):
    tokens = enter(anonymous, CertificateCredential(pair_of(algorithm=algorithm)))

    assert real_clock() < tokens.access.valid_until < tokens.refresh.valid_until
    assert (
        "InvoiceWrite" in anonymous.with_access_token(tokens.access.value).own_permissions().scopes
    )


def test_a_token_logs_in(ksef, anonymous):
    token = ksef.issue_token(NIP, ["InvoiceRead", "InvoiceWrite"])

    tokens = enter(anonymous, TokenCredential(token))

    client = anonymous.with_access_token(tokens.access.value)
    assert client.own_permissions().scopes == {"InvoiceRead", "InvoiceWrite"}


def test_the_refresh_token_gives_new_access_and_stays_good(anonymous, pair_of):
    tokens = enter(anonymous, CertificateCredential(pair_of()))

    for _time in range(2):
        renewed = refresh(anonymous, tokens.refresh.value)
        assert anonymous.with_access_token(renewed.value).own_permissions().scopes


def test_an_ended_login_cannot_be_refreshed(anonymous, pair_of):
    tokens = enter(anonymous, CertificateCredential(pair_of()))

    anonymous.with_access_token(tokens.access.value).end_current_login()

    with pytest.raises((BadRequest, LoginExpired)):
        refresh(anonymous, tokens.refresh.value)


def test_a_login_is_ended_by_its_refresh_token_too(anonymous, pair_of):
    tokens = enter(anonymous, CertificateCredential(pair_of()))

    anonymous.end_current_login(tokens.refresh.value)

    with pytest.raises((BadRequest, LoginExpired)):
        refresh(anonymous, tokens.refresh.value)


def test_tokens_are_fetched_once(anonymous, pair_of):
    pair = pair_of()
    started = _started(anonymous, pair)
    _through(anonymous, started)
    anonymous.redeem_tokens(started.token.value)

    with pytest.raises(BadRequest) as caught:
        anonymous.redeem_tokens(started.token.value)

    assert 21301 in caught.value.codes


def _started(client, pair):
    request = auth_token_request(
        client.challenge().value, Context.nip(NIP), pair.info.subject_identifier_type
    )
    signed = sign(request, pair.certificate, pair.private_key, clock=real_clock)
    return client.authenticate_by_signature(signed)


def _through(client, started):
    for _attempt in range(20):
        if client.authentication_status(started.reference, started.token.value).code == 200:
            return
        time.sleep(0.1)
    raise AssertionError("The login did not go through.")


def test_a_certificate_without_permissions_for_the_context_is_refused(anonymous, pair_of):
    with pytest.raises(LoginRefused) as caught:
        enter(anonymous, CertificateCredential(pair_of("1111111111")))

    assert caught.value.code == 415
    assert caught.value.explanation
    assert not caught.value.is_temporary


def test_an_unknown_token_is_refused(anonymous):
    with pytest.raises((LoginRefused, BadRequest)):
        enter(anonymous, TokenCredential("20260101-EC-2F20AD2000-242386DF86-52|nip-5265877635|00"))


def test_a_signature_of_another_document_is_refused(anonymous, pair_of):
    pair = pair_of()
    request = auth_token_request(
        anonymous.challenge().value, Context.nip(NIP), "certificateSubject"
    )
    signed = sign(request, pair.certificate, pair.private_key, clock=real_clock)

    with pytest.raises(BadRequest):
        anonymous.authenticate_by_signature(signed.replace(NIP.encode(), b"1111111111"))


def test_withdrawn_keys_are_fetched_again(ksef, anonymous):
    anonymous.public_keys()
    ksef.fault("POST /v2/auth/ksef-token", "rotate_keys")

    assert enter(anonymous, TokenCredential(ksef.issue_token(NIP)))


@pytest.mark.parametrize("call", ["public_keys", "challenge"])
def test_what_needs_no_login_needs_none(anonymous, call):
    assert getattr(anonymous, call)()


def test_without_login_nothing_else_is_told(anonymous):
    with pytest.raises(LoginExpired):
        anonymous.own_permissions()


def test_an_expired_token_is_told_apart(ksef, client):
    ksef.fault("POST /v2/permissions/query/personal/grants", "expire_tokens")

    with pytest.raises(LoginExpired):
        client.own_permissions()


# --- logins that take their time ----------------------------------------------------------


def test_polling_waits_between_its_questions_and_gives_up_in_time(ksef, anonymous, pair_of):
    ksef.fault("GET /v2/auth/*", "status", times=None, code=200, body=_status(100))
    waits: list[float] = []

    with pytest.raises(LoginPending) as caught:
        enter(anonymous, CertificateCredential(pair_of()), wait=waits.append)

    assert sum(waits) == 4.0
    assert caught.value.reference


def test_a_pending_login_is_resumed_later(ksef, anonymous, pair_of):
    ksef.fault("GET /v2/auth/*", "status", times=1, code=200, body=_status(100))
    with pytest.raises(LoginPending) as caught:
        enter(anonymous, CertificateCredential(pair_of()), pauses=())

    pending = caught.value
    tokens = resume(
        anonymous, pending.reference, pending.authentication_token, wait=lambda _seconds: None
    )

    assert tokens.access.value
    assert pending.authentication_token not in f"{pending!r} {pending}"


@pytest.mark.parametrize(
    ("code", "temporary"), [(460, False), (480, False), (550, True), (500, True)]
)
def test_a_refused_login_says_whether_to_try_again(ksef, anonymous, pair_of, code, temporary):
    ksef.fault("GET /v2/auth/*", "status", code=200, body=_status(code))

    with pytest.raises(LoginRefused) as caught:
        enter(anonymous, CertificateCredential(pair_of()))

    assert (caught.value.code, caught.value.is_temporary) == (code, temporary)


def test_an_unknown_code_below_400_is_waited_for(ksef, anonymous, pair_of):
    ksef.fault("GET /v2/auth/*", "status", code=200, body=_status(177))

    assert enter(anonymous, CertificateCredential(pair_of()))


def _status(code):
    return {
        "startDate": "2026-03-02T12:00:00+00:00",
        "authenticationMethod": "QualifiedSignature",
        "authenticationMethodInfo": {
            "category": "XadesSignature",
            "code": "xades.qualified",
            "displayName": "Podpis",
        },
        "status": {"code": code, "description": "Opis", "details": ["Szczegół"]},
    }


def test_too_many_requests_say_when_to_come_back(ksef, anonymous):
    ksef.fault(
        "POST /v2/auth/challenge", "status", code=429, headers={"Retry-After": "17"}, body={}
    )

    with pytest.raises(TooManyRequests) as caught:
        anonymous.challenge()

    assert caught.value.retry_after == 17


def test_a_missing_permission_is_named(ksef, anonymous):
    token = ksef.issue_token(NIP, ["InvoiceWrite"])
    tokens = enter(anonymous, TokenCredential(token))

    with pytest.raises(Forbidden) as caught:
        anonymous.with_access_token(tokens.access.value).invoice_by_number(
            "5265877635-20250826-0100001AF629-AF"
        )

    assert caught.value.reason_code == "missing-permissions"
    assert caught.value.required_permissions == ("InvoiceRead",)
