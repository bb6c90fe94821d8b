"""Archives made to harm: each gives up early, and only its own contents suffer."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import tracemalloc
import zipfile

import pytest

from ksef.archives import Entry, Limits, entries
from ksef.package_problems import BrokenPackage, FileProblem, PackageProblem
from ksef.receiving_answers import TAR_GZ, ZIP

LIMITS = Limits(entries=10, file_bytes=1000, total_bytes=5000)


def read(archive: bytes, compression: str, limits: Limits = LIMITS) -> list[Entry]:
    return list(entries(io.BytesIO(archive), compression, limits, lambda name: True))


def zipped(*files: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(*files: tuple[str, bytes], kind: bytes = tarfile.REGTYPE) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files:
            header = tarfile.TarInfo(name)
            header.size, header.type = len(content), kind
            archive.addfile(header, io.BytesIO(content))
    return gzip.compress(buffer.getvalue())


@pytest.mark.parametrize(("pack", "compression"), [(zipped, ZIP), (tarred, TAR_GZ)])
class TestBoth:
    def test_files_come_in_order(self, pack: type, compression: str) -> None:
        found = read(pack(("a.xml", b"<a/>"), ("b.xml", b"<b/>")), compression)
        assert found == [Entry("a.xml", b"<a/>"), Entry("b.xml", b"<b/>")]

    def test_a_file_that_is_too_large_is_refused_alone(self, pack: type, compression: str) -> None:
        found = read(pack(("a.xml", bytes(1001)), ("b.xml", b"<b/>")), compression)
        assert found == [Entry("a.xml", refusal=FileProblem.TOO_LARGE), Entry("b.xml", b"<b/>")]

    def test_too_much_altogether_ends_it(self, pack: type, compression: str) -> None:
        many = [(f"{number}.xml", bytes(10_000)) for number in range(9)]
        with pytest.raises(BrokenPackage) as broken:
            read(pack(*many), compression, Limits(10, 10_000, 5000))
        assert broken.value.problem is PackageProblem.TOO_LARGE

    def test_too_many_entries_end_it(self, pack: type, compression: str) -> None:
        many = [(f"{number}.xml", b"") for number in range(11)]
        with pytest.raises(BrokenPackage) as broken:
            read(pack(*many), compression)
        assert broken.value.problem is PackageProblem.TOO_MANY

    @pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
    def test_an_archive_cut_off_is_damaged(
        self, pack: type, compression: str, share: float
    ) -> None:
        whole = pack(("a.xml", b"<a/>"), ("b.xml", bytes(range(256)) * 3))
        with pytest.raises(BrokenPackage) as broken:
            read(whole[: int(len(whole) * share)], compression)
        assert broken.value.problem is PackageProblem.DAMAGED

    def test_an_empty_file_is_no_archive(self, pack: type, compression: str) -> None:
        with pytest.raises(BrokenPackage):
            read(b"", compression)


def test_a_folder_is_refused() -> None:
    assert read(zipped(("folder/", b"")), ZIP) == [Entry("folder/", refusal=FileProblem.NOT_A_FILE)]


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.LNKTYPE])
def test_nothing_but_files_is_taken(kind: bytes) -> None:
    assert read(tarred(("device", b""), kind=kind), TAR_GZ) == [
        Entry("device", refusal=FileProblem.NOT_A_FILE)
    ]


def test_a_file_whose_checksum_is_wrong_is_refused_alone() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.xml", b"<a/>")
        archive.writestr("b.xml", b"<b/>")
    spoilt = buffer.getvalue().replace(b"<a/>", b"<x/>", 1)
    assert read(spoilt, ZIP) == [
        Entry("a.xml", refusal=FileProblem.DAMAGED),
        Entry("b.xml", b"<b/>"),
    ]


def test_a_size_that_lies_does_not_unpack_more() -> None:
    packed = zipped(("a.xml", bytes(900_000)))
    lying = packed.replace(struct.pack("<L", 900_000), struct.pack("<L", 10))
    assert [entry.content for entry in read(lying, ZIP)] == [None]


def test_a_name_of_gigabytes_takes_no_memory() -> None:
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 2_000_000_000
    archive = gzip.compress(header.tobuf(tarfile.GNU_FORMAT) + bytes(30_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(BrokenPackage):
            read(archive, TAR_GZ, Limits(10, 1000, 10**10))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000


def test_what_unpacks_to_gigabytes_is_given_up() -> None:
    header = tarfile.TarInfo("a.xml")
    header.size = 50_000_000
    archive = gzip.compress(header.tobuf() + bytes(50_000_000))
    with pytest.raises(BrokenPackage) as broken:
        read(archive, TAR_GZ)
    assert broken.value.problem is PackageProblem.TOO_LARGE
