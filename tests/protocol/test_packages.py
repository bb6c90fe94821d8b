"""Packages of documents: their bytes, their parts, their bounds."""

from __future__ import annotations

import base64
import hashlib
import io
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ksef.encryption import SessionKey, decrypt, sha256_base64
from ksef.packages import LIMITS, PackageLimits, PackageTooLarge, build

KEY = SessionKey(bytes(range(32)), bytes(range(16)))
OTHER_KEY = SessionKey(bytes(range(1, 33)), bytes(16))
DOCUMENTS = [(f"{number}.xml", f"<Faktura>{number}</Faktura>".encode()) for number in range(9)]


def plain(package, key=KEY):
    return b"".join(decrypt(package.content(part.ordinal), key) for part in package.parts)


def small(part_bytes=100, **more):
    return PackageLimits(part_bytes=part_bytes, **more)


def test_the_parts_make_an_archive_that_another_program_reads():
    with build(DOCUMENTS, KEY, limits=small()) as package:
        archive = plain(package)

    with zipfile.ZipFile(io.BytesIO(archive)) as read:
        assert read.testzip() is None
        assert [(name, read.read(name)) for name in read.namelist()] == DOCUMENTS


def test_size_and_hash_are_those_of_the_plain_archive():
    with build(DOCUMENTS, KEY, limits=small()) as package:
        archive = plain(package)
        digest = base64.b64encode(hashlib.sha256(archive).digest()).decode()

        assert (package.size, package.hash) == (len(archive), digest)
        assert package.count == len(DOCUMENTS)


def test_size_and_hash_of_a_part_are_those_of_its_encrypted_bytes():
    with build(DOCUMENTS, KEY, limits=small()) as package:
        for part in package.parts:
            content = package.content(part.ordinal)
            assert part.encrypted_size == len(content)
            assert part.encrypted_hash == sha256_base64(content)
            assert part.encrypted_size == (part.plain_size // 16 + 1) * 16


def test_the_parts_are_numbered_from_one_and_only_the_last_is_shorter():
    with build(DOCUMENTS, KEY, limits=small(300)) as package:
        sizes = [part.plain_size for part in package.parts]

        assert [part.ordinal for part in package.parts] == list(range(1, len(sizes) + 1))
        assert set(sizes[:-1]) == {300}
        assert 0 < sizes[-1] <= 300


@given(
    contents=st.lists(st.binary(max_size=200), min_size=1, max_size=20),
    part_bytes=st.integers(min_value=16, max_value=500),
)
def test_the_same_documents_and_key_give_the_same_bytes(contents, part_bytes):
    documents = [(f"{number}.xml", content) for number, content in enumerate(contents)]
    limits = small(part_bytes, parts=1000)
    with (
        build(documents, KEY, limits=limits) as first,
        build(documents, KEY, limits=limits) as other,
    ):
        assert first.parts == other.parts
        assert first.hash == other.hash
        assert all(
            first.content(part.ordinal) == other.content(part.ordinal) for part in first.parts
        )


def test_another_key_gives_the_same_archive_and_other_parts():
    with build(DOCUMENTS, KEY) as mine, build(DOCUMENTS, OTHER_KEY) as other:
        assert mine.hash == other.hash
        assert mine.content(1) != other.content(1)


def test_other_bytes_in_one_document_give_another_archive():
    changed = [*DOCUMENTS[:-1], ("8.xml", b"<Faktura>9</Faktura>")]
    with build(DOCUMENTS, KEY) as mine, build(changed, KEY) as other:
        assert mine.hash != other.hash


def test_an_archive_too_long_for_so_many_parts_gets_larger_ones():
    with build(DOCUMENTS, KEY, limits=small(10, parts=4)) as package:
        assert len(package.parts) == 4


def test_an_archive_too_long_for_the_largest_parts_is_refused():
    with pytest.raises(PackageTooLarge, match="more than 2 parts"):
        build(DOCUMENTS, KEY, limits=small(10, largest_part_bytes=20, parts=2))


def test_too_many_documents_are_refused():
    with pytest.raises(PackageTooLarge, match="more than 8 documents"):
        build(DOCUMENTS, KEY, limits=PackageLimits(documents=8))


def test_too_many_bytes_are_refused():
    with pytest.raises(PackageTooLarge, match="more than 50 bytes"):
        build(DOCUMENTS, KEY, limits=PackageLimits(package_bytes=50))


def test_two_documents_of_one_name_are_refused():
    with pytest.raises(ValueError, match="called a.xml"):
        build([("a.xml", b"1"), ("a.xml", b"2")], KEY)


def test_an_empty_package_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        build([], KEY)


def test_the_limits_are_those_of_the_openapi_document(shared_ksef):
    text = (shared_ksef / "openapi-2.9.0.json").read_text()

    assert "Maksymalny rozmiar paczki to 5GB" in text
    assert "Maksymalna liczba części to 50" in text
    assert (LIMITS.package_bytes, LIMITS.parts, LIMITS.largest_part_bytes) == (
        5_000_000_000,
        50,
        100_000_000,
    )


def test_many_documents_are_never_in_memory_together():
    """40 MB that do not compress: what is held is a document and a part, not the whole."""
    document = hashlib.shake_256(b"document").digest(1_000_000)
    limits = PackageLimits(part_bytes=2_000_000)
    tracemalloc.start()
    try:
        with build(((f"{n}.xml", document) for n in range(40)), KEY, limits=limits) as package:
            package.content(7)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert package.size > 40_000_000
    assert peak < 16_000_000
