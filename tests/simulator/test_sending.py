"""Invoices on their way: what KSeF takes, refuses and says."""

from __future__ import annotations

import base64
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ksef_simulator.numbers import crc8

from .process import Simulator
from .visitor import (
    BUYER_NIP,
    NIP,
    OpenSession,
    Visitor,
    digest,
    invoice_xml,
    warsaw_today,
)

WARSAW = ZoneInfo("Europe/Warsaw")


@pytest.fixture
def visitor(fresh_simulator: Simulator) -> Visitor:
    return Visitor(fresh_simulator).log_in(fresh_simulator.issue_certificate(NIP))


@pytest.fixture
def session(visitor: Visitor) -> OpenSession:
    return OpenSession.of(visitor)


def test_an_accepted_invoice_has_a_number_with_a_right_checksum(session: OpenSession) -> None:
    invoice = session.invoice(session.send(invoice_xml()))
    number = invoice["ksefNumber"]
    assert invoice["status"] == {"code": 200, "description": "Sukces"}
    assert number.startswith(f"{NIP}-{warsaw_today():%Y%m%d}-")
    assert f"{crc8(number[:32]):02X}" == number[-2:]


@pytest.mark.parametrize(
    ("text", "checksum"),
    [
        ("5265877635-20250826-0100001AF629", 0xAF),
        ("5265877635-20250626-010080DD2B5E", 0x26),
        ("5555555555-20250828-010080615740", 0xE4),
    ],
)
def test_the_checksum_is_that_of_true_numbers(text: str, checksum: int) -> None:
    assert crc8(text) == checksum


def test_an_invoice_of_today_is_online(session: OpenSession) -> None:
    assert session.invoice(session.send(invoice_xml()))["invoicingMode"] == "Online"


def test_an_invoice_of_yesterday_is_marked_offline(session: OpenSession) -> None:
    yesterday = warsaw_today() - timedelta(days=1)
    assert (
        session.invoice(session.send(invoice_xml(issued=yesterday)))["invoicingMode"] == "Offline"
    )


def test_a_declared_offline_invoice_is_offline(session: OpenSession) -> None:
    reference = session.send(invoice_xml(), offlineMode=True)
    assert session.invoice(reference)["invoicingMode"] == "Offline"


def test_an_invoice_of_tomorrow_is_refused(session: OpenSession) -> None:
    assert session.verdict(invoice_xml(issued=warsaw_today() + timedelta(days=1)))["code"] == 450


def test_the_day_changes_at_midnight_in_warsaw(visitor: Visitor) -> None:
    now = datetime.now(timezone.utc)
    midnight = datetime.combine(
        now.astimezone(WARSAW).date() + timedelta(days=1), datetime.min.time(), WARSAW
    )
    visitor.simulator.move_clock((midnight - now).total_seconds() + 60)
    visitor.log_in(visitor.simulator.issue_certificate(NIP))
    session = OpenSession.of(visitor)
    assert (
        session.invoice(session.send(invoice_xml(issued=midnight.date())))["invoicingMode"]
        == "Online"
    )


def test_an_invoice_is_processed_before_its_verdict(session: OpenSession) -> None:
    session.visitor.simulator.processing(60)
    reference = session.send(invoice_xml())
    codes = []
    for seconds in (0, 31, 61):
        session.visitor.simulator.move_clock(seconds)
        codes.append(session.invoice(reference)["status"]["code"])
    assert codes == [100, 150, 200]


def test_the_same_invoice_again_is_a_duplicate_that_names_the_original(
    session: OpenSession,
) -> None:
    original = session.invoice(session.send(invoice_xml()))
    status = session.verdict(invoice_xml())
    assert status["code"] == 440
    assert status["extensions"] == {
        "originalSessionReferenceNumber": session.reference,
        "originalKsefNumber": original["ksefNumber"],
    }


def test_another_kind_with_the_same_number_is_no_duplicate(session: OpenSession) -> None:
    session.send(invoice_xml())
    assert session.verdict(invoice_xml(kind="UPR"))["code"] == 200


def test_a_refused_invoice_does_not_make_a_duplicate(session: OpenSession) -> None:
    session.send(invoice_xml(issued=warsaw_today() + timedelta(days=1)))
    assert session.verdict(invoice_xml())["code"] == 200


def test_another_sellers_invoice_is_refused_for_want_of_permission(session: OpenSession) -> None:
    assert session.verdict(invoice_xml(seller=BUYER_NIP))["code"] == 410


def test_a_self_billing_buyer_may_send_the_sellers_invoice(session: OpenSession) -> None:
    session.visitor.simulator.control("authorizations", {"seller": BUYER_NIP, "issuer": NIP})
    assert session.verdict(invoice_xml(seller=BUYER_NIP, buyer=NIP))["code"] == 200


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: b"\xef\xbb\xbf" + content,
        lambda content: content.replace(b"<Naglowek>", b"<?style sheet?><Naglowek>"),
        lambda content: content.replace(b"?>\n", b"?>\n<!DOCTYPE Faktura>\n", 1),
        lambda content: content.replace(b"</Fa>", b""),
        lambda content: content.replace("Usługa".encode(), b"Us\xb3uga"),
        lambda content: content.replace("Usługa".encode(), "Us\x81ługa".encode()),
        lambda content: content.replace(b'encoding="UTF-8"', b'encoding="ISO-8859-2"'),
        lambda content: content.replace(b"<P_16>2</P_16>", b""),
        lambda content: content.replace(b"25/13775/", b"29/12648/"),
        lambda content: content.replace(b"<KodKraju>PL", b"<KodKraju>QQ"),
    ],
    ids=[
        "byte order mark",
        "processing instruction",
        "DTD",
        "not well-formed",
        "not UTF-8",
        "discouraged character",
        "another encoding declared",
        "against the schema",
        "another schema",
        "no such country",
    ],
)
def test_a_file_that_is_wrong_inside_is_refused(
    session: OpenSession, spoil: Callable[[bytes], bytes]
) -> None:
    status = session.verdict(spoil(invoice_xml()))
    assert (status["code"], bool(status["details"])) == (450, True)


