"""HTTP, and what is known when it fails."""

from __future__ import annotations

import dataclasses
import logging
import time

import pytest
from cryptography.hazmat.primitives import serialization

from ksef.environments import environment
from ksef.errors import (
    LoginExpired,
    Outcome,
    ServerError,
    Unreachable,
    UnreadableAnswer,
    token_id,
)
from ksef.transport import Transport

from . import credentials as c
from .server import (
    answering,
    closing,
    deaf,
    free_port,
    resetting,
    server,
    silent,
    speaking_no_http,
    tls_server,
)

SECRET = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.c2VjcmV0"


def transport(url: str, *, timeout: float = 5, pauses: list[float] | None = None) -> Transport:
    sleep = (lambda _seconds: None) if pauses is None else pauses.append
    return Transport(environment("simulator", url), timeout=timeout, sleep=sleep)


def post(url: str, **more):
    return transport(url, timeout=more.pop("timeout", 5)).request(
        "send_invoice", "POST", "/invoices", bearer=SECRET, json={"a": 1}, **more
    )


def failure_of(url: str, **more) -> Unreachable:
    with pytest.raises(Unreachable) as caught:
        post(url, **more)
    return caught.value


# --- nothing left -------------------------------------------------------------------------


def test_a_refused_connection_means_not_sent():
    assert failure_of(f"http://127.0.0.1:{free_port()}").outcome is Outcome.NOT_SENT


def test_a_time_out_while_connecting_means_not_sent():
    with deaf() as port:
        error = failure_of(f"http://127.0.0.1:{port}", timeout=0.5)

    assert error.outcome is Outcome.NOT_SENT
    assert error.reason == "time-out while connecting"


def test_an_unknown_host_means_not_sent():
    nowhere = dataclasses.replace(environment("test"), api_url="https://ksef.invalid/v2")

    with pytest.raises(Unreachable) as caught:
        Transport(nowhere, timeout=5).request("challenge", "POST", "/auth/challenge")

    assert caught.value.outcome is Outcome.NOT_SENT


def test_a_certificate_that_nobody_knows_means_not_sent(tmp_path):
    key = c.ec_key()
    certificate = tmp_path / "server.pem"
    key_path = tmp_path / "server.key"
    certificate.write_bytes(c.pem(c.make_certificate(key, self_signed=True)))
    key_path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    with tls_server(str(certificate), str(key_path)) as port:
        unknown = dataclasses.replace(environment("test"), api_url=f"https://127.0.0.1:{port}/v2")
        with pytest.raises(Unreachable) as caught:
            Transport(unknown, timeout=5).request("challenge", "POST", "/auth/challenge")

    assert caught.value.outcome is Outcome.NOT_SENT
    assert "TLS certificate refused" in caught.value.reason


def test_a_tls_handshake_that_never_ends_means_not_sent():
    with server(closing) as running:
        plain = running.url.replace("http:", "https:")
        expecting_tls = dataclasses.replace(environment("test"), api_url=f"{plain}/v2")
        with pytest.raises(Unreachable) as caught:
            Transport(expecting_tls, timeout=0.5).request("challenge", "POST", "/auth/challenge")

    assert caught.value.outcome is Outcome.NOT_SENT


@pytest.mark.parametrize("behaviour", [closing, answering("502 Bad Gateway")])
def test_a_proxy_that_opens_no_tunnel_means_not_sent(monkeypatch, behaviour):
    with server(behaviour) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        with pytest.raises(Unreachable) as caught:
            Transport(environment("test"), timeout=5).request(
                "challenge", "POST", "/auth/challenge"
            )

    assert caught.value.outcome is Outcome.NOT_SENT
    assert proxy.requests[0].startswith(b"CONNECT api-test.ksef.mf.gov.pl:443")


def test_a_link_to_a_foreign_host_is_not_followed():
    with server(answering()) as running, pytest.raises(Unreachable) as caught:
        transport(running.url).request("download_upo", "GET", f"http://127.0.0.1:{free_port()}/x")

    assert caught.value.outcome is Outcome.NOT_SENT
    assert running.requests == []


# --- something may have left --------------------------------------------------------------


@pytest.mark.parametrize(
    "behaviour",
    [
        closing,
        resetting,
        speaking_no_http,
        answering(body=b'{"a"', length=1000),
        answering(headers="Transfer-Encoding: chunked", body=b"zz\r\n"),
    ],
    ids=["closed", "reset", "no HTTP", "cut off", "broken chunks"],
)
def test_whatever_breaks_after_sending_means_unknown(behaviour):
    with server(behaviour) as running:
        error = failure_of(running.url)

    assert error.outcome is Outcome.UNKNOWN
    assert error.may_have_acted


def test_a_time_out_while_waiting_means_unknown():
    with server(silent) as running:
        error = failure_of(running.url, timeout=0.3)

    assert error.outcome is Outcome.UNKNOWN
    assert error.reason == "time-out while waiting for the answer"


def test_a_connection_lost_between_two_calls_is_made_anew():
    keeping = answering(headers="Connection: keep-alive")
    with server(keeping, answering()) as running:
        kept = transport(running.url)
        for _number in range(2):
            kept.request("challenge", "POST", "/auth/challenge")
        kept.close()

    assert len(running.requests) == 2


