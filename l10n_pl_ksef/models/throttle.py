from datetime import timedelta

from odoo import fields, models

from ..ksef.errors import ServerError, Unreachable

# KSeF sends Retry-After with every 429; should it ever be missing, this is long enough not to
# hammer and short enough not to be noticed.
DEFAULT_PAUSE_SECONDS = 60
# What may rest: one of these for all calls of its kind.
SENDING = "send_invoice"
FOLLOWING = "follow"
CLOSING = "close_session"
RECEIVING = "receive"
PACKAGES = "packages"
# While KSeF cannot be reached or the login fails, no schedule tries anything at all.
CONNECTION = "connection"
OUT_OF_REACH = (ServerError, Unreachable)
CONNECTION_PAUSES = (30, 60, 120, 300, 600, 900)


class KsefThrottle(models.Model):
    """A pause KSeF asked for, told to every worker through the database."""

    _name = "l10n_pl_ksef.throttle"
    _description = "KSeF pause"

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    environment = fields.Char(required=True, readonly=True)
    operation = fields.Char(required=True, readonly=True)
    until = fields.Datetime(required=True, readonly=True)
    failures = fields.Integer(readonly=True, help="In a row; the pause grows with them.")
    out_of_reach = fields.Boolean(
        readonly=True, help="It rests because KSeF did not answer, or said that it is down."
    )

    _one_per_operation = models.Constraint(
        "UNIQUE(company_id, environment, operation)",
        "There is already a pause for this operation.",
    )

    def _pause(self, company, operation, seconds):
        """Remember that ``operation`` must rest for ``seconds`` for this connection."""
        until = fields.Datetime.now() + timedelta(seconds=seconds or DEFAULT_PAUSE_SECONDS)
        self.env.cr.execute(
            """
            INSERT INTO l10n_pl_ksef_throttle (company_id, environment, operation, until)
                 VALUES (%s, %s, %s, %s)
            ON CONFLICT (company_id, environment, operation)
          DO UPDATE SET until = GREATEST(l10n_pl_ksef_throttle.until, EXCLUDED.until)
            """,
            [company.id, company.l10n_pl_ksef_environment, operation, until],
        )
        self.invalidate_model(["until"])
        return until

    def _pause_connection(self, company, error=None):
        """Let the whole connection rest, longer with each failure in a row.

        :param error: what happened, where that tells whether KSeF is out of reach
        """
        row = self._row(company, CONNECTION)
        failures = row.failures + 1
        seconds = CONNECTION_PAUSES[min(failures, len(CONNECTION_PAUSES)) - 1]
        until = self._pause(company, CONNECTION, seconds)
        self._row(company, CONNECTION).write(
            {"failures": failures, "out_of_reach": isinstance(error, OUT_OF_REACH)}
        )
        return until

    def _is_out_of_reach(self, company):
        """Whether the connection rests now because KSeF could not be reached."""
        return bool(
            self._paused_until(company, CONNECTION) and self._row(company, CONNECTION).out_of_reach
        )

    def _resume_connection(self, company):
        """KSeF answered: forget the failures."""
        row = self._row(company, CONNECTION)
        if row.failures:
            row.write({"failures": 0, "until": fields.Datetime.now()})

    def _row(self, company, operation):
        return self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("environment", "=", company.l10n_pl_ksef_environment),
                ("operation", "=", operation),
            ],
            limit=1,
        )

    def _paused_until(self, company, operation):
        """The UTC moment before which ``operation`` must not be called, or False."""
        until = self._row(company, operation).until
        return until and until > fields.Datetime.now() and until

    def _resting_until(self, company, operation):
        """The same for a schedule, which also rests while the whole connection does."""
        moments = (self._paused_until(company, operation), self._paused_until(company, CONNECTION))
        return max(filter(None, moments), default=False)
