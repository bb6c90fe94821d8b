"""Where KSeF lives: one table of addresses for each environment.

Source: ksef-docs, ``srodowiska.md`` and ``kody-qr.md``; the demo beacon follows the
published Java client. Hosts have moved before, so nothing outside this file names one.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

SIMULATOR = "simulator"
TEST = "test"
DEMO = "demo"
PRODUCTION = "production"
CODES = (SIMULATOR, TEST, DEMO, PRODUCTION)


@dataclass(frozen=True)
class Environment:
    """One KSeF: its addresses and what is peculiar to it.

    ``api_url`` ends in the version (``/v2``) and has no trailing slash, like the others.
    ``download_hosts`` are hosts beside the API's own that may stand in links which KSeF
    hands out (UPO, export packages, upload of parts).
    ``accepts_self_signed``: test environments take certificates that nobody issued.
    ``checks_identifiers``: NIP checksums are checked without being asked.
    """

    code: str
    api_url: str
    qr_url: str
    lighthouse_url: str
    download_hosts: frozenset[str] = frozenset()
    accepts_self_signed: bool = False
    checks_identifiers: bool = False

    @property
    def is_local(self) -> bool:
        """True for the simulator: plain HTTP on this very machine, never anything else."""
        return self.code == SIMULATOR

    def allows(self, url: str) -> bool:
        """Tell whether a call may go to ``url``: TLS and a host of this environment.

        The simulator is the one exception: plain HTTP, its own loopback host and port only.
        Addresses with credentials in them are never allowed.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            return False
        if parts.username is not None or parts.password is not None or "\\" in url:
            return False
        if self.is_local:
            return _origin(url) in {_origin(known) for known in self._known_urls()}
        if parts.scheme != "https" or port not in (None, 443):
            return False
        return parts.hostname in self._hosts()

    def _known_urls(self) -> tuple[str, ...]:
        return (self.api_url, self.qr_url, self.lighthouse_url)

    def _hosts(self) -> set[str]:
        named = {urlsplit(url).hostname or "" for url in self._known_urls()}
        return (named | self.download_hosts) - {""}


def environment(code: str, simulator_url: str | None = None) -> Environment:
    """Return the environment called ``code``.

    ``simulator_url`` is the root of a running simulator, such as ``http://127.0.0.1:8180``;
    it is needed for ``simulator`` and must be a loopback address.
    Raises ValueError for an unknown code or an address that is not loopback.
    """
    if code == SIMULATOR:
        return _simulator(simulator_url)
    try:
        return _TABLE[code]
    except KeyError:
        raise ValueError(f"There is no KSeF environment called {code!r}.") from None


def _simulator(url: str | None) -> Environment:
    if not url:
        raise ValueError("The simulator's address is not configured.")
    root = url.rstrip("/")
    parts = urlsplit(root)
    if parts.scheme != "http" or parts.path or parts.query or not _is_loopback(parts.hostname):
        raise ValueError("The simulator must be at http://127.0.0.1 or http://localhost.")
    return Environment(
        code=SIMULATOR,
        api_url=f"{root}/v2",
        qr_url=root,
        lighthouse_url=root,
        accepts_self_signed=True,
    )


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


_TABLE = {
    TEST: Environment(
        code=TEST,
        api_url="https://api-test.ksef.mf.gov.pl/v2",
        qr_url="https://qr-test.ksef.mf.gov.pl",
        lighthouse_url="https://api-latarnia-test.ksef.mf.gov.pl",
        accepts_self_signed=True,
    ),
    DEMO: Environment(
        code=DEMO,
        api_url="https://api-demo.ksef.mf.gov.pl/v2",
        qr_url="https://qr-demo.ksef.mf.gov.pl",
        lighthouse_url="https://api-latarnia-test.ksef.mf.gov.pl",
    ),
    PRODUCTION: Environment(
        code=PRODUCTION,
        api_url="https://api.ksef.mf.gov.pl/v2",
        qr_url="https://qr.ksef.mf.gov.pl",
        lighthouse_url="https://api-latarnia.ksef.mf.gov.pl",
        checks_identifiers=True,
    ),
}
