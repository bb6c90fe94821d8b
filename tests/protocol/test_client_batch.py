"""Batch sessions through the client, against a strict KSeF."""

from __future__ import annotations

from dataclasses import replace

import pytest
import requests
from simulator.visitor import digest, invoice_xml

from ksef.batch_answers import PartUpload, opened_batch_from
from ksef.client import Client
from ksef.decoding import Unpromised
from ksef.encryption import SessionKey
from ksef.environments import environment
from ksef.errors import (
    BadRequest,
    Forbidden,
    LoginExpired,
    Outcome,
    ServerError,
    TooManyRequests,
    Unreachable,
    UnreadableAnswer,
)
from ksef.packages import PackageLimits, build
from ksef.statuses import SESSION_OPEN, Verdict
from ksef.transport import Transport
from ksef.upo import ksef_numbers

from .conftest import real_clock
from .credentials import NIP
from .server import answering, server

OPEN = "POST /v2/sessions/batch"
CLOSE = "POST /v2/sessions/batch/*/close"
UPLOAD = "PUT /storage/**"
SMALL = PackageLimits(part_bytes=500)


class Batch:
    """A package, its session, and the key of both."""

    def __init__(self, client, documents, limits=SMALL):
        self.client = client
        self.key = SessionKey.generate()
        self.package = build(documents, self.key, limits=limits)
        self.opened = None

    @property
    def reference(self):
        return self.opened.reference

    def open(self, **more):
        self.opened = self.client.open_batch_session(self.key, self.package, **more)
        return self

    def upload(self, *ordinals):
        for upload in self.opened.uploads:
            if not ordinals or upload.ordinal in ordinals:
                self.client.upload_part(upload, self.package.content(upload.ordinal))
        return self

    def close(self):
        self.client.close_batch_session(self.reference)
        return self

    def send(self, **more):
        return self.open(**more).upload().close()

    def status(self):
        return self.client.session_status(self.reference)

    def invoices(self):
        return self.client.session_invoices(self.reference).items


def documents(count=3):
    return [(f"{number}.xml", invoice_xml(f"FV/{number}")) for number in range(1, count + 1)]


@pytest.fixture
def batch(client):
    made = Batch(client, documents())
    yield made
    made.package.__exit__(None, None, None)


# --- the ordinary way ---------------------------------------------------------------------


def test_every_document_of_a_package_gets_its_number(batch):
    batch.send()

    status = batch.status()
    assert status.verdict is Verdict.ACCEPTED
    assert (status.invoice_count, status.successful_count, status.failed_count) == (3, 3, 0)
    assert {one.invoice_hash for one in batch.invoices()} == {
        digest(xml) for _name, xml in documents()
    }
    assert all(one.ksef_number for one in batch.invoices())


def test_a_package_goes_in_several_parts(batch):
    assert len(batch.package.parts) > 2
    assert len(batch.send().opened.uploads) == len(batch.package.parts)
    assert batch.status().verdict is Verdict.ACCEPTED


def test_a_package_may_be_offline_as_a_whole(batch):
    batch.send(offline_mode=True)

    assert {one.invoicing_mode for one in batch.invoices()} == {"Offline"}


def test_the_upo_of_a_package_names_all_its_numbers(batch):
    batch.send()

    [page] = batch.status().upo_pages
    upo = batch.client.download_upo(page.url)
    assert ksef_numbers(upo) == {one.ksef_number for one in batch.invoices()}
    assert batch.client.session_upo(batch.reference, page.reference) == upo


def test_an_open_package_takes_its_time(ksef, batch):
    ksef.processing(30)

    codes = [batch.open().status().code]
    batch.upload().close()

    assert (*codes, batch.status().code) == (SESSION_OPEN, 150)


def test_a_part_may_be_sent_twice(batch):
    batch.open().upload(1).upload().close()

    assert batch.status().verdict is Verdict.ACCEPTED


def test_a_package_built_again_goes_on_where_the_first_stopped(client):
    first = Batch(client, documents())
    first.open().upload(1)
    with build(documents(), first.key, limits=SMALL) as again:
        for upload in first.opened.uploads[1:]:
            client.upload_part(upload, again.content(upload.ordinal))

    assert first.close().status().verdict is Verdict.ACCEPTED


def test_a_key_that_was_withdrawn_is_fetched_anew(ksef, batch):
    batch.client.public_keys()
    ksef.fault(OPEN, "rotate_keys")

    assert batch.send().status().verdict is Verdict.ACCEPTED


# --- refusals -----------------------------------------------------------------------------


