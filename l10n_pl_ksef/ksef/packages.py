"""The package of a batch session: many documents in one archive, in encrypted parts.

The same documents with the same key always give the same bytes, so that a process that died
while it sent a package can be followed by another one that builds it again and goes on with the
next part. The archive is spooled to a temporary file; in memory is one document or one part.

Source: OpenAPI 2.9.0 ("BatchFileInfo", "BatchFilePartInfo"), ksef-docs ``sesja-wsadowa.md``.
"""

from __future__ import annotations

import base64
import hashlib
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import IO

from .encryption import SessionKey, encrypt, sha256_base64

ZIP = "Zip"

_CHUNK = 1 << 20
# Nothing of the day or the machine may get into the archive.
_DAY = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_READABLE = 0o644 << 16
_LEVEL = 6


class PackageTooLarge(ValueError):
    """The documents do not fit into one package; ``limit`` names the bound that was hit."""

    def __init__(self, limit: str) -> None:
        super().__init__(f"The documents do not fit into one package: {limit}.")
        self.limit = limit


@dataclass(frozen=True)
class PackageLimits:
    """How large a package and its parts may be, in bytes before encryption.

    ``part_bytes`` is what a part has as long as the package needs no more than ``parts`` of
    them: small parts are soon sent again after a failure, and each of them brings 20 minutes.
    """

    part_bytes: int = 10_000_000
    largest_part_bytes: int = 100_000_000
    parts: int = 50
    package_bytes: int = 5_000_000_000
    documents: int = 10_000


LIMITS = PackageLimits()


@dataclass(frozen=True)
class PackagePart:
    """One part: where it lies in the archive, and what KSeF is told of it once encrypted."""

    ordinal: int
    start: int
    plain_size: int
    encrypted_size: int
    encrypted_hash: str


class Package:
    """A built archive and its parts. Use it in a ``with``: its temporary file goes afterwards.

    ``size`` and ``hash`` are those of the plain archive, the hash as padded base64.
    """

    compression = ZIP

    def __init__(
        self, archive: IO[bytes], session_key: SessionKey, part_bytes: int, count: int
    ) -> None:
        self._archive = archive
        self._session_key = session_key
        self.count = count
        self.size, self.hash = _measured(archive)
        self.parts = tuple(
            self._part(ordinal, start, min(part_bytes, self.size - start))
            for ordinal, start in enumerate(range(0, self.size, part_bytes), 1)
        )

    def __enter__(self) -> Package:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._archive.close()

    def content(self, ordinal: int) -> bytes:
        """The encrypted bytes of one part, as they are to be sent."""
        part = self.parts[ordinal - 1]
        return self._encrypted(part.start, part.plain_size)

    def _part(self, ordinal: int, start: int, size: int) -> PackagePart:
        content = self._encrypted(start, size)
        return PackagePart(ordinal, start, size, len(content), sha256_base64(content))

    def _encrypted(self, start: int, size: int) -> bytes:
        self._archive.seek(start)
        return encrypt(self._archive.read(size), self._session_key)


def build(
    documents: Iterable[tuple[str, bytes]],
    session_key: SessionKey,
    *,
    limits: PackageLimits = LIMITS,
) -> Package:
    """Put ``documents`` (name and exact bytes of each) into one package, in their order.

    The names must differ. The documents are taken one by one, so a generator will do.
    Raises PackageTooLarge where KSeF would not take it, ValueError for none or equal names.
    """
    archive = tempfile.TemporaryFile()  # noqa: SIM115
    try:
        count = _write(archive, documents, limits)
        size = archive.tell()
        if size > limits.package_bytes:
            raise PackageTooLarge(f"more than {limits.package_bytes} bytes")
        return Package(archive, session_key, _part_bytes(size, limits), count)
    except BaseException:
        archive.close()
        raise


def _write(
    archive: IO[bytes], documents: Iterable[tuple[str, bytes]], limits: PackageLimits
) -> int:
    names: set[str] = set()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as zipped:
        for name, content in documents:
            if name in names:
                raise ValueError(f"Two documents of a package are called {name}.")
            names.add(name)
            if len(names) > limits.documents:
                raise PackageTooLarge(f"more than {limits.documents} documents")
            zipped.writestr(_entry(name), content, compresslevel=_LEVEL)
    if not names:
        raise ValueError("A package needs at least one document.")
    archive.seek(0, 2)
    return len(names)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _DAY)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = _UNIX
    entry.external_attr = _READABLE
    return entry


def _part_bytes(size: int, limits: PackageLimits) -> int:
    """The preferred size of a part, or a larger one where there would be too many."""
    needed = -(-size // limits.parts)
    if needed > limits.largest_part_bytes:
        raise PackageTooLarge(f"more than {limits.parts} parts")
    return max(limits.part_bytes, needed)


def _measured(archive: IO[bytes]) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(archive):
        digest.update(chunk)
        size += len(chunk)
    return size, base64.b64encode(digest.digest()).decode("ascii")


def _chunks(archive: IO[bytes]) -> Iterator[bytes]:
    archive.seek(0)
    while chunk := archive.read(_CHUNK):
        yield chunk
