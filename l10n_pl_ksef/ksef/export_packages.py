"""A package of documents: decrypted piece by piece, its documents given one at a time.

Memory does not grow with the package: parts are decrypted from file to file, documents come one
by one, and only what ``_metadata.json`` says of them (at most 10 000) is held.

Source: OpenAPI 2.9.0 ("InvoicePackage"), ksef-docs ``pobieranie-faktur/pobieranie-faktur.md``:
``{ksefNumber}.xml`` for each invoice and ``_metadata.json`` with ``invoices``.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from .archives import Limits, entries
from .decoding import Fields, Unpromised, parse_json
from .encryption import SessionKey, sha256_base64
from .package_problems import FILE_SENTENCES, BrokenPackage, FileProblem, PackageProblem
from .received_metadata import ReceivedMetadata
from .receiving_answers import ExportPackage, PackagePart
from .texts import Term

METADATA_NAME = "_metadata.json"
ENDING = ".xml"

_CHUNK = 65_536
_LARGEST_INVOICE = 10_000_000  # bytes; 3 MB are allowed today
_LARGEST_METADATA = 64_000_000
_LEAST_TOTAL = 200_000_000
_SPARE_ENTRIES = 100  # more than the invoices and their list: refused one by one up to here
_MOST_INVOICES = 10_000
_LONGEST_NAME = 100


@dataclass(frozen=True)
class PackagedDocument:
    """One document, its bytes checked against what the package says of it."""

    metadata: ReceivedMetadata
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Refusal:
    """A file that was not taken. ``template`` is English, ``name`` harmless to show."""

    name: str
    problem: FileProblem

    @property
    def template(self) -> Term:
        return FILE_SENTENCES[self.problem]


def decrypt_part(
    encrypted: IO[bytes], plain: IO[bytes], key: SessionKey, part: PackagePart
) -> None:
    """Append a part, decrypted, to ``plain``; ``encrypted`` is read from where it stands.

    Raises BrokenPackage where the key does not fit or the content is not as announced.
    """
    decryptor = Cipher(algorithms.AES(key.key), modes.CBC(key.iv)).decryptor()
    unpadder = PKCS7(algorithms.AES.block_size).unpadder()
    digest, size = hashlib.sha256(), 0

    def write(content: bytes) -> int:
        digest.update(content)
        plain.write(content)
        return len(content)

    try:
        while chunk := encrypted.read(_CHUNK):
            size += write(unpadder.update(decryptor.update(chunk)))
        size += write(unpadder.update(decryptor.finalize()) + unpadder.finalize())
    except ValueError:
        raise BrokenPackage(PackageProblem.KEY, {"part": part.number}) from None
    found = base64.b64encode(digest.digest()).decode()
    if (found, size) != (part.plain_hash, part.plain_size):
        raise BrokenPackage(PackageProblem.PART_HASH, {"part": part.number})


class ReadPackage:
    """A decrypted package. ``listed``: by KSeF number, what it says of its documents.

    ``source``: the archive, seekable; ``told``: what the export's status says of it.
    Raises BrokenPackage, also while its documents are being read.
    """

    def __init__(self, source: IO[bytes], told: ExportPackage) -> None:
        self._source = source
        self._told = told
        if source.seek(0, 2) != told.size:
            raise BrokenPackage(PackageProblem.SIZE)
        self.listed = self._list()
        self._given: set[str] = set()

    @property
    def missing(self) -> list[ReceivedMetadata]:
        """What is listed and was not given, once all documents were read."""
        return [meta for number, meta in self.listed.items() if number not in self._given]

    def documents(self) -> Iterator[PackagedDocument | Refusal]:
        """Give every listed document once, and say what else was in the package."""
        self._given.clear()
        for entry in entries(
            self._source, self._told.compression, self._limits(_LARGEST_INVOICE), self._is_listed
        ):
            if entry.name == METADATA_NAME:
                continue
            if entry.refusal is not None:
                yield _refused(entry.name, entry.refusal)
            elif entry.content is None:
                yield _refused(entry.name, _why_unlisted(entry.name))
            else:
                yield self._document(entry.name, entry.content)

    def _document(self, name: str, content: bytes) -> PackagedDocument | Refusal:
        meta = self.listed[_number_of(name)]
        if meta.ksef_number in self._given:
            return _refused(name, FileProblem.TWICE)
        if meta.invoice_hash is not None and sha256_base64(content) != meta.invoice_hash:
            return _refused(name, FileProblem.ALTERED)
        self._given.add(meta.ksef_number)
        return PackagedDocument(meta, content)

    def _list(self) -> dict[str, ReceivedMetadata]:
        limits = self._limits(_LARGEST_METADATA)
        found: bytes | None = None
        for entry in entries(
            self._source, self._told.compression, limits, lambda name: name == METADATA_NAME
        ):
            if entry.name == METADATA_NAME:
                if entry.content is None or found is not None:
                    raise BrokenPackage(PackageProblem.BAD_METADATA)
                found = entry.content
        if found is None:
            raise BrokenPackage(PackageProblem.NO_METADATA)
        return self._read_list(found)

    def _read_list(self, content: bytes) -> dict[str, ReceivedMetadata]:
        try:
            told = Fields.of(parse_json(content)).mappings("invoices")
            read = [ReceivedMetadata.read(one) for one in told]
        except Unpromised:
            raise BrokenPackage(PackageProblem.BAD_METADATA) from None
        if len(read) != self._told.invoice_count or len(read) > _MOST_INVOICES:
            raise BrokenPackage(PackageProblem.COUNT)
        return {meta.ksef_number: meta for meta in read}

    def _limits(self, file_bytes: int) -> Limits:
        count = min(self._told.invoice_count, _MOST_INVOICES)
        return Limits(
            entries=count + 1 + _SPARE_ENTRIES,
            file_bytes=file_bytes,
            total_bytes=max(_LEAST_TOTAL, count * _LARGEST_INVOICE),
        )

    def _is_listed(self, name: str) -> bool:
        return name.endswith(ENDING) and _number_of(name) in self.listed


def _number_of(name: str) -> str:
    return name[: -len(ENDING)]


def _why_unlisted(name: str) -> FileProblem:
    plain = name.endswith(ENDING) and not set(name) & set("/\\:\0")
    return FileProblem.UNLISTED if plain else FileProblem.NAME


def _refused(name: str, problem: FileProblem) -> Refusal:
    harmless = "".join(char if char.isprintable() else "?" for char in name[:_LONGEST_NAME])
    return Refusal(harmless, problem)
