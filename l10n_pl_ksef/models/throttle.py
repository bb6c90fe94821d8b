from datetime import timedelta

from odoo import fields, models

# KSeF sends Retry-After with every 429; should it ever be missing, this is long enough not to
# hammer and short enough not to be noticed.
DEFAULT_PAUSE_SECONDS = 60


class KsefThrottle(models.Model):
    """A pause KSeF asked for, told to every worker through the database."""

    _name = "l10n_pl_ksef.throttle"
    _description = "KSeF pause"

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    environment = fields.Char(required=True, readonly=True)
    operation = fields.Char(required=True, readonly=True)
    until = fields.Datetime(required=True, readonly=True)

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

    def _paused_until(self, company, operation):
        """The UTC moment before which ``operation`` must not be called, or False."""
        pause = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("environment", "=", company.l10n_pl_ksef_environment),
                ("operation", "=", operation),
                ("until", ">", fields.Datetime.now()),
            ],
            limit=1,
        )
        return pause.until
