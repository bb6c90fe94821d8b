"""Packages that no honest KSeF would make."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from typing import Any

import pytest
import requests

from .process import Simulator
from .receiving import Export
from .visitor import BUYER_NIP, Visitor, decrypt, digest, invoice_xml


@pytest.fixture
def buyer(fresh_simulator: Simulator) -> Visitor:
    fresh_simulator.plant(invoice_xml("FV"), count=2)
    issued = fresh_simulator.issue_certificate(BUYER_NIP)
    return Visitor(fresh_simulator).log_in(issued, BUYER_NIP)


def spoilt(buyer: Visitor, how: str, compression: str = "Zip", **options: Any) -> Export:
    buyer.simulator.fault("POST /invoices/exports", "package", how=how, **options)
    return Export(buyer).start(compressionType=compression)


def names(export: Export) -> list[str]:
    """The names in the archive, as they are written there."""
    if export.package()["compressionType"] == "Zip":
        return zipfile.ZipFile(io.BytesIO(export.archive())).namelist()
    archive = io.BytesIO(gzip.decompress(export.archive()))
    return tarfile.open(fileobj=archive).getnames()


@pytest.mark.parametrize("compression", ["Zip", "TarGz"])
@pytest.mark.parametrize(("how", "start"), [("traversal", "../../"), ("absolute", "/tmp/")])
def test_names_may_lead_elsewhere(buyer: Visitor, how: str, start: str, compression: str) -> None:
    found = names(spoilt(buyer, how, compression))
    assert [name.startswith(start) for name in found] == [True, True, False]


@pytest.mark.parametrize("compression", ["Zip", "TarGz"])
def test_an_entry_may_be_a_link(buyer: Visitor, compression: str) -> None:
    assert names(spoilt(buyer, "symlink", compression))[-1] == "link.xml"


def test_a_bomb_packs_to_almost_nothing(buyer: Visitor) -> None:
    export = spoilt(buyer, "bomb", megabytes=20)
    assert export.package()["size"] < 100_000
    assert max(len(content) for content in export.files().values()) == 20_000_000


def test_a_package_may_have_far_too_many_files(buyer: Visitor) -> None:
    assert len(names(spoilt(buyer, "many", count=500))) == 503


def test_an_invoice_may_be_missing_listed_or_not(buyer: Visitor) -> None:
    missing, extra = spoilt(buyer, "missing_file"), spoilt(buyer, "extra_file")
    assert [(len(names(one)) - 1, len(one.listed())) for one in (missing, extra)] == [
        (1, 2),
        (3, 2),
    ]


def test_an_invoice_may_be_another_file_than_the_listed_one(buyer: Visitor) -> None:
    export = spoilt(buyer, "altered_file")
    files = export.files()
    fitting = [
        digest(files[f"{one['ksefNumber']}.xml"]) == one["invoiceHash"] for one in export.listed()
    ]
    assert fitting == [False, True]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_invoice_may_be_there_twice(buyer: Visitor) -> None:
    found = names(spoilt(buyer, "duplicate"))
    assert (len(found), len(set(found))) == (4, 3)


def test_the_lists_may_be_missing_or_broken(buyer: Visitor) -> None:
    assert "_metadata.json" not in names(spoilt(buyer, "no_metadata"))
    with pytest.raises(json.JSONDecodeError):
        spoilt(buyer, "bad_metadata").listed()


@pytest.mark.parametrize("compression", ["Zip", "TarGz"])
def test_an_archive_may_end_in_the_middle(buyer: Visitor, compression: str) -> None:
    with pytest.raises((zipfile.BadZipFile, EOFError)):
        names(spoilt(buyer, "cut", compression))


def test_a_package_may_be_under_another_key(buyer: Visitor) -> None:
    export = spoilt(buyer, "wrong_key")
    part = export.package()["parts"][0]
    content = requests.get(part["url"], timeout=10).content
    assert digest(content) == part["encryptedPartHash"]
    try:
        assert digest(decrypt(content, export.key, export.iv)) != part["partHash"]
    except ValueError:
        pass  # The padding was wrong, as it is with nearly every other key.


def test_the_announced_hashes_may_be_wrong(buyer: Visitor) -> None:
    part = spoilt(buyer, "wrong_hash").package()["parts"][0]
    answer = requests.get(part["url"], timeout=10)
    assert digest(answer.content) != part["encryptedPartHash"] == answer.headers["x-ms-meta-hash"]


@pytest.mark.parametrize("compression", ["Zip", "TarGz"])
def test_an_archive_may_be_of_the_other_kind(buyer: Visitor, compression: str) -> None:
    export = spoilt(buyer, "other_compression", compression)
    is_zip = zipfile.is_zipfile(io.BytesIO(export.archive()))
    assert is_zip == (compression == "TarGz")
