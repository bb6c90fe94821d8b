"""Looking for documents, and fetching them in packages, against the simulator."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import IO, Any

import pytest
from simulator.process import Simulator
from simulator.visitor import BUYER_NIP, invoice_xml

from ksef.client import Client
from ksef.encryption import SessionKey, sha256_base64
from ksef.errors import BadRequest, Forbidden, Unreachable
from ksef.export_packages import PackagedDocument, ReadPackage, Refusal, decrypt_part
from ksef.fetching import Position, Window
from ksef.package_problems import BrokenPackage, FileProblem, PackageProblem
from ksef.receiving_answers import TAR_GZ, ZIP, ExportPackage, ExportState

from .credentials import NIP

SUBJECT = "Subject2"


def open_window(**back: float) -> Window:
    start = datetime.now(timezone.utc) - timedelta(**(back or {"hours": 1}))
    return Window(Position(start.isoformat()), None)


def plant(ksef: Simulator, count: int = 3) -> list[dict[str, Any]]:
    return ksef.plant(invoice_xml("FV", BUYER_NIP, NIP), count=count)


class Fetched:
    """One export from its request to its decrypted package."""

    def __init__(self, client: Client, compression: str = TAR_GZ) -> None:
        self.client, self.key = client, SessionKey.generate()
        self.reference = client.start_export(
            SUBJECT, open_window(), self.key, compression=compression
        )

    def told(self) -> ExportPackage:
        package = self.client.export_status(self.reference).package
        assert package is not None
        return package

    def plain(self) -> IO[bytes]:
        plain: IO[bytes] = io.BytesIO()
        for part in self.told().parts:
            with tempfile.TemporaryFile() as encrypted:
                self.client.download_part(part, encrypted)
                encrypted.seek(0)
                decrypt_part(encrypted, plain, self.key, part)
        return plain

    def read(self) -> tuple[ReadPackage, list[PackagedDocument], list[Refusal]]:
        package = ReadPackage(self.plain(), self.told())
        found = list(package.documents())
        documents = [one for one in found if isinstance(one, PackagedDocument)]
        return package, documents, [one for one in found if isinstance(one, Refusal)]


def test_a_list_shows_what_was_stored(ksef: Simulator, client: Client) -> None:
    planted = plant(ksef)
    page = client.query_metadata(SUBJECT, open_window())
    assert [one.ksef_number for one in page.invoices] == [one["number"] for one in planted]
    assert (page.has_more, page.truncated) == (False, False)
    assert page.mark is not None


def test_a_list_comes_in_pages(ksef: Simulator, client: Client) -> None:
    plant(ksef, 12)
    window = open_window()
    first = client.query_metadata(SUBJECT, window, page_size=10)
    second = client.query_metadata(SUBJECT, window, page=1, page_size=10)
    assert [(len(page.invoices), page.has_more) for page in (first, second)] == [
        (10, True),
        (2, False),
    ]


def test_a_range_after_the_mark_has_nothing_new(ksef: Simulator, client: Client) -> None:
    ksef.control("processing", {"hwm_seconds": 3600})
    with pytest.raises(BadRequest) as refused:
        client.query_metadata(SUBJECT, open_window(seconds=1))
    assert 21183 in refused.value.codes


@pytest.mark.parametrize("compression", [TAR_GZ, ZIP])
def test_a_package_gives_every_document(ksef: Simulator, client: Client, compression: str) -> None:
    planted = plant(ksef)
    package, documents, refusals = Fetched(client, compression).read()
    assert [one.metadata.ksef_number for one in documents] == [one["number"] for one in planted]
    assert [sha256_base64(one.content) for one in documents] == [one["hash"] for one in planted]
    assert (package.missing, refusals) == ([], [])


def test_a_package_comes_in_parts(ksef: Simulator, client: Client) -> None:
    ksef.control("processing", {"export_part_bytes": 1000})
    plant(ksef)
    fetched = Fetched(client)
    assert len(fetched.told().parts) > 1
    assert len(fetched.read()[1]) == 3


def test_an_export_takes_its_time(ksef: Simulator, client: Client) -> None:
    ksef.control("processing", {"export_seconds": 3600})
    status = client.export_status(Fetched(client).reference)
    assert (status.state, status.package) == (ExportState.PENDING, None)


@pytest.mark.parametrize(
    ("code", "state"),
    [
        (415, ExportState.FAILED),
        (420, ExportState.NOTHING_NEW),
        (550, ExportState.FAILED),
        (999, ExportState.UNKNOWN),
    ],
)
def test_an_export_may_fail(ksef: Simulator, client: Client, code: int, state: ExportState) -> None:
    ksef.fault("POST /invoices/exports", "process_status", code=code)
    assert client.export_status(Fetched(client).reference).state is state


def test_a_package_that_expired_is_known_for_it(ksef: Simulator, client: Client) -> None:
    ksef.control("processing", {"package_seconds": 0, "link_seconds": 0})
    assert client.export_status(Fetched(client).reference).state is ExportState.EXPIRED


def test_a_link_that_is_over_is_forbidden(ksef: Simulator, client: Client) -> None:
    plant(ksef)
    part = Fetched(client).told().parts[0]
    ksef.move_clock(3601)
    with pytest.raises(Forbidden), tempfile.TemporaryFile() as sink:
        client.download_part(part, sink)


def test_a_download_that_breaks_off_is_no_document(ksef: Simulator, client: Client) -> None:
    plant(ksef)
    part = Fetched(client).told().parts[0]
    ksef.fault("GET /storage/**", "cut")
    with pytest.raises(Unreachable), tempfile.TemporaryFile() as sink:
        client.download_part(part, sink)


def test_a_forged_hash_of_the_storage_is_noticed(ksef: Simulator, client: Client) -> None:
    plant(ksef)
    part = Fetched(client).told().parts[0]
    ksef.fault("GET /storage/**", "headers", headers={"x-ms-meta-hash": "A" * 44})
    with pytest.raises(BrokenPackage) as broken, tempfile.TemporaryFile() as sink:
        client.download_part(part, sink)
    assert broken.value.problem is PackageProblem.PART_HASH


@pytest.mark.parametrize("compression", [TAR_GZ, ZIP])
@pytest.mark.parametrize(
    ("how", "problem"),
    [
        ("cut", PackageProblem.DAMAGED),
        ("wrong_key", PackageProblem.KEY),
        ("wrong_hash", PackageProblem.PART_HASH),
        ("other_compression", PackageProblem.COMPRESSION),
        ("no_metadata", PackageProblem.NO_METADATA),
        ("bad_metadata", PackageProblem.BAD_METADATA),
        ("many", PackageProblem.TOO_MANY),
    ],
)
def test_a_broken_package_says_why(
    ksef: Simulator, client: Client, compression: str, how: str, problem: PackageProblem
) -> None:
    plant(ksef)
    ksef.fault("POST /invoices/exports", "package", how=how)
    with pytest.raises(BrokenPackage) as broken:
        Fetched(client, compression).read()
    assert broken.value.problem in (problem, PackageProblem.PART_HASH)


@pytest.mark.parametrize("compression", [TAR_GZ, ZIP])
@pytest.mark.parametrize(
    ("how", "problem", "left"),
    [
        ("traversal", FileProblem.NAME, 0),
        ("absolute", FileProblem.NAME, 0),
        ("symlink", FileProblem.NOT_A_FILE, 3),
        ("bomb", FileProblem.TOO_LARGE, 2),
        ("missing_file", None, 2),
        ("extra_file", FileProblem.UNLISTED, 3),
        ("altered_file", FileProblem.ALTERED, 2),
        ("duplicate", FileProblem.TWICE, 3),
    ],
)
def test_a_bad_file_does_not_stop_the_others(
    ksef: Simulator,
    client: Client,
    compression: str,
    how: str,
    problem: FileProblem | None,
    left: int,
) -> None:
    plant(ksef)
    ksef.fault("POST /invoices/exports", "package", how=how)
    package, documents, refusals = Fetched(client, compression).read()
    assert (len(documents), len(package.missing)) == (left, 3 - left)
    assert {one.problem for one in refusals} == ({problem} if problem else set())


def test_a_link_to_another_host_is_not_followed(ksef: Simulator, client: Client) -> None:
    plant(ksef)
    part = Fetched(client).told().parts[0]
    object.__setattr__(part, "url", "http://127.0.0.1:1/elsewhere")
    with pytest.raises(Unreachable), tempfile.TemporaryFile() as sink:
        client.download_part(part, sink)


@pytest.fixture(autouse=True)
def _reset(ksef: Simulator) -> Iterator[None]:
    yield
    ksef.reset()
