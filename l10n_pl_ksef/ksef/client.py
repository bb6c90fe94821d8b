"""KSeF's operations, one method each: typed arguments in, typed answers out.

Every method raises the exceptions of ``errors``: ``Unreachable``, ``UnreadableAnswer`` and
the ``ApiError`` family. Nothing that changes KSeF's state is ever repeated here; reads are
repeated as often as the ``Client`` was told. Source: OpenAPI 2.9.0.
"""

from __future__ import annotations

from .answers import FA3, FormCode
from .client_base import Clock
from .client_batch import BatchOperations
from .client_certificates import CertificateOperations
from .client_login import LoginOperations
from .client_reading import ReadingOperations
from .client_receiving import ReceivingOperations
from .client_sending import SendingOperations
from .client_tokens import TokenOperations

__all__ = ["FA3", "Client", "Clock", "FormCode"]


class Client(
    LoginOperations,
    SendingOperations,
    BatchOperations,
    ReadingOperations,
    ReceivingOperations,
    CertificateOperations,
    TokenOperations,
):
    """A KSeF, as seen by one login.

    ``Client(transport, *, clock, access_token=None, read_retries=0)``

    ``transport`` knows the environment; ``clock`` returns the present moment as aware UTC;
    ``access_token`` is the bare JWT of the login (None before logging in);
    ``read_retries`` says how often a failed read may be repeated (with a short wait: leave
    it at 0 while a person waits). The client keeps KSeF's public keys between calls.
    """

    def with_access_token(self, access_token: str | None) -> Client:
        """Return the same client as another login sees it."""
        client = Client(
            self._transport,
            clock=self._clock,
            access_token=access_token,
            read_retries=self._read_retries,
        )
        client._known_keys = self._known_keys
        return client
