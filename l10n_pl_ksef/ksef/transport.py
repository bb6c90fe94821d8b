"""HTTP towards KSeF."""

from __future__ import annotations

from .environments import Environment


class Transport:
    """One HTTP session towards one environment.

    ``timeout`` in seconds, one number for connecting and for each wait for data.
    """

    def __init__(
        self,
        environment: Environment,
        *,
        timeout: float = 30.0,
        user_agent: str = "l10n_pl_ksef",
    ) -> None:
        self.environment = environment
        self._timeout = timeout
        self._user_agent = user_agent
