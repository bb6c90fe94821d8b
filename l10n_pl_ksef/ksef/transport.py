"""HTTP towards one KSeF environment.

What matters most here is what is known when no answer came. A request that certainly did
not leave this machine (refused, unknown host, no TLS) may be made again; one that may have
left may have been carried out. So connections note the moment from which bytes can leave.

Nothing of a request or an answer is logged but the operation's name, status and duration.
"""

from __future__ import annotations

import hashlib
import logging
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from .deciphering import Answer, refusal
from .environments import Environment
from .errors import KsefError, LoginExpired, Outcome, ServerError, Unreachable, token_id

__all__ = ["Answer", "Download", "Transport"]

_logger = logging.getLogger(__name__)

MEGABYTE = 1_000_000
_CHUNK = 16_384
_FIRST_PAUSE = 0.5  # seconds before the first repetition of a read; doubled each time
_WARNING_LENGTH = 500
_LONGEST_DOWNLOAD = 900.0  # seconds for one file


@dataclass(frozen=True)
class Download:
    """What was written to a file: its size in bytes, its SHA-256, the answer's headers."""

    size: int
    sha256: bytes
    headers: Mapping[str, str]


class Transport:
    """One HTTP session towards one environment; for one thread at a time.

    ``timeout``: seconds, one number for connecting and for every wait for data; the whole
    answer may take four times as long. ``sleep`` waits between repetitions of a read.
    """

    def __init__(
        self,
        environment: Environment,
        *,
        timeout: float = 30.0,
        user_agent: str = "l10n_pl_ksef",
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.environment = environment
        self._timeout = timeout
        self._sleep = sleep
        self._journey = _Journey()
        self._session = _session(environment, self._journey, user_agent)

    def close(self) -> None:
        """Close kept connections; the transport may still be used afterwards."""
        self._session.close()

    def request(
        self,
        operation: str,
        method: str,
        path_or_url: str,
        *,
        expected: int = 200,
        bearer: str | None = None,
        json: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        content_type: str | None = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        retries: int = 0,
        max_bytes: int = 8 * MEGABYTE,
    ) -> Answer:
        """Make one call and return the answer if it has the ``expected`` status.

        ``path_or_url``: a path below the API's root, or a whole URL that KSeF handed out
        (never with a bearer). ``retries``: how often to repeat a call that brought no answer
        or a 5xx; only for calls that change nothing.
        Raises Unreachable, UnreadableAnswer, or an ApiError.
        """
        url = self._url(operation, path_or_url, bearer)
        request = requests.Request(
            method,
            url,
            params=query,
            json=json,
            data=content,
            headers=_headers(headers, content_type),
            auth=_Bearer(bearer),
        )
        try:
            return self._repeated(operation, request, expected, max_bytes, retries)
        except LoginExpired as error:
            error.token_id = token_id(bearer) if bearer else ""
            raise

    def _repeated(
        self,
        operation: str,
        request: requests.Request,
        expected: int,
        max_bytes: int,
        retries: int,
    ) -> Answer:
        for pause in _pauses(retries):
            try:
                return self._once(operation, request, expected, max_bytes)
            except (Unreachable, ServerError) as error:
                _logger.info("%s is repeated in %.1f s: %s", operation, pause, type(error).__name__)
                self._sleep(pause)
        return self._once(operation, request, expected, max_bytes)

    def download(self, operation: str, url: str, sink: IO[bytes], *, max_bytes: int) -> Download:
        """Fetch a file by a link that KSeF handed out: no bearer, piece by piece into ``sink``.

        Raises Unreachable, UnreadableAnswer, or an ApiError; ``sink`` may then hold a part.
        """
        started = time.monotonic()
        request = requests.Request(
            "GET", self._url(operation, url, None), headers={"Accept": "*/*"}, auth=_Bearer(None)
        )
        self._journey.may_have_left = True
        try:
            with self._send(request) as response:
                if response.status_code != 200:
                    body = self._read(operation, response, MEGABYTE, started)
                    headers = CaseInsensitiveDict(response.headers)
                    raise _refusal(Answer(operation, response.status_code, headers, body))
                return self._write(operation, response, sink, max_bytes, started)
        except (requests.RequestException, HTTPError) as error:
            outcome = Outcome.UNKNOWN if self._journey.may_have_left else Outcome.NOT_SENT
            raise Unreachable(operation, outcome, _reason(error, outcome)) from None

    def _write(
        self,
        operation: str,
        response: requests.Response,
        sink: IO[bytes],
        max_bytes: int,
        started: float,
    ) -> Download:
        size, digest = 0, hashlib.sha256()
        for chunk in response.iter_content(_CHUNK):
            size += len(chunk)
            if size > max_bytes:
                too_long = Answer(operation, response.status_code, {}, b"")
                raise too_long.unreadable(f"more than {max_bytes} bytes")
            if time.monotonic() - started > _LONGEST_DOWNLOAD:
                raise Unreachable(operation, Outcome.UNKNOWN, "the download took too long")
            digest.update(chunk)
            sink.write(chunk)
        if _is_cut_off(response.headers, size):
            raise Unreachable(operation, Outcome.UNKNOWN, "the file was cut off")
        _log_warning(Answer(operation, 200, CaseInsensitiveDict(response.headers), b""))
        return Download(size, digest.digest(), CaseInsensitiveDict(response.headers))

    def _url(self, operation: str, path_or_url: str, bearer: str | None) -> str:
        if path_or_url.startswith("/"):
            return f"{self.environment.api_url}{path_or_url}"
        if bearer is not None:
            raise ValueError("A bearer token never goes to an address that KSeF handed out.")
        if not self.environment.allows(path_or_url):
            raise Unreachable(
                operation,
                Outcome.NOT_SENT,
                f"the address does not belong to this environment: {_host_of(path_or_url)}",
            )
        return path_or_url

    def _once(
        self, operation: str, request: requests.Request, expected: int, max_bytes: int
    ) -> Answer:
        started = time.monotonic()
        answer = self._exchange(operation, request, max_bytes, started)
        _logger.debug(
            "%s: HTTP %s after %.3f s", operation, answer.status, time.monotonic() - started
        )
        _log_warning(answer)
        if answer.status == expected:
            return answer
        raise _refusal(answer)

    def _exchange(
        self, operation: str, request: requests.Request, max_bytes: int, started: float
    ) -> Answer:
        self._journey.may_have_left = True  # until a connection proves the contrary
        try:
            with self._send(request) as response:
                body = self._read(operation, response, max_bytes, started)
                return Answer(
                    operation, response.status_code, CaseInsensitiveDict(response.headers), body
                )
        except (requests.RequestException, HTTPError, OSError) as error:
            outcome = Outcome.UNKNOWN if self._journey.may_have_left else Outcome.NOT_SENT
            raise Unreachable(operation, outcome, _reason(error, outcome)) from None

    def _send(self, request: requests.Request) -> requests.Response:
        prepared = self._session.prepare_request(request)
        settings = self._session.merge_environment_settings(
            prepared.url or "", {}, True, True, None
        )
        return self._session.send(
            prepared, timeout=self._timeout, allow_redirects=False, **settings
        )

    def _read(
        self, operation: str, response: requests.Response, max_bytes: int, started: float
    ) -> bytes:
        body = bytearray()
        for chunk in response.iter_content(_CHUNK):
            body += chunk
            if len(body) > max_bytes:
                too_long = Answer(operation, response.status_code, {}, b"")
                raise too_long.unreadable(f"more than {max_bytes} bytes")
            if time.monotonic() - started > 4 * self._timeout:
                reason = "the answer took too long as a whole"
                raise Unreachable(operation, Outcome.UNKNOWN, reason)
        if _is_cut_off(response.headers, len(body)):
            raise Unreachable(operation, Outcome.UNKNOWN, "the answer was cut off")
        return bytes(body)


def _is_cut_off(headers: Mapping[str, str], size: int) -> bool:
    """urllib3 before 2 takes a connection's early end for the end of the answer."""
    promised = headers.get("Content-Length", "")
    return promised.isdigit() and "Content-Encoding" not in headers and size < int(promised)


def _session(environment: Environment, journey: _Journey, user_agent: str) -> requests.Session:
    session = requests.Session()
    # Proxies and certificate bundles of the machine count, except towards the machine itself.
    session.trust_env = not environment.is_local
    session.headers.update(
        {
            "User-Agent": user_agent,
            "Accept": "application/json, application/problem+json, application/xml",
            # Sizes are limited as received, so nothing may be smaller on the way.
            "Accept-Encoding": "identity",
            "X-Error-Format": "problem-details",
        }
    )
    session.mount("https://", _TracingAdapter(journey))
    if environment.is_local:
        session.mount("http://", _TracingAdapter(journey))
    else:
        del session.adapters["http://"]
    return session


def _headers(given: Mapping[str, str] | None, content_type: str | None) -> dict[str, str]:
    headers = dict(given or {})
    if content_type is not None:
        headers["Content-Type"] = content_type
    return headers


def _pauses(retries: int) -> list[float]:
    return [_FIRST_PAUSE * 2**attempt for attempt in range(retries)]


def _refusal(answer: Answer) -> KsefError:
    if 300 <= answer.status < 400:
        target = _host_of(answer.headers.get("Location", ""))
        return answer.unreadable(f"a redirection to {target}, which is not followed")
    return refusal(answer)


def _log_warning(answer: Answer) -> None:
    warning = answer.headers.get("X-System-Warning")
    if warning:
        printable = "".join(char for char in warning if char.isprintable())
        _logger.warning("KSeF warns at %s: %s", answer.operation, printable[:_WARNING_LENGTH])


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or "no host"
    except ValueError:
        return "no host"


def _reason(error: BaseException, outcome: Outcome) -> str:
    """Say what went wrong in a few words; exception texts hold whole addresses, so not those."""
    cause = _innermost(error)
    if isinstance(error, requests.Timeout):
        connecting = outcome is Outcome.NOT_SENT
        return f"time-out while {'connecting' if connecting else 'waiting for the answer'}"
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"TLS certificate refused: {cause.verify_message}"
    if isinstance(cause, OSError) and cause.strerror:
        return f"{type(cause).__name__}: {cause.strerror}"
    return type(cause).__name__


def _innermost(error: BaseException) -> BaseException:
    while True:
        deeper = error.__cause__ or error.__context__
        if deeper is None:
            return error
        error = deeper


class _Bearer(AuthBase):
    """Puts the token in; being there at all keeps requests from looking into ``.netrc``."""

    def __init__(self, token: str | None) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token is not None:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class _Journey:
    """Whether any byte of the request at hand may have left this machine."""

    may_have_left = True


class _TracingAdapter(HTTPAdapter):
    """An adapter whose connections keep a ``_Journey`` up to date.

    Connections that it cannot trace (SOCKS) leave it at "may have left", the careful side.
    """

    def __init__(self, journey: _Journey) -> None:
        self._pools = _tracing_pools(journey)
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = self._pools
        return manager


def _tracing_pools(journey: _Journey) -> dict[str, Any]:
    class TracedConnection(HTTPConnection):
        def connect(self) -> None:
            journey.may_have_left = False
            super().connect()

        def request(self, *args: Any, **kwargs: Any) -> None:
            if self.sock is None:
                self.connect()
            journey.may_have_left = True
            super().request(*args, **kwargs)

    class TracedTlsConnection(HTTPSConnection):
        def connect(self) -> None:
            journey.may_have_left = False
            super().connect()

        def request(self, *args: Any, **kwargs: Any) -> None:
            if self.sock is None:
                self.connect()
            journey.may_have_left = True
            super().request(*args, **kwargs)

    class TracedPool(HTTPConnectionPool):
        ConnectionCls = TracedConnection

    class TracedTlsPool(HTTPSConnectionPool):
        ConnectionCls = TracedTlsConnection

    return {"http": TracedPool, "https": TracedTlsPool}