def test_a_nip_checksum_counts_only_when_the_session_asked_for_it(visitor: Visitor) -> None:
    wrong = "1111111112"
    assert OpenSession.of(visitor).verdict(invoice_xml("A", buyer=wrong))["code"] == 200
    strict = OpenSession.of(visitor, {"X-KSeF-Feature": "subject-identifier-validation"})
    assert strict.verdict(invoice_xml("B", buyer=wrong))["code"] == 450
    assert strict.verdict(invoice_xml("C"))["code"] == 200


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"encryptedInvoiceSize": 17}, 21402),
        ({"encryptedInvoiceHash": digest(b"something else")}, 21403),
        ({"invoiceHash": "short"}, 21405),
        ({"invoiceSize": 0}, 21405),
        ({"invoiceSize": "12"}, 21405),
        ({"encryptedInvoiceContent": "*"}, 21405),
        ({"hashOfCorrectedInvoice": digest(b"never sent")}, 21405),
    ],
)
def test_a_send_request_that_contradicts_itself_is_turned_down_at_once(
    session: OpenSession, changes: dict[str, object], code: int
) -> None:
    answer = session.offer(invoice_xml(), **changes)
    assert answer.status_code == 400
    assert answer.json()["exception"]["exceptionDetailList"][0]["exceptionCode"] == code


@pytest.mark.parametrize(
    "changes", [{"invoiceSize": 17}, {"invoiceHash": digest(b"something else")}]
)
def test_a_plain_file_that_was_announced_otherwise_is_refused(
    session: OpenSession, changes: dict[str, object]
) -> None:
    assert session.verdict(invoice_xml(), **changes)["code"] == 430


def test_a_file_with_the_initialisation_vector_in_front_is_refused(session: OpenSession) -> None:
    content = session.iv + session.encrypt(invoice_xml())
    reference = session.send(
        invoice_xml(),
        encryptedInvoiceContent=base64.b64encode(content).decode(),
        encryptedInvoiceHash=digest(content),
        encryptedInvoiceSize=len(content),
    )
    assert session.invoice(reference)["status"]["code"] == 430


def test_a_file_under_another_key_is_refused(session: OpenSession) -> None:
    content = bytes(48)
    reference = session.send(
        invoice_xml(),
        encryptedInvoiceContent=base64.b64encode(content).decode(),
        encryptedInvoiceHash=digest(content),
        encryptedInvoiceSize=len(content),
    )
    assert session.invoice(reference)["status"]["code"] == 435


def test_seller_and_buyer_can_fetch_the_invoice_and_strangers_cannot(session: OpenSession) -> None:
    content = invoice_xml()
    number = session.invoice(session.send(content))["ksefNumber"]
    simulator = session.visitor.simulator
    for nip, status in ((NIP, 200), (BUYER_NIP, 200), ("5555555555", 400)):
        visitor = Visitor(simulator).log_in(simulator.issue_certificate(nip), nip)
        answer = visitor.call("GET", f"/invoices/ksef/{number}")
        assert answer.status_code == status
        if status == 200:
            assert answer.content == content
            assert answer.headers["x-ms-meta-hash"] == digest(content)


def test_an_invoice_that_is_not_stored_yet_cannot_be_fetched(session: OpenSession) -> None:
    session.visitor.simulator.control("processing", {"storage_seconds": 60})
    invoice = session.invoice(session.send(invoice_xml()))
    assert "permanentStorageDate" not in invoice
    answer = session.visitor.call("GET", f"/invoices/ksef/{invoice['ksefNumber']}")
    assert answer.json()["exception"]["exceptionDetailList"][0]["exceptionCode"] == 21165


def test_the_control_plane_tells_how_often_a_file_was_offered(session: OpenSession) -> None:
    for _ in range(3):
        session.send(invoice_xml())
    held = session.visitor.simulator.invoices()
    assert [(invoice["invoice_number"], invoice["offered"]) for invoice in held] == [("FV/1", 3)]


def test_every_official_example_is_taken_when_its_day_has_come(
    fresh_simulator: Simulator, shared_ksef: Path
) -> None:
    fresh_simulator.move_clock(5 * 365 * 86400)
    for path in sorted((shared_ksef / "examples" / "fa3").glob("*.xml")):
        content = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
        if b"<Zalacznik>" not in content:
            assert fresh_simulator.plant_invoice(content)["number"], path.name
        fresh_simulator.reset()
        fresh_simulator.move_clock(5 * 365 * 86400)


def test_many_senders_at_once_get_a_number_each(session: OpenSession) -> None:
    contents = [invoice_xml(f"FV/{number}") for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        references = list(pool.map(session.send, contents))
    numbers = {session.invoice(reference)["ksefNumber"] for reference in references}
    ordinals = {session.invoice(reference)["ordinalNumber"] for reference in references}
    assert (len(numbers), ordinals) == (40, set(range(1, 41)))
