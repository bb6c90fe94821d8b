"""ksef-client, an implementation that is not ours, checks the packages that we build."""

from __future__ import annotations

from ksef_client.services.batch import build_batch_file_info, encrypt_batch_parts
from ksef_client.services.crypto import decrypt_aes_cbc_pkcs7
from ksef_client.utils.zip_utils import unzip_bytes

from ksef.encryption import SessionKey
from ksef.packages import Package, PackageLimits, build

KEY = SessionKey.generate()
DOCUMENTS = {f"{number}.xml": f"<Faktura>{number}</Faktura>".encode() * 20 for number in range(30)}
PART_BYTES = 700


def _package() -> Package:
    return build(DOCUMENTS.items(), KEY, limits=PackageLimits(part_bytes=PART_BYTES))


def _parts(package: Package) -> list[bytes]:
    return [package.content(part.ordinal) for part in package.parts]


def _archive(package: Package) -> bytes:
    return b"".join(decrypt_aes_cbc_pkcs7(part, KEY.key, KEY.iv) for part in _parts(package))


def test_it_finds_our_documents_in_our_package() -> None:
    with _package() as package:
        assert unzip_bytes(_archive(package)) == DOCUMENTS


def test_it_announces_our_archive_with_our_figures() -> None:
    with _package() as package:
        info = build_batch_file_info(_archive(package), _parts(package))

        assert (info.file_size, info.file_hash) == (package.size, package.hash)
        assert [
            (part.ordinal_number, part.file_size, part.file_hash) for part in info.file_parts
        ] == [(part.ordinal, part.encrypted_size, part.encrypted_hash) for part in package.parts]


def test_it_splits_and_encrypts_our_archive_into_the_same_parts() -> None:
    with _package() as package:
        parts, _info = encrypt_batch_parts(
            _archive(package), KEY.key, KEY.iv, max_part_size=PART_BYTES
        )
        assert parts == _parts(package)
