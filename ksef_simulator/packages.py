"""The packages of batch sessions: decrypted, put together and unpacked, in any thread."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterator

from .checks import LARGEST_WITH_ATTACHMENT
from .ciphers import decrypt, sha256
from .documents import Package
from .statuses import Status

COMPRESSIONS = ("Zip", "TarGz")
# What .NET's reader of ZIP files knows.
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
LONGEST_TAR_NAME = 100
ENCRYPTED_FLAG = 0x1


class Refused(Exception):
    """A package that KSeF refuses as a whole."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.status = Status.of_batch(code)


def unpack(package: Package, key: bytes, iv: bytes, most: int) -> list[tuple[str, bytes]]:
    """The names and contents of the files in a package, in their order.

    A file that is larger than any invoice may be is cut off: enough to be refused.

    :raises Refused: 405 when parts or package are not what was announced, 435 when a part cannot
        be decrypted, 430 when the archive cannot be read, 420 when it has more than ``most`` files.
    """
    plain = _whole(package, key, iv)
    reader = _zip if package.compression == "Zip" else _tar
    found: list[tuple[str, bytes]] = []
    try:
        for name, content in reader(plain):
            if len(found) == most:
                raise Refused(420)
            found.append((name, content))
    except (
        zipfile.BadZipFile,
        tarfile.TarError,
        NotImplementedError,
        OSError,
        EOFError,
        zlib.error,
    ) as error:
        raise Refused(430) from error
    return found


def _whole(package: Package, key: bytes, iv: bytes) -> bytes:
    plain = bytearray()
    for part in package.parts:
        content = part.content or b""
        if sha256(content) != part.hash:
            raise Refused(405)
        try:
            plain += decrypt(content, key, iv)
        except ValueError as error:
            raise Refused(435) from error
    if len(plain) != package.size or sha256(bytes(plain)) != package.hash:
        raise Refused(405)
    return bytes(plain)


def _zip(content: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            if entry.is_dir():
                continue
            if entry.flag_bits & ENCRYPTED_FLAG or entry.compress_type not in METHODS:
                raise Refused(430)
            with archive.open(entry) as file:
                yield entry.filename, file.read(LARGEST_WITH_ATTACHMENT + 1)


def _tar(content: bytes) -> Iterator[tuple[str, bytes]]:
    with (
        gzip.open(io.BytesIO(content)) as stream,
        tarfile.open(fileobj=stream, mode="r|") as archive,
    ):
        for entry in archive:
            if entry.isdir():
                continue
            plain = entry.isreg() and not entry.pax_headers
            if not plain or len(entry.name.encode()) > LONGEST_TAR_NAME:
                raise Refused(430)
            file = archive.extractfile(entry)
            assert file is not None
            yield entry.name, file.read(LARGEST_WITH_ATTACHMENT + 1)
        # Read to the end, so that a damaged stream is noticed.
        while stream.read(1 << 20):
            pass
