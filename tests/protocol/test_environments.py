"""Where calls may go."""

from __future__ import annotations

import pytest

from ksef.environments import CODES, environment

LOCAL = "http://127.0.0.1:8180"


@pytest.mark.parametrize(
    ("code", "api", "qr"),
    [
        ("test", "https://api-test.ksef.mf.gov.pl/v2", "https://qr-test.ksef.mf.gov.pl"),
        ("demo", "https://api-demo.ksef.mf.gov.pl/v2", "https://qr-demo.ksef.mf.gov.pl"),
        ("production", "https://api.ksef.mf.gov.pl/v2", "https://qr.ksef.mf.gov.pl"),
    ],
)
def test_the_published_addresses(code, api, qr):
    assert (environment(code).api_url, environment(code).qr_url) == (api, qr)


def test_the_simulator_lives_below_its_root():
    simulator = environment("simulator", f"{LOCAL}/")

    assert simulator.api_url == f"{LOCAL}/v2"
    assert simulator.qr_url == simulator.lighthouse_url == LOCAL


@pytest.mark.parametrize(
    "url",
    [
        "http://192.168.0.7:8180",
        "http://example.com",
        "https://127.0.0.1",
        "http://127.0.0.1.example.com",
        "http://127.0.0.1/path",
        "ftp://localhost",
        "",
        None,
    ],
)
def test_the_simulator_is_on_this_machine_or_nowhere(url):
    with pytest.raises(ValueError, match="simulator"):
        environment("simulator", url)


def test_an_unknown_code_is_refused():
    with pytest.raises(ValueError, match="staging"):
        environment("staging")


def test_only_test_environments_take_self_signed_certificates():
    taking = {code for code in CODES if environment(code, LOCAL).accepts_self_signed}

    assert taking == {"simulator", "test"}


@pytest.mark.parametrize(
    "url",
    [
        "https://api-test.ksef.mf.gov.pl/storage/01/upo.xml?sig=a%2Bb",
        "https://API-test.ksef.mf.gov.pl/storage/upo.xml",
        "https://api-test.ksef.mf.gov.pl:443/upo.xml",
        "https://api-latarnia-test.ksef.mf.gov.pl/status",
    ],
)
def test_links_to_the_environments_own_hosts_are_allowed(url):
    assert environment("test").allows(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://api-test.ksef.mf.gov.pl/upo.xml",
        "https://api.ksef.mf.gov.pl/upo.xml",
        "https://api-test.ksef.mf.gov.pl.example.com/upo.xml",
        "https://api-test.ksef.mf.gov.pl@example.com/upo.xml",
        "https://user:secret@api-test.ksef.mf.gov.pl/upo.xml",
        "https://example.com\\@api-test.ksef.mf.gov.pl/upo.xml",
        "https://api-test.ksef.mf.gov.pl:8443/upo.xml",
        "https://api-test.ksef.mf.gov.pl:port/upo.xml",
        "https://[api-test.ksef.mf.gov.pl/upo.xml",
        "//api-test.ksef.mf.gov.pl/upo.xml",
        "file:///etc/passwd",
        LOCAL,
        "",
    ],
)
def test_no_other_link_is_allowed(url):
    assert not environment("test").allows(url)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        (f"{LOCAL}/storage/upo.xml", True),
        ("http://127.0.0.1:5432/", False),
        ("https://127.0.0.1:8180/", False),
        ("http://localhost:8180/", False),
        ("https://api.ksef.mf.gov.pl/v2", False),
    ],
)
def test_the_simulator_hands_out_links_to_itself_only(url, allowed):
    assert environment("simulator", LOCAL).allows(url) is allowed
