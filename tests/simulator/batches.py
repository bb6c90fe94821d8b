"""Sends packages of invoices to the simulator as a taxpayer's program would."""

from __future__ import annotations

import base64
import gzip
import io
import os
import tarfile
import zipfile
from dataclasses import dataclass, field
from typing import Any

import requests

from .visitor import FORM_CODE, TIMEOUT, Visitor, digest, encrypt, wrap

Files = dict[str, bytes]


def zipped(files: Files, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(files: Files, tar_format: int = tarfile.USTAR_FORMAT) -> bytes:
    """A gzipped TAR archive."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tar_format) as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return gzip.compress(buffer.getvalue())


def split(content: bytes, count: int) -> list[bytes]:
    """``content`` in so many parts."""
    size = -(-len(content) // count)
    return [content[start : start + size] for start in range(0, len(content), size)]


@dataclass
class Batch:
    """A package on its way. What a test wants to be wrong is changed before it is opened."""

    visitor: Visitor
    archive: bytes
    part_count: int = 1
    compression: str | None = None
    key: bytes = field(default_factory=lambda: os.urandom(32))
    iv: bytes = field(default_factory=lambda: os.urandom(16))
    parts: list[bytes] = field(init=False)
    reference: str = ""
    uploads: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        pieces = split(self.archive, self.part_count)
        self.parts = [encrypt(piece, self.key, self.iv) for piece in pieces]

    def body(self, **changes: Any) -> dict[str, Any]:
        """The body of the opening request; ``changes`` within ``batchFile`` by their names."""
        public_key = self.visitor.public_key("SymmetricKeyEncryption")
        batch_file = {
            "fileSize": len(self.archive),
            "fileHash": digest(self.archive),
            "fileParts": [
                {"ordinalNumber": number, "fileSize": len(part), "fileHash": digest(part)}
                for number, part in enumerate(self.parts, 1)
            ],
            **({"compressionType": self.compression} if self.compression else {}),
            **changes,
        }
        return {
            "formCode": FORM_CODE,
            "batchFile": batch_file,
            "encryption": {
                "encryptedSymmetricKey": wrap(self.key, public_key),
                "initializationVector": base64.b64encode(self.iv).decode(),
                "publicKeyId": public_key["publicKeyId"],
            },
        }

    def open(self, offline: bool = False, **changes: Any) -> Batch:
        """Open the session; gives back the batch itself."""
        body = self.body(**changes)
        if offline:
            body["offlineMode"] = True
        answer = self.visitor.ask("POST", "/sessions/batch", body)
        self.reference = answer["referenceNumber"]
        self.uploads = answer["partUploadRequests"]
        return self

    def upload(self, number: int = 1, **changes: Any) -> requests.Response:
        """Send one part as the opening told; ``changes``: url, headers, content."""
        told = {**self.uploads[number - 1], "content": self.parts[number - 1], **changes}
        return requests.request(
            told["method"],
            told["url"],
            data=told["content"],
            headers=told["headers"],
            timeout=TIMEOUT,
        )

    def close(self) -> requests.Response:
        """Close the session, whatever the answer."""
        return self.visitor.call("POST", f"/sessions/batch/{self.reference}/close")

    def send(self, offline: bool = False) -> Batch:
        """Open, upload everything, close."""
        self.open(offline)
        for number in range(1, len(self.parts) + 1):
            assert self.upload(number).status_code == 201
        answer = self.close()
        assert answer.status_code == 204, answer.text
        return self

    def status(self) -> dict[str, Any]:
        """The status of the session."""
        return dict(self.visitor.ask("GET", f"/sessions/{self.reference}"))

    def code(self) -> int:
        """The code of that status."""
        return int(self.status()["status"]["code"])

    def invoices(self) -> list[dict[str, Any]]:
        """The first invoices of the session."""
        path = f"/sessions/{self.reference}/invoices?pageSize=1000"
        return list(self.visitor.ask("GET", path)["invoices"])
