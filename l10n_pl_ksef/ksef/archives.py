"""Reads ZIP and TarGz archives from outside: nothing of them ever touches the disk.

Whatever an archive claims, at most ``Limits`` is unpacked: so many entries, so many bytes of one
file and of all together. Names are only looked at, links never followed.
"""

from __future__ import annotations

import gzip
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from .package_problems import BrokenPackage, FileProblem, PackageProblem
from .receiving_answers import ZIP

_ZIP_MAGIC = b"PK"
_GZIP_MAGIC = b"\x1f\x8b"
_CHUNK = 65_536
# Of the tail of a ZIP: its end record, with the longest comment.
_ZIP_TAIL = 22 + 65_535
_ZIP_END = b"PK\x05\x06"
_BYTES_PER_ENTRY = 512  # of a ZIP's directory; a name takes at most 100 of them
# What a tar itself takes: headers and padding of an entry, and the padding of its end.
_TAR_BYTES_PER_ENTRY = 3072
_TAR_END = 20_480
# What a tar may say of a file before the file itself: names and times.
_LONGEST_EXTRA = 16_384

_DAMAGED = (
    *(zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError),
    *(RuntimeError, NotImplementedError, struct.error, ValueError),
)


@dataclass(frozen=True)
class Limits:
    """How much may be unpacked: entries, bytes of one file, bytes of all files together."""

    entries: int
    file_bytes: int
    total_bytes: int


@dataclass(frozen=True)
class Entry:
    """One entry: its name, its content where it was wanted, or why it is refused."""

    name: str
    content: bytes | None = field(default=None, repr=False)
    refusal: FileProblem | None = None


Wanted = Callable[[str], bool]


def entries(source: IO[bytes], compression: str, limits: Limits, wanted: Wanted) -> Iterator[Entry]:
    """Give the entries of an archive one after the other, in its own order.

    ``source`` is seekable and read from its beginning; only what is ``wanted`` by its name is
    unpacked. Raises BrokenPackage.
    """
    source.seek(0)
    magic = _ZIP_MAGIC if compression == ZIP else _GZIP_MAGIC
    if not source.read(2).startswith(magic):
        raise BrokenPackage(PackageProblem.COMPRESSION)
    source.seek(0)
    walk = _zip_entries if compression == ZIP else _tar_entries
    try:
        yield from walk(source, limits, wanted)
    except _DAMAGED as error:
        raise BrokenPackage(PackageProblem.DAMAGED) from error


# -- ZIP ------------------------------------------------------------------------------------


def _zip_entries(source: IO[bytes], limits: Limits, wanted: Wanted) -> Iterator[Entry]:
    _check_zip_directory(source, limits)
    total = 0
    with zipfile.ZipFile(source) as archive:
        listed = archive.infolist()
        if len(listed) > limits.entries:
            raise BrokenPackage(PackageProblem.TOO_MANY)
        for info in listed:
            entry = _zip_entry(archive, info, limits, wanted)
            total += len(entry.content or b"")
            if total > limits.total_bytes:
                raise BrokenPackage(PackageProblem.TOO_LARGE)
            yield entry


def _check_zip_directory(source: IO[bytes], limits: Limits) -> None:
    """The directory is read as a whole, so its size is looked at before."""
    size = source.seek(0, 2)
    source.seek(max(0, size - _ZIP_TAIL))
    tail = source.read(_ZIP_TAIL)
    at = tail.rfind(_ZIP_END)
    if at < 0 or len(tail) - at < 22:
        raise BrokenPackage(PackageProblem.DAMAGED)
    count, directory_size = struct.unpack("<HL", tail[at + 10 : at + 16])
    # The highest values mean "look elsewhere", which archives of this size need not.
    if count > limits.entries or directory_size > limits.entries * _BYTES_PER_ENTRY:
        raise BrokenPackage(PackageProblem.TOO_MANY)
    source.seek(0)


def _zip_entry(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits, wanted: Wanted
) -> Entry:
    name = info.filename
    if info.is_dir() or stat.S_ISLNK(info.external_attr >> 16):
        return Entry(name, refusal=FileProblem.NOT_A_FILE)
    if not wanted(name):
        return Entry(name)
    if info.file_size > limits.file_bytes:
        return Entry(name, refusal=FileProblem.TOO_LARGE)
    try:
        with archive.open(info) as file:
            content = file.read(limits.file_bytes + 1)
    except _DAMAGED:
        return Entry(name, refusal=FileProblem.DAMAGED)
    if len(content) > limits.file_bytes:
        return Entry(name, refusal=FileProblem.TOO_LARGE)
    return Entry(name, content)


# -- TarGz ----------------------------------------------------------------------------------


def _tar_entries(source: IO[bytes], limits: Limits, wanted: Wanted) -> Iterator[Entry]:
    with gzip.GzipFile(fileobj=source, mode="rb") as unpacked:
        own = limits.entries * _TAR_BYTES_PER_ENTRY + _TAR_END
        counted = _Counted(unpacked, limits.total_bytes + own)
        stream: Any = counted
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Header, bufsize=_CHUNK) as archive:
            left = limits.entries
            while (header := archive.next()) is not None:
                left -= 1
                if left < 0:
                    raise BrokenPackage(PackageProblem.TOO_MANY)
                yield _tar_entry(archive, header, limits, wanted)
                archive.members = []  # type: ignore[attr-defined]  # it would keep every header
        counted.drain()


def _tar_entry(
    archive: tarfile.TarFile, header: tarfile.TarInfo, limits: Limits, wanted: Wanted
) -> Entry:
    if not header.isreg():
        return Entry(header.name, refusal=FileProblem.NOT_A_FILE)
    if not wanted(header.name):
        return Entry(header.name)
    if header.size > limits.file_bytes:
        return Entry(header.name, refusal=FileProblem.TOO_LARGE)
    file = archive.extractfile(header)
    return Entry(header.name, file.read() if file is not None else b"")


class _Header(tarfile.TarInfo):
    """A header that says no more about a file than names and times need."""

    def _proc_member(self, archive: tarfile.TarFile) -> Any:
        extra = self.type in (
            *(tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE),
            *(tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK),
        )
        if (extra and self.size > _LONGEST_EXTRA) or self.type == tarfile.GNUTYPE_SPARSE:
            raise BrokenPackage(PackageProblem.DAMAGED)
        return super()._proc_member(archive)  # type: ignore[misc]


class _Counted:
    """A stream that gives up once too much came out of it."""

    def __init__(self, stream: gzip.GzipFile, most: int) -> None:
        self._stream = stream
        self._left = most

    def read(self, size: int) -> bytes:
        content = self._stream.read(size)
        self._left -= len(content)
        if self._left < 0:
            raise BrokenPackage(PackageProblem.TOO_LARGE)
        return content

    def drain(self) -> None:
        """Read to the end: a package that is cut off must not pass for a whole one."""
        while self.read(_CHUNK):
            pass