def test_a_refused_connection_after_a_good_one_means_not_sent_again():
    with server(answering()) as running:
        kept = transport(running.url)
        kept.request("challenge", "POST", "/auth/challenge")

    with pytest.raises(Unreachable) as caught:
        kept.request("challenge", "POST", "/auth/challenge")

    assert caught.value.outcome is Outcome.NOT_SENT


# --- answers that were not promised -------------------------------------------------------


def test_another_success_than_the_promised_one_is_unreadable():
    with server(answering("200 OK")) as running, pytest.raises(UnreadableAnswer) as caught:
        post(running.url, expected=202)

    assert caught.value.may_have_acted


def test_a_redirection_is_not_followed():
    target = "Location: https://example.com/steal"
    with server(answering("302 Found", headers=target)) as running:
        with pytest.raises(UnreadableAnswer, match="redirection to example.com"):
            post(running.url)

    assert len(running.requests) == 1


def test_an_endless_answer_is_not_read_to_its_end():
    with server(answering(body=b"x" * 300_000)) as running:
        with pytest.raises(UnreadableAnswer, match="more than 100000 bytes"):
            post(running.url, max_bytes=100_000)


def test_an_answer_that_trickles_in_is_given_up():
    def trickling(connection, _request):
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _number in range(100):
            connection.sendall(b"1\r\nx\r\n")
            time.sleep(0.05)

    with server(trickling) as running:
        error = failure_of(running.url, timeout=0.2)

    assert error.outcome is Outcome.UNKNOWN
    assert "as a whole" in error.reason


# --- repetition ---------------------------------------------------------------------------


def test_a_post_is_made_once_and_no_more():
    with server(closing) as running:
        failure_of(running.url)

    assert len(running.requests) == 1


def test_a_read_is_repeated_when_the_caller_allows_it():
    pauses: list[float] = []
    with server(closing, answering("503 Service Unavailable"), answering()) as running:
        transport(running.url, pauses=pauses).request("session_status", "GET", "/x", retries=2)

    assert pauses == [0.5, 1.0]
    assert len(running.requests) == 3


def test_a_read_is_repeated_no_oftener_than_allowed():
    with server(answering("500 Internal Server Error")) as running, pytest.raises(ServerError):
        transport(running.url).request("session_status", "GET", "/x", retries=2)

    assert len(running.requests) == 3


# --- what goes over the wire --------------------------------------------------------------


def request_seen(**more) -> str:
    with server(answering()) as running:
        transport(running.url).request("x", "POST", "/auth/x", **more)
    return running.requests[0].decode()


def test_errors_are_wanted_as_problem_details():
    assert "X-Error-Format: problem-details" in request_seen()


def test_the_token_goes_as_bearer():
    assert f"Authorization: Bearer {SECRET}" in request_seen(bearer=SECRET)


def test_without_a_token_nothing_is_made_up(tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))

    assert "Authorization" not in request_seen()


def test_the_machines_proxy_is_not_asked_for_the_machine_itself(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")

    assert request_seen().startswith("POST /v2/auth/x HTTP/1.1")


def test_a_token_never_goes_to_a_link():
    with server(answering()) as running, pytest.raises(ValueError, match="bearer"):
        transport(running.url).request("x", "GET", f"{running.url}/x", bearer=SECRET)

    assert running.requests == []


def test_plain_http_is_impossible_outside_the_simulator():
    with server(answering()) as running:
        plain = dataclasses.replace(environment("test"), api_url=f"{running.url}/v2")
        with pytest.raises(Unreachable):
            Transport(plain, timeout=5).request("challenge", "POST", "/auth/challenge")

    assert running.requests == []


# --- logs ---------------------------------------------------------------------------------


def test_a_system_warning_is_logged(caplog):
    warning = "X-System-Warning: [W1]: The old form goes away | [W2]: Soon"
    with server(answering(headers=warning)) as running:
        transport(running.url).request("challenge", "POST", "/auth/challenge")

    assert "KSeF warns at challenge: [W1]: The old form goes away" in caplog.text


@pytest.mark.parametrize(
    "behaviour", [answering(), closing, answering("500 Oops"), answering("200 OK", b"{")]
)
def test_neither_token_nor_body_is_ever_logged_or_told(behaviour, caplog):
    caplog.set_level(logging.DEBUG, "ksef")
    told = ""
    with server(behaviour) as running:
        try:
            transport(running.url).request(
                "x", "POST", "/x", bearer=SECRET, json={"secret": "body"}, query={"sig": "sig123"}
            )
        except (Unreachable, ServerError) as error:
            told = f"{error!r} {error}"

    logged = "".join(
        record.getMessage() for record in caplog.records if record.name == "ksef.transport"
    )
    assert not any(secret in logged + told for secret in (SECRET, "body", "sig123"))


def test_a_401_tells_which_token_was_refused_without_telling_it():
    with server(answering("401 Unauthorized")) as running, pytest.raises(LoginExpired) as caught:
        post(running.url)

    assert caught.value.token_id == token_id(SECRET) != token_id("another")
    assert SECRET not in f"{caught.value!r} {vars(caught.value)}"
