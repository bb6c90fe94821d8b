"""Certificates that KSeF issued: fetching, listing and revoking them."""

from __future__ import annotations

import pytest

from .enrolling import enrol, listed, new_certificate
from .process import Simulator
from .visitor import BUYER_NIP, NIP, Visitor, error_code

PESEL = "44051401359"


@pytest.fixture
def visitor(fresh_simulator: Simulator) -> Visitor:
    return Visitor(fresh_simulator).log_in(fresh_simulator.issue_certificate(NIP))


def test_certificates_are_fetched_by_serial_number_and_only_ones_own(visitor: Visitor) -> None:
    simulator = visitor.simulator
    own, other = (simulator.issue_certificate(nip).serial for nip in (NIP, BUYER_NIP))
    body = {"certificateSerialNumbers": [own, other]}
    found = visitor.ask("POST", "/certificates/retrieve", body)["certificates"]
    assert [item["certificateSerialNumber"] for item in found] == [own]


@pytest.mark.parametrize("serials", [[], ["0" * 16] * 11, ["short"], ["0123456789abcdef"]])
def test_certificates_are_fetched_by_one_to_ten_serial_numbers(
    visitor: Visitor, serials: list[str]
) -> None:
    body = {"certificateSerialNumbers": serials}
    assert error_code(visitor.call("POST", "/certificates/retrieve", body)) == 21405


def test_the_list_of_certificates_can_be_narrowed(visitor: Visitor) -> None:
    enrol(visitor, "Offline", certificateName="Pierwszy Offline")
    enrol(visitor, "Authentication", certificateName="Drugi Auth")
    serial = listed(visitor, name="Drugi")[0]["certificateSerialNumber"]
    assert [item["name"] for item in listed(visitor)][:2] == ["Drugi Auth", "Pierwszy Offline"]
    for criteria, names in (
        ({"type": "Offline"}, ["Pierwszy Offline"]),
        ({"certificateSerialNumber": serial}, ["Drugi Auth"]),
        ({"status": "Revoked"}, []),
        ({"expiresAfter": "2049-01-01T00:00:00Z"}, []),
    ):
        assert [item["name"] for item in listed(visitor, **criteria)] == names, criteria


def test_the_list_of_certificates_comes_in_pages(visitor: Visitor) -> None:
    for _ in range(10):
        enrol(visitor)
    pages = [
        visitor.ask("POST", f"/certificates/query?pageSize=10&pageOffset={page}", {})
        for page in (0, 1)
    ]
    assert [(len(page["certificates"]), page["hasMore"]) for page in pages] == [
        (10, True),
        (1, False),
    ]


def test_the_list_tells_when_a_certificate_was_last_used(visitor: Visitor) -> None:
    issued = new_certificate(visitor)
    before = listed(visitor, certificateSerialNumber=issued.serial)[0]
    assert "lastUseDate" not in before
    Visitor(visitor.simulator).log_in(issued)
    after = listed(visitor, certificateSerialNumber=issued.serial)[0]
    assert "lastUseDate" in after


@pytest.mark.parametrize("reason", [None, "Unspecified", "Superseded", "KeyCompromise"])
def test_a_revoked_certificate_logs_in_no_more(visitor: Visitor, reason: str | None) -> None:
    issued = new_certificate(visitor)
    body = {"revocationReason": reason} if reason else None
    assert visitor.call("POST", f"/certificates/{issued.serial}/revoke", body).status_code == 204
    assert listed(visitor, status="Revoked")[0]["certificateSerialNumber"] == issued.serial
    again = Visitor(visitor.simulator)
    again.started(again.send_certificate(issued))
    assert again.login_status()["details"] == ["Certyfikat odwołany"]


def test_a_certificate_is_blocked_until_it_is_revoked(visitor: Visitor) -> None:
    visitor.simulator.control("processing", {"revocation_seconds": 60})
    issued = new_certificate(visitor)
    visitor.call("POST", f"/certificates/{issued.serial}/revoke")
    assert listed(visitor, status="Blocked")[0]["certificateSerialNumber"] == issued.serial
    again = Visitor(visitor.simulator)
    again.started(again.send_certificate(issued))
    assert again.login_status()["details"] == ["Certyfikat zawieszony"]


def test_an_expired_certificate_is_listed_as_such(visitor: Visitor) -> None:
    visitor.simulator.issue_certificate(NIP, valid_from="2020-01-01", valid_to="2022-01-01")
    assert len(listed(visitor, status="Expired")) == 1


def test_what_cannot_be_revoked_says_why(visitor: Visitor) -> None:
    simulator = visitor.simulator
    revoked = simulator.issue_certificate(NIP, revoked=True).serial
    stranger = simulator.issue_certificate(BUYER_NIP).serial
    own = simulator.issue_certificate(NIP).serial
    for serial, body, code in (
        (revoked, {}, 25009),
        (stranger, {}, 25008),
        ("0" * 16, {}, 25008),
        ("short", {}, 21405),
        (own, {"revocationReason": "Boredom"}, 21405),
    ):
        assert error_code(visitor.call("POST", f"/certificates/{serial}/revoke", body)) == code


def test_a_certificate_follows_its_owner_into_another_context(fresh_simulator: Simulator) -> None:
    person = fresh_simulator.issue_certificate(NIP, pesel=PESEL, contexts=[NIP, BUYER_NIP])
    first = Visitor(fresh_simulator).log_in(person)
    issued = new_certificate(first)
    second = Visitor(fresh_simulator).log_in(issued, BUYER_NIP)
    assert listed(second, certificateSerialNumber=issued.serial)
