"""Sessions, invoices and confirmations, against a strict KSeF."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from lxml import etree
from simulator.visitor import invoice_xml

from ksef.calendar import warsaw_day
from ksef.certificates import Purpose, read_pair
from ksef.context import Context
from ksef.encryption import sha256_base64
from ksef.environments import environment
from ksef.errors import (
    BadRequest,
    TooManyRequests,
)
from ksef.limits import PUBLISHED, Group
from ksef.links import certificate_link, invoice_link, verify_certificate_link
from ksef.numbers import KsefNumber
from ksef.statuses import SESSION_OPEN, Verdict
from ksef.transport import Transport

from .conftest import real_clock
from .credentials import NIP
from .sessions import OPEN, Session

# --- the ordinary way ---------------------------------------------------------------------


def test_an_invoice_gets_its_number(session):
    xml = invoice_xml()

    status = session.status_of(xml)

    assert status.verdict is Verdict.ACCEPTED
    assert KsefNumber.parse(status.ksef_number).nip == NIP
    assert status.invoice_hash == sha256_base64(xml)
    assert status.invoice_number == "FV/1"
    assert status.acquisition_date is not None
    assert status.invoicing_mode == "Online"


def test_an_invoice_that_takes_its_time_is_pending(ksef, session):
    ksef.processing(30)

    status = session.status_of(invoice_xml())

    assert status.verdict is Verdict.PENDING
    assert status.ksef_number is None


def test_an_open_session_says_so(session):
    status = session.client.session_status(session.reference)

    assert status.code == SESSION_OPEN
    assert status.verdict is Verdict.PENDING
    assert status.valid_until == session.opened.valid_until


def test_a_closed_session_has_a_upo_for_all(session):
    session.status_of(invoice_xml())

    session.client.close_interactive_session(session.reference)

    status = session.client.session_status(session.reference)
    assert status.verdict is Verdict.ACCEPTED
    assert (status.invoice_count, status.successful_count, status.failed_count) == (1, 1, 0)
    page = status.upo_pages[0]
    assert session.client.download_upo(page.url) == session.client.session_upo(
        session.reference, page.reference
    )


def test_the_upo_is_the_same_by_all_ways(session):
    status = session.status_of(invoice_xml())

    upo = session.client.upo_by_reference(session.reference, status.reference)

    assert session.client.upo_by_ksef_number(session.reference, status.ksef_number) == upo
    assert session.client.download_upo(status.upo_url) == upo
    assert status.ksef_number in "".join(etree.fromstring(upo).itertext())


def test_an_invoice_comes_back_byte_for_byte(session):
    xml = invoice_xml()
    status = session.status_of(xml)

    assert session.client.invoice_by_number(status.ksef_number) == xml


def test_session_invoices_are_read_page_by_page(session):
    for number in range(12):
        session.send(invoice_xml(f"FV/{number}"))

    numbers, token, pages = [], None, 0
    while pages == 0 or token:
        page = session.client.session_invoices(session.reference, token, page_size=10)
        numbers += [item.invoice_number for item in page.items]
        token, pages = page.continuation_token, pages + 1

    assert sorted(numbers) == sorted(f"FV/{number}" for number in range(12))
    assert pages == 2


def test_failed_invoices_have_a_list_of_their_own(session):
    session.status_of(invoice_xml("FV/1"))
    session.status_of(invoice_xml("FV/2", issued=date(2099, 1, 1)))

    page = session.client.failed_session_invoices(session.reference)

    assert [item.verdict for item in page.items] == [Verdict.REFUSED]


def test_an_offline_invoice_is_declared_as_such(session):
    assert session.status_of(invoice_xml(), offline_mode=True).invoicing_mode == "Offline"


def test_a_technical_correction_names_what_it_corrects(ksef, session):
    ksef.fault(None, "process_status", code=430)
    refused = session.status_of(invoice_xml(), offline_mode=True)

    corrected = session.status_of(
        invoice_xml().replace(b"simulator tests", b"corrected"),
        offline_mode=True,
        hash_of_corrected=refused.invoice_hash,
    )

    assert corrected.verdict is Verdict.ACCEPTED


# --- refusals -----------------------------------------------------------------------------


def test_a_refused_invoice_says_why(session):
    status = session.status_of(b"<Faktura/>")

    assert status.verdict is Verdict.REFUSED
    assert status.explanation


def test_the_same_invoice_again_is_a_duplicate_that_names_the_first(client, session):
    first = session.status_of(invoice_xml())

    again = Session(client).status_of(invoice_xml())

    assert again.verdict is Verdict.DUPLICATE
    assert again.original_ksef_number == first.ksef_number
    assert again.original_session_reference == session.reference


@pytest.mark.parametrize(("code", "verdict"), [(550, Verdict.RETRY), (777, Verdict.UNKNOWN)])
def test_other_codes_are_no_refusals(ksef, session, code, verdict):
    ksef.fault(None, "process_status", code=code)

    status = session.status_of(invoice_xml())

    assert (status.code, status.verdict) == (code, verdict)


def test_a_closed_session_takes_no_invoice(session):
    session.send(invoice_xml())
    session.client.close_interactive_session(session.reference)

    with pytest.raises(BadRequest) as caught:
        session.send(invoice_xml("FV/2"))

    assert 21180 in caught.value.codes
    assert not caught.value.may_have_acted


def test_a_wrong_nip_is_noticed_when_that_is_wanted(client):
    wrong = invoice_xml(buyer="1111111112")

    assert Session(client).status_of(wrong).verdict is Verdict.ACCEPTED
    checking = Session(client, check_identifiers=True)
    assert checking.status_of(invoice_xml("FV/2", buyer="1111111112")).verdict is Verdict.REFUSED


def test_an_unknown_number_is_told_apart_from_one_that_is_not_there_yet(client):
    with pytest.raises(BadRequest) as caught:
        client.invoice_by_number("5265877635-20250826-0100001AF629-AF")

    assert caught.value.codes == (21164,)


def test_withdrawn_keys_are_fetched_again(ksef, client):
    client.public_keys()
    ksef.fault(OPEN, "rotate_keys")

    assert Session(client).status_of(invoice_xml()).verdict is Verdict.ACCEPTED


def test_a_limit_says_when_to_come_back(ksef, client):
    ksef.enforce_limits({"onlineSession": {"perSecond": 1, "perMinute": 1, "perHour": 1}})
    Session(client)

    with pytest.raises(TooManyRequests) as caught:
        Session(client)

    assert caught.value.retry_after >= 1
    assert not caught.value.may_have_acted


# --- the rest -----------------------------------------------------------------------------


def test_the_limits_in_force_are_the_published_ones(client):
    budgets = client.rate_limits().budgets

    assert budgets[Group.INVOICE_SEND] == PUBLISHED[Group.INVOICE_SEND]


def test_the_limits_of_a_session(client):
    limits = client.context_limits()

    assert (limits.online.max_invoice_mb, limits.online.max_invoices) == (1, 10_000)


def test_the_link_on_the_invoice_leads_to_it(ksef, session):
    xml = invoice_xml()
    status = session.status_of(xml)
    link = invoice_link(
        environment("simulator", ksef.url),
        NIP,
        warsaw_day(real_clock()),
        hashlib.sha256(xml).digest(),
    )

    page = Transport(environment("simulator", ksef.url)).request("look", "GET", link)

    assert status.ksef_number in page.body.decode()


@pytest.mark.parametrize("algorithm", ["RSA", "EC"])
def test_the_link_that_proves_the_issuer_is_believed(ksef, pair_of, algorithm):
    xml = invoice_xml()
    here = environment("simulator", ksef.url)
    issued = ksef.issue_certificate(NIP, purpose="offline", algorithm=algorithm)
    pair = offline_pair(issued)

    link = certificate_link(here, Context.nip(NIP), NIP, pair, hashlib.sha256(xml).digest())

    assert verify_certificate_link(link, pair.certificate)
    assert Transport(here).request("look", "GET", link).status == 200


def offline_pair(issued):
    return read_pair(
        issued.certificate,
        issued.key,
        issued.password,
        purpose=Purpose.OFFLINE,
        at=real_clock(),
        allow_self_signed=False,
    )
