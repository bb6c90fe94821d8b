"""Finding out which invoices there are."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from .batches import Batch, zipped
from .process import Simulator
from .receiving import filters, numbers, query
from .visitor import BUYER_NIP, NIP, OpenSession, Visitor, digest, error_code, invoice_xml
from .visitor import warsaw_today as today

THIRD_NIP = "5555555555"
DAY = timedelta(days=1)
PAST = f"{datetime.now(timezone.utc) - 5 * DAY:%Y-%m-%dT%H:%M:%S}"
OLD = invoice_xml(issued=today() - 9 * DAY)


@pytest.fixture
def seller(fresh_simulator: Simulator) -> Visitor:
    return Visitor(fresh_simulator).log_in(fresh_simulator.issue_certificate(NIP))


@pytest.fixture
def buyer(fresh_simulator: Simulator) -> Visitor:
    return visitor_of(fresh_simulator, BUYER_NIP)


def visitor_of(simulator: Simulator, nip: str) -> Visitor:
    return Visitor(simulator).log_in(simulator.issue_certificate(nip), nip)


def at(**offset: float) -> str:
    """A moment so far from now."""
    return (datetime.now(timezone.utc) + timedelta(**offset)).isoformat()


def refusal(visitor: Visitor, wanted: dict[str, Any], **parameters: Any) -> int:
    answer = visitor.call("POST", "/invoices/query/metadata", wanted, params=parameters)
    return error_code(answer)


def test_an_accepted_invoice_is_found_with_all_that_it_says(
    seller: Visitor, buyer: Visitor
) -> None:
    xml = invoice_xml()
    session = OpenSession.of(seller)
    invoice = session.invoice(session.send(xml))
    (found,) = query(buyer, filters())["invoices"]
    dates = {name: invoice[name] for name in ("acquisitionDate", "permanentStorageDate")}
    assert found == {
        "ksefNumber": invoice["ksefNumber"],
        "invoiceNumber": "FV/1",
        "issueDate": today().isoformat(),
        "invoicingDate": invoice["invoicingDate"],
        **dates,
        "seller": {"nip": NIP, "name": "Sprzedawca"},
        "buyer": {"identifier": {"type": "Nip", "value": BUYER_NIP}, "name": "Nabywca"},
        "netAmount": 100.0,
        "grossAmount": 123.0,
        "vatAmount": 23.0,
        "currency": "PLN",
        "invoicingMode": "Online",
        "invoiceType": "Vat",
        "formCode": {"systemCode": "FA (3)", "schemaVersion": "1-0E", "value": "FA"},
        "isSelfInvoicing": False,
        "hasAttachment": False,
        "invoiceHash": digest(xml),
        "thirdSubjects": [],
    }


@pytest.mark.parametrize(
    ("nip", "subject", "found"),
    [
        (NIP, "Subject1", True),
        (NIP, "Subject2", False),
        (BUYER_NIP, "Subject2", True),
        (BUYER_NIP, "Subject1", False),
        (THIRD_NIP, "Subject3", True),
        ("7777777777", "SubjectAuthorized", True),
        ("7777777777", "Subject3", False),
        ("8888888888", "Subject2", False),
    ],
)
def test_everybody_finds_the_invoice_in_his_own_role(
    fresh_simulator: Simulator, nip: str, subject: str, found: bool
) -> None:
    third = f"""<Podmiot3><DaneIdentyfikacyjne><NIP>{THIRD_NIP}</NIP><Nazwa>Faktor</Nazwa>
    </DaneIdentyfikacyjne><Rola>1</Rola></Podmiot3><PodmiotUpowazniony><DaneIdentyfikacyjne>
    <NIP>7777777777</NIP><Nazwa>Komornik</Nazwa></DaneIdentyfikacyjne><Adres><KodKraju>PL</KodKraju>
    <AdresL1>ul. Boczna 3</AdresL1></Adres><RolaPU>2</RolaPU></PodmiotUpowazniony>"""
    xml = invoice_xml().replace(b"  <Fa>\n", third.encode() + b"  <Fa>\n")
    fresh_simulator.plant(xml)
    visitor = visitor_of(fresh_simulator, nip)
    invoices = query(visitor, filters(subject))["invoices"]
    assert len(invoices) == found
    if subject in ("Subject3", "SubjectAuthorized") and found:
        assert (invoices[0]["thirdSubjects"][0]["role"], invoices[0]["authorizedSubject"]) == (
            1,
            {"nip": "7777777777", "name": "Komornik", "role": 2},
        )


def test_a_part_of_a_taxpayer_finds_what_names_it(fresh_simulator: Simulator) -> None:
    internal = f"{BUYER_NIP}-12345"
    unit = f"""<Podmiot3><DaneIdentyfikacyjne><IDWew>{internal}</IDWew><Nazwa>Oddział</Nazwa>
    </DaneIdentyfikacyjne><Rola>2</Rola></Podmiot3>"""
    fresh_simulator.plant(invoice_xml("A").replace(b"  <Fa>\n", unit.encode() + b"  <Fa>\n"))
    fresh_simulator.plant(invoice_xml("B"))
    token = fresh_simulator.control("tokens", {"nip": BUYER_NIP, "internal_id": internal})["token"]
    visitor = Visitor(fresh_simulator)
    context = {"type": "InternalId", "value": internal}
    visitor.started(visitor.send_token(token, contextIdentifier=context))
    visitor.redeem()
    assert numbers(query(visitor, filters("Subject3"))) == ["A"]
    assert numbers(query(visitor, filters("Subject2"))) == []


def test_vat_in_another_currency_is_told_in_zloty(buyer: Visitor) -> None:
    xml = invoice_xml().replace(b"<KodWaluty>PLN", b"<KodWaluty>EUR")
    xml = xml.replace(b"<P_15>", b"<P_14_1W>98.90</P_14_1W><P_15>")
    buyer.simulator.plant(xml)
    (found,) = query(buyer, filters())["invoices"]
    assert (found["currency"], found["vatAmount"]) == ("EUR", 98.9)


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ({"invoiceNumber": "FV/1"}, True),
        ({"invoiceNumber": "FV"}, False),
        ({"sellerNip": NIP}, True),
        ({"sellerNip": THIRD_NIP}, False),
        ({"buyerIdentifier": {"type": "Nip", "value": BUYER_NIP}}, True),
        ({"buyerIdentifier": {"type": "Nip"}}, True),
        ({"buyerIdentifier": {"type": "None"}}, False),
        ({"amount": {"type": "Brutto", "from": 123, "to": 123.0}}, True),
        ({"amount": {"type": "Netto", "from": 100.01}}, False),
        ({"amount": {"type": "Vat", "to": 22.99}}, False),
        ({"currencyCodes": ["EUR", "PLN"]}, True),
        ({"currencyCodes": ["EUR"]}, False),
        ({"invoicingMode": "Online"}, True),
        ({"invoicingMode": "Offline"}, False),
        ({"formType": "FA"}, True),
        ({"formType": "PEF"}, False),
        ({"invoiceTypes": ["Vat", "Kor"]}, True),
        ({"invoiceTypes": ["Zal"]}, False),
        ({"isSelfInvoicing": False}, True),
        ({"isSelfInvoicing": True}, False),
        ({"hasAttachment": False}, True),
        ({"hasAttachment": True}, False),
        ({"ksefNumber": "5265877635-20250826-0100001AF629-AF"}, False),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else None,
)
def test_a_query_can_be_narrowed(buyer: Visitor, condition: dict[str, Any], found: bool) -> None:
    buyer.simulator.plant(invoice_xml())
    assert len(query(buyer, filters(**condition))["invoices"]) == found


def test_an_invoice_is_found_by_its_number(buyer: Visitor) -> None:
    planted = buyer.simulator.plant(invoice_xml("FV"), count=3)
    wanted = filters(ksefNumber=planted[1]["number"])
    assert numbers(query(buyer, wanted)) == ["FV/2"]


@pytest.mark.parametrize(
    ("date_type", "inside", "outside"),
    [
        ("PermanentStorage", (at(days=-3), at(days=-1)), (at(days=-1), at())),
        ("Invoicing", (at(days=-6), at(days=-4)), (at(days=-3), at(days=-1))),
        ("Issue", (at(days=-9), at(days=-8)), (at(days=-6), at(days=-4))),
    ],
)
def test_each_kind_of_date_has_ranges_of_its_own(
    buyer: Visitor, date_type: str, inside: tuple[str, str], outside: tuple[str, str]
) -> None:
    issued = today() - 8 * DAY
    buyer.simulator.plant(invoice_xml(issued=issued), received=at(days=-5), stored=at(days=-2))
    found = [
        len(query(buyer, filters("Subject2", date_type, *ends, None))["invoices"])
        for ends in (inside, outside)
    ]
    assert found == [1, 0]


def test_both_ends_of_a_range_belong_to_it(buyer: Visitor) -> None:
    before, moment, after = (f"{PAST}.123456{digit}Z" for digit in (6, 7, 8))
    buyer.simulator.plant(OLD, stored=moment)
    for start, end, found in ((before, moment, 1), (moment, after, 1), (after, after, 0)):
        assert len(query(buyer, filters(start=start, end=end))["invoices"]) == found


def test_the_last_digit_of_a_date_counts(buyer: Visitor) -> None:
    buyer.simulator.plant(OLD, count=3, stored=f"{PAST}.1234567Z")
    wanted = filters(start=f"{PAST}.1234568Z")
    assert numbers(query(buyer, wanted)) == ["FV/1/2", "FV/1/3"]


@pytest.mark.parametrize(("order", "expected"), [("Asc", ["A", "B"]), ("Desc", ["B", "A"])])
def test_invoices_are_sorted_by_the_date_of_the_query(
    buyer: Visitor, order: str, expected: list[str]
) -> None:
    for number, days in (("B", -1), ("A", -2)):
        xml = invoice_xml(number, issued=today() - 3 * DAY)
        buyer.simulator.plant(xml, stored=at(days=days))
    wanted = filters(start=at(days=-3))
    assert numbers(query(buyer, wanted, sortOrder=order)) == expected


def test_invoices_come_in_pages(buyer: Visitor) -> None:
    buyer.simulator.plant(invoice_xml("FV"), count=25)
    wanted = filters()
    pages = [query(buyer, wanted, pageSize=10, pageOffset=page) for page in range(3)]
    assert [(len(page["invoices"]), page["hasMore"]) for page in pages] == [
        (10, True),
        (10, True),
        (5, False),
    ]
    seen = [number for page in pages for number in numbers(page)]
    assert seen == [f"FV/{number}" for number in range(1, 26)]


def test_the_pages_of_a_query_do_not_shift(buyer: Visitor) -> None:
    buyer.simulator.plant(invoice_xml("FV"), count=15)
    wanted = filters()
    first = query(buyer, wanted, sortOrder="Desc")
    buyer.simulator.plant(invoice_xml("LATER"), count=5)
    second = query(buyer, wanted, sortOrder="Desc", pageOffset=1)
    assert numbers(first)[-1:] + numbers(second)[:1] == ["FV/6", "FV/5"]
    assert first["permanentStorageHwmDate"] == second["permanentStorageHwmDate"]


def test_a_query_that_finds_too_much_is_cut_off_and_goes_on_by_date(buyer: Visitor) -> None:
    buyer.simulator.control("processing", {"query_records": 20})
    buyer.simulator.plant(invoice_xml("FV"), count=30)
    wanted = filters()
    pages = [query(buyer, wanted, pageOffset=page) for page in (0, 1)]
    assert [(page["hasMore"], page["isTruncated"]) for page in pages] == [
        (True, False),
        (True, True),
    ]
    last = pages[1]["invoices"][-1]["permanentStorageDate"]
    rest = query(buyer, filters(start=last), pageSize=20)
    assert (numbers(rest)[0], len(rest["invoices"]), rest["isTruncated"]) == ("FV/20", 11, False)


def test_the_high_water_mark_is_now_or_the_end_of_the_range(buyer: Visitor) -> None:
    before = datetime.now(timezone.utc)
    recent = query(buyer, filters())["permanentStorageHwmDate"]
    assert datetime.fromisoformat(f"{recent[:26]}+00:00") >= before - timedelta(seconds=1)
    old = query(buyer, filters(start=at(days=-9), end=f"{PAST}.1234567Z"))
    assert old["permanentStorageHwmDate"] == f"{PAST}.1234567+00:00"
    other = query(buyer, filters(date_type="Issue", restricted=None))
    assert other["permanentStorageHwmDate"] is None


def test_what_is_stored_after_the_high_water_mark_waits_for_it(buyer: Visitor) -> None:
    buyer.simulator.control("processing", {"hwm_seconds": 60})
    buyer.simulator.plant(invoice_xml())
    assert len(query(buyer, filters())["invoices"]) == 0
    assert len(query(buyer, filters(restricted=False))["invoices"]) == 1
    buyer.simulator.move_clock(61)
    assert len(query(buyer, filters())["invoices"]) == 1


def test_a_range_after_the_high_water_mark_is_refused(buyer: Visitor) -> None:
    buyer.simulator.control("processing", {"hwm_seconds": 60})
    assert refusal(buyer, filters(start=at(seconds=-30))) == 21183
    assert query(buyer, filters(start=at(seconds=-30), restricted=False))["invoices"] == []


def test_touching_windows_miss_nothing_that_comes_in_between(seller: Visitor) -> None:
    session, seen = OpenSession.of(seller), []
    start = at(seconds=-5)
    for number in range(8):
        session.send(invoice_xml(f"FV/{number}"))
        answer = query(seller, filters("Subject1", start=start))
        seen += numbers(answer)
        start = answer["permanentStorageHwmDate"]
    seen += numbers(query(seller, filters("Subject1", start=start)))
    assert list(dict.fromkeys(seen)) == [f"FV/{number}" for number in range(8)]


def test_touching_windows_miss_nothing_of_a_package_that_takes_long(seller: Visitor) -> None:
    files = {f"{number}.xml": invoice_xml(f"FV/{number}") for number in range(300)}
    batch = Batch(seller, zipped(files)).open()
    batch.upload()
    start = at(seconds=-5)
    seen: set[str] = set()
    with ThreadPoolExecutor(1) as pool:
        closing = pool.submit(batch.close)
        while len(seen) < len(files):
            done = closing.done() and batch.code() == 200
            answer = query(seller, filters("Subject1", start=start), pageSize=250)
            new = set(numbers(answer)) - seen
            assert new or not done, "What came late was stored before the high water mark."
            seen |= new
            last = answer["invoices"][-1]["permanentStorageDate"] if answer["hasMore"] else None
            start = last or answer["permanentStorageHwmDate"]


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        filters("Subject4"),
        filters(date_type="Payment"),
        filters(start=PAST),
        filters(start="yesterday"),
        filters(start=at(days=-101)),
        filters(start=at(), end=at(days=-1)),
        filters(ksefNumber="5265877635"),
        filters(sellerNip="526"),
        filters(amount={"type": "Brutto", "from": "100"}),
        filters(amount={"type": "Total"}),
        filters(formType="XML"),
        filters(invoiceTypes=["Invoice"]),
        filters(invoicingMode="Late"),
        filters(buyerIdentifier={"type": "Pesel"}),
    ],
    ids=lambda wanted: json.dumps(wanted)[-40:],
)
def test_a_query_that_makes_no_sense_is_refused(buyer: Visitor, wanted: dict[str, Any]) -> None:
    assert refusal(buyer, wanted) == 21405


@pytest.mark.parametrize("parameters", [{"pageSize": 251}, {"pageOffset": -1}, {"sortOrder": "Up"}])
def test_pages_have_their_bounds(buyer: Visitor, parameters: dict[str, Any]) -> None:
    assert refusal(buyer, filters(), **parameters) == 21405


def test_who_may_only_send_finds_nothing(fresh_simulator: Simulator) -> None:
    writer = fresh_simulator.issue_certificate(NIP, permissions=["InvoiceWrite"])
    visitor = Visitor(fresh_simulator).log_in(writer)
    answer = visitor.call("POST", "/invoices/query/metadata", filters())
    assert (answer.status_code, answer.json()["reasonCode"]) == (403, "missing-permissions")


def test_a_technical_correction_names_what_it_replaced(seller: Visitor, buyer: Visitor) -> None:
    session, refused = OpenSession.of(seller), b"<Faktura/>"
    session.send(refused, offlineMode=True)
    session.send(invoice_xml(), offlineMode=True, hashOfCorrectedInvoice=digest(refused))
    (found,) = query(buyer, filters())["invoices"]
    assert (found["hashOfCorrectedInvoice"], found["invoicingMode"]) == (digest(refused), "Offline")


def test_what_is_said_of_every_official_example_fits_the_api(
    fresh_simulator: Simulator, shared_ksef: Path
) -> None:
    # Whether it fits is checked with all other answers, at the end of the tests.
    for path in sorted((shared_ksef / "examples" / "fa3").glob("*.xml")):
        content = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
        fresh_simulator.plant(content, checked=False)
    sellers = {invoice["seller"] for invoice in fresh_simulator.invoices()}
    found = [
        invoice
        for nip in sorted(sellers)
        for invoice in query(visitor_of(fresh_simulator, nip), filters("Subject1"), pageSize=50)[
            "invoices"
        ]
    ]
    assert len(found) == 26
    assert {invoice["invoiceType"] for invoice in found} == {
        *("Vat", "Zal", "Kor", "Roz", "Upr", "KorZal", "KorRoz"),
    }
