"""Builds the packages of exports: archived, cut into parts, encrypted; in any thread."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .ciphers import encrypt, sha256

METADATA = "_metadata.json"
ENDINGS = {"Zip": "zip", "TarGz": "tar.gz"}


@dataclass
class Draft:
    """A package before it is packed: what a test wants to be wrong is changed here."""

    reference: str
    compression: str
    key: bytes
    iv: bytes
    files: list[tuple[str, bytes]]
    metadata: bytes | None
    links: list[tuple[str, str]] = field(default_factory=list)
    archive: Callable[[bytes], bytes] = bytes
    packed_as: str | None = None
    part_hash: Callable[[bytes], str] = sha256


@dataclass(frozen=True)
class PackedPart:
    """One part, as it is handed out."""

    name: str
    plain_size: int
    plain_hash: str
    content: bytes
    hash: str


@dataclass(frozen=True)
class Packed:
    """A finished package."""

    size: int
    parts: list[PackedPart]


def draft(
    reference: str,
    compression: str,
    key: bytes,
    iv: bytes,
    invoices: list[tuple[dict[str, Any], bytes]],
    only_metadata: bool,
) -> Draft:
    """The package of some invoices: what the lists say of each, and its file."""
    listed = {"invoices": [described for described, _ in invoices]}
    files = [] if only_metadata else [(f"{d['ksefNumber']}.xml", xml) for d, xml in invoices]
    told = json.dumps(listed, ensure_ascii=False).encode()
    return Draft(reference, compression, key, iv, files, told)


def pack(package: Draft, part_size: int) -> Packed:
    """Archive, cut and encrypt a package."""
    files = list(package.files)
    if package.metadata is not None:
        files.append((METADATA, package.metadata))
    packer = _zip if (package.packed_as or package.compression) == "Zip" else _tar
    plain = package.archive(packer(files, package.links))
    pieces = [plain[start : start + part_size] for start in range(0, len(plain), part_size)]
    parts = [_part(package, number, piece) for number, piece in enumerate(pieces, 1)]
    return Packed(len(plain), parts)


def _part(package: Draft, number: int, piece: bytes) -> PackedPart:
    content = encrypt(piece, package.key, package.iv)
    name = f"{package.reference}-{number:03}.{ENDINGS[package.compression]}.aes"
    return PackedPart(
        name, len(piece), package.part_hash(piece), content, package.part_hash(content)
    )


def _zip(files: list[tuple[str, bytes]], links: list[tuple[str, str]]) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w") as archive:
        # A name that is there twice is what a test asked for.
        warnings.simplefilter("ignore", UserWarning)
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
        for name, target in links:
            link = zipfile.ZipInfo(name)
            link.create_system = 3
            link.external_attr = 0o120777 << 16
            archive.writestr(link, target)
    return buffer.getvalue()


def _tar(files: list[tuple[str, bytes]], links: list[tuple[str, str]]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in files:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        for name, target in links:
            link = tarfile.TarInfo(name)
            link.type, link.linkname = tarfile.SYMTYPE, target
            archive.addfile(link)
    return gzip.compress(buffer.getvalue(), 6)