def test_a_session_without_all_its_parts_is_not_closed(batch):
    batch.open().upload(1)
    with pytest.raises(BadRequest) as refused:
        batch.close()
    assert refused.value.codes == (21205,)
    assert not refused.value.may_have_acted


def test_a_part_after_the_time_is_forbidden(ksef, batch):
    batch.open()
    ksef.move_clock(20 * 60 * len(batch.package.parts) + 1)
    with pytest.raises(Forbidden):
        batch.upload(1)


def test_closing_after_the_time_is_refused_with_its_code(ksef, batch):
    batch.open().upload()
    ksef.fault(
        CLOSE,
        "status",
        code=400,
        body={
            "exception": {
                "exceptionDetailList": [
                    {"exceptionCode": 21208, "exceptionDescription": "Za późno.", "details": []}
                ]
            }
        },
    )
    with pytest.raises(BadRequest) as refused:
        batch.close()
    assert refused.value.codes == (21208,)


def test_a_login_that_is_over_is_told(ksef, batch):
    ksef.fault(OPEN, "expire_tokens")
    with pytest.raises(LoginExpired):
        batch.open()


def test_too_many_packages_are_told_with_the_pause(ksef, batch):
    ksef.fault(OPEN, "status", code=429, headers={"Retry-After": "17"})
    with pytest.raises(TooManyRequests) as refused:
        batch.open()
    assert refused.value.retry_after == 17


@pytest.mark.parametrize(
    ("kind", "more", "error"),
    [
        ("drop_before", {}, Unreachable),
        ("drop_after", {}, Unreachable),
        ("status", {"code": 503}, ServerError),
        ("garbage", {"code": 200}, UnreadableAnswer),
    ],
)
def test_a_close_without_a_clear_answer_leaves_it_open_whether_it_closed(
    ksef, batch, kind, more, error
):
    batch.open().upload()
    ksef.fault(CLOSE, kind, **more)
    with pytest.raises(error) as raised:
        batch.close()
    assert raised.value.may_have_acted


# --- addresses that KSeF hands out ----------------------------------------------------------


def test_a_part_goes_without_the_login(client):
    with server(answering("201 Created", b"")) as storage:
        elsewhere = Client(
            Transport(environment("simulator", storage.url)),
            clock=real_clock,
            access_token="secret",
        )
        upload = PartUpload(1, "PUT", f"{storage.url}/part", {"x-ms-blob-type": "BlockBlob"})
        elsewhere.upload_part(upload, b"content")

    [request] = storage.requests
    assert b"authorization" not in request.lower()
    assert b"x-ms-blob-type: BlockBlob" in request
    assert request.endswith(b"\r\n\r\ncontent")


@pytest.mark.parametrize(
    "url", ["http://203.0.113.7/part", "https://example.com/part", "http://127.0.0.1:1/part"]
)
def test_a_part_never_goes_to_another_host(batch, url):
    upload = replace(batch.open().opened.uploads[0], url=url)
    with pytest.raises(Unreachable) as raised:
        batch.client.upload_part(upload, b"content")
    assert raised.value.outcome is Outcome.NOT_SENT


def answer(**changes):
    upload = {"ordinalNumber": 1, "method": "PUT", "url": "https://a/", "headers": {"a": "b"}}
    return {
        "referenceNumber": "20260115-SB-213D593000-4DE10D80A5-E9",
        "partUploadRequests": [{**upload, **changes}],
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "DELETE"},
        {"headers": {"Authorization": "Bearer x"}},
        {"headers": {"Host": "example.com"}},
        {"ordinalNumber": 2},
        {"url": None},
    ],
)
def test_an_upload_unlike_the_promised_is_not_followed(changes):
    with pytest.raises(Unpromised):
        opened_batch_from(answer(**changes))


def test_a_header_without_a_value_is_left_out():
    opened = opened_batch_from(answer(headers={"x-ms-blob-type": "BlockBlob", "x": None}))
    assert opened.uploads[0].headers == {"x-ms-blob-type": "BlockBlob"}


def test_addresses_for_uploading_do_not_show():
    opened = opened_batch_from(answer(url="https://a/?sig=secret"))
    assert "secret" not in repr(opened)


# --- attachments ----------------------------------------------------------------------------


def test_the_consent_to_attachments_is_told(ksef, client):
    before = client.attachment_consent()
    body = {"nip": NIP}
    requests.post(f"{ksef.api_url}/testdata/attachment", json=body, timeout=10).raise_for_status()
    assert (before.given, client.attachment_consent().given) == (False, True)
