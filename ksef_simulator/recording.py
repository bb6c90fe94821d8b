"""Writes every exchange down, one JSON object a line, so that a contract check can read them all.

Bodies are kept as text (XML and JSON alike), with the hash of an answer's bytes. Answers that a
test asked to be wrong are marked with the kind of the fault; requests never have their
``Authorization`` header written down.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO

from aiohttp import web

from .ciphers import sha256

# What lies there is encrypted, large, and no part of the description of the API.
STORAGE = "/storage/"
FAULT = web.RequestKey("fault", str)


class Recorder:
    """Appends exchanges to a file; does nothing without one."""

    def __init__(self, path: Path | None) -> None:
        self._file: IO[str] | None = path.open("a", encoding="utf-8") if path else None

    def write(
        self,
        request: web.Request,
        request_body: bytes,
        response: web.StreamResponse | None,
    ) -> None:
        """Note one exchange; ``response`` is None where the connection was dropped."""
        if self._file is None or request.path.startswith(STORAGE):
            return
        line: dict[str, object] = {
            "method": request.method,
            "path": request.path,
            "query": request.query_string,
            "request_type": request.headers.get("Content-Type"),
            "request_body": request_body.decode("utf-8", "replace"),
            "fault": request.get(FAULT),
        }
        if response is not None:
            given = response.body if isinstance(response, web.Response) else b""
            body = bytes(given or b"")  # type: ignore[arg-type]
            line["status"] = response.status
            line["headers"] = {name.lower(): value for name, value in response.headers.items()}
            line["body"] = body.decode("utf-8", "replace")
            line["body_hash"] = sha256(body)
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


RECORDER = web.AppKey("recorder", Recorder)
