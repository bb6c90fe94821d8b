"""Looks for invoices and fetches them in packages as a taxpayer's program would."""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import tarfile
import zipfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

import requests

from .visitor import TIMEOUT, Visitor, decrypt, digest, wrap

HOUR = timedelta(hours=1)


def filters(
    subject: str = "Subject2",
    date_type: str = "PermanentStorage",
    start: str | None = None,
    end: str | None = None,
    restricted: bool | None = True,
    **conditions: Any,
) -> dict[str, Any]:
    """Filters of a query; from an hour ago if nothing is said."""
    span: dict[str, Any] = {
        "dateType": date_type,
        "from": start or (datetime.now(timezone.utc) - HOUR).isoformat(),
    }
    if end is not None:
        span["to"] = end
    if restricted is not None:
        span["restrictToPermanentStorageHwmDate"] = restricted
    return {"subjectType": subject, "dateRange": span, **conditions}


def query(visitor: Visitor, wanted: dict[str, Any], **parameters: Any) -> dict[str, Any]:
    """One page of what fits."""
    return dict(visitor.ask("POST", "/invoices/query/metadata", wanted, params=parameters))


def numbers(answer: dict[str, Any]) -> list[str]:
    """The sellers' own numbers of the invoices in an answer."""
    return [invoice["invoiceNumber"] for invoice in answer["invoices"]]


def unpack(archive: bytes, compression: str) -> dict[str, bytes]:
    """The files of an archive."""
    if compression == "Zip":
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            return {name: opened.read(name) for name in opened.namelist()}
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(archive))) as opened:
        return {e.name: opened.extractfile(e).read() for e in opened.getmembers() if e.isreg()}  # type: ignore[union-attr]


@dataclass
class Export:
    """One export with its key."""

    visitor: Visitor
    reference: str = ""
    key: bytes = field(default_factory=lambda: os.urandom(32))
    iv: bytes = field(default_factory=lambda: os.urandom(16))

    def body(self, wanted: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        """The body of the request."""
        public_key = self.visitor.public_key("SymmetricKeyEncryption")
        return {
            "encryption": {
                "encryptedSymmetricKey": wrap(self.key, public_key),
                "initializationVector": base64.b64encode(self.iv).decode(),
                "publicKeyId": public_key["publicKeyId"],
            },
            "filters": wanted or filters(),
            **more,
        }

    def start(self, wanted: dict[str, Any] | None = None, **more: Any) -> Export:
        """Begin; gives back the export itself."""
        answer = self.visitor.ask("POST", "/invoices/exports", self.body(wanted, **more))
        self.reference = answer["referenceNumber"]
        return self

    def status(self) -> dict[str, Any]:
        """How it stands."""
        return dict(self.visitor.ask("GET", f"/invoices/exports/{self.reference}"))

    def code(self) -> int:
        """The code of that."""
        return int(self.status()["status"]["code"])

    def package(self) -> dict[str, Any]:
        """The finished package."""
        return dict(self.status()["package"])

    def archive(self) -> bytes:
        """The whole archive, every hash and size checked on the way."""
        whole = b""
        package = self.package()
        for part in package["parts"]:
            answer = requests.request(part["method"], part["url"], timeout=TIMEOUT)
            assert answer.status_code == 200, answer.text
            assert answer.headers["x-ms-meta-hash"] == digest(answer.content)
            assert part["encryptedPartHash"] == digest(answer.content)
            assert part["encryptedPartSize"] == len(answer.content)
            plain = decrypt(answer.content, self.key, self.iv)
            assert (part["partHash"], part["partSize"]) == (digest(plain), len(plain))
            whole += plain
        assert len(whole) == package["size"]
        return whole

    def files(self) -> dict[str, bytes]:
        """The files of the package."""
        return unpack(self.archive(), self.package()["compressionType"])

    def listed(self) -> list[dict[str, Any]]:
        """What the package says of its invoices."""
        return list(json.loads(self.files()["_metadata.json"])["invoices"])
