"""Packages as no honest KSeF would make them: for clients to survive.

Each way of being wrong is a function that changes a draft; a planned fault of the kind ``package``
names it as ``how``.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from .ciphers import KEY_BYTES, sha256
from .export_packages import Draft

MEGABYTE = 1_000_000
Options = dict[str, Any]


def traversal(package: Draft, options: Options) -> None:
    """Names that lead out of the folder."""
    package.files = [(f"../../{name}", content) for name, content in package.files]


def absolute(package: Draft, options: Options) -> None:
    """Names that lead to a place of their own."""
    package.files = [(f"/tmp/{name}", content) for name, content in package.files]


def symlink(package: Draft, options: Options) -> None:
    """One entry that is a link to somewhere else."""
    package.links.append(("link.xml", "/etc/passwd"))


def bomb(package: Draft, options: Options) -> None:
    """In the place of a good file one of so many ``megabytes`` that packs to almost nothing."""
    size = int(options.get("megabytes", 64)) * MEGABYTE
    package.files[:1] = [(name, bytes(size)) for name, _ in package.files[:1]]


def many(package: Draft, options: Options) -> None:
    """So many files more than there are invoices (``count``)."""
    count = int(options.get("count", 20_000))
    package.files += [(f"{number}.xml", b"<a/>") for number in range(count)]


def missing_file(package: Draft, options: Options) -> None:
    """The first invoice is listed, but not there."""
    package.files = package.files[1:]


def extra_file(package: Draft, options: Options) -> None:
    """A file that is not listed."""
    package.files.append(("5265877635-20250826-0100001AF629-AF.xml", b"<Faktura/>"))


def altered_file(package: Draft, options: Options) -> None:
    """The first invoice is not the file whose hash is listed."""
    package.files[:1] = [(name, content + b"\n") for name, content in package.files[:1]]


def duplicate(package: Draft, options: Options) -> None:
    """The first invoice is there twice."""
    package.files += package.files[:1]


def no_metadata(package: Draft, options: Options) -> None:
    """Nothing says what is in the package."""
    package.metadata = None


def bad_metadata(package: Draft, options: Options) -> None:
    """What should say it cannot be read."""
    package.metadata = b'{"invoices": [{'


def cut(package: Draft, options: Options) -> None:
    """The archive ends in the middle."""
    package.archive = lambda content: content[: len(content) // 2]


def wrong_key(package: Draft, options: Options) -> None:
    """Encrypted with another key than the client's."""
    package.key = secrets.token_bytes(KEY_BYTES)


def wrong_hash(package: Draft, options: Options) -> None:
    """The hashes that are announced are not those of the parts."""
    package.part_hash = lambda content: sha256(content + b"x")


def other_compression(package: Draft, options: Options) -> None:
    """ZIP where TarGz was asked for, and the reverse."""
    package.packed_as = "TarGz" if package.compression == "Zip" else "Zip"


WAYS: dict[str, Callable[[Draft, Options], None]] = {
    way.__name__: way
    for way in (
        *(traversal, absolute, symlink, bomb, many, missing_file, extra_file, altered_file),
        *(duplicate, no_metadata, bad_metadata, cut, wrong_key, wrong_hash, other_compression),
    )
}
