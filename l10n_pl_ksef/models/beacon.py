"""The status light: how KSeF is now, as far as the beacon (Latarnia) says."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_datetime

from ..ksef.lighthouse import SystemState
from .outage import KINDS

LIGHTS = [("available", "Available"), *KINDS, ("unknown", "Unknown")]
STATE_OF_WORD = {
    SystemState.AVAILABLE: "available",
    SystemState.MAINTENANCE: "maintenance",
    SystemState.FAILURE: "failure",
    SystemState.TOTAL_FAILURE: "total_failure",
}
# The beacon is asked every ten minutes; what it said an hour ago may have changed.
STALE = timedelta(hours=1)


class KsefBeacon(models.Model):
    """What the beacon of one environment said last; its silence changes nothing here."""

    _name = "l10n_pl_ksef.beacon"
    _description = "KSeF beacon"
    _rec_name = "environment"

    environment = fields.Char(required=True, readonly=True)
    state = fields.Selection(LIGHTS, required=True, readonly=True)
    since = fields.Datetime(required=True, readonly=True, help="When it began to say so.")
    answered_at = fields.Datetime(required=True, readonly=True)

    _environment_unique = models.Constraint(
        "UNIQUE(environment)", "There is one answer of the beacon for each environment."
    )

    @api.model
    def _note(self, environment_code, state):
        """Keep an answer: ``state`` is a ``SystemState``."""
        now = fields.Datetime.now()
        word = STATE_OF_WORD.get(state, "unknown")
        known = self.search([("environment", "=", environment_code)])
        if not known:
            self.create(
                {"environment": environment_code, "state": word, "since": now, "answered_at": now}
            )
        elif known.state == word:
            known.answered_at = now
        else:
            known.write({"state": word, "since": now, "answered_at": now})

    @api.model
    def _light(self, environment_code):
        """How KSeF is now, and since when (naive UTC, or False where nothing was heard yet).

        The last answer counts for an hour; after that an announced outage that goes on, and
        where there is none nobody knows.
        """
        said = self.sudo().search([("environment", "=", environment_code)])
        outage = self.env["l10n_pl_ksef.outage"]._going_on(environment_code)
        fresh = said and said.answered_at > fields.Datetime.now() - STALE
        if fresh and said.state != "unknown":
            return said.state, outage.start if outage.kind == said.state else said.since
        if outage:
            return outage.kind, outage.start
        return "unknown", said.since if fresh else said.answered_at


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_pl_ksef_light = fields.Selection(
        LIGHTS, string="KSeF Status", compute="_compute_l10n_pl_ksef_light", compute_sudo=True
    )
    l10n_pl_ksef_light_text = fields.Char(
        string="KSeF Status in Words", compute="_compute_l10n_pl_ksef_light", compute_sudo=True
    )

    @api.depends_context("lang", "tz")
    @api.depends("l10n_pl_ksef_environment")
    def _compute_l10n_pl_ksef_light(self):
        for company in self:
            root = company._l10n_pl_ksef_root()
            if not root:
                company.l10n_pl_ksef_light = company.l10n_pl_ksef_light_text = False
                continue
            light, since = self.env["l10n_pl_ksef.beacon"]._light(root.l10n_pl_ksef_environment)
            company.l10n_pl_ksef_light = light
            company.l10n_pl_ksef_light_text = _in_words(self.env, light, since)


def _in_words(env, light, since):
    if not since:
        return env._("KSeF: the ministry's beacon was not asked yet")
    since = format_datetime(env, since, dt_format="short")
    texts = {
        "available": env._("KSeF: available since %s", since),
        "maintenance": env._("KSeF: announced unavailability since %s", since),
        "failure": env._("KSeF: failure since %s", since),
        "total_failure": env._("KSeF: total failure since %s", since),
        "unknown": env._("KSeF: unknown since %s, the ministry's beacon does not answer", since),
    }
    return texts[light]
