"""What the beacon (Latarnia) announced: kept, so that deadlines can be counted from it."""

import logging
from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..ksef import lighthouse
from ..ksef.calendar import warsaw_day
from ..ksef.deadlines import Outage, OutageKind, deadline
from ..ksef.errors import KsefError
from ..ksef.transport import Transport
from .moments import naive_utc
from .transactions import commit_point, isolated

_logger = logging.getLogger(__name__)

KINDS = [
    ("maintenance", "Announced unavailability"),
    ("failure", "Failure"),
    ("total_failure", "Total failure"),
]
KIND_OF_CATEGORY = {
    "MAINTENANCE": "maintenance",
    "FAILURE": "failure",
    "TOTAL_FAILURE": "total_failure",
}
GRAVITY = ("total_failure", "failure", "maintenance")


class KsefOutage(models.Model):
    """One announced outage of one environment, with its start and, once known, its end."""

    _name = "l10n_pl_ksef.outage"
    _description = "KSeF outage"
    _order = "start desc, id desc"
    _rec_name = "title"

    environment = fields.Char(required=True, readonly=True)
    event = fields.Char(required=True, readonly=True, help="The beacon's number of the event.")
    kind = fields.Selection(KINDS, required=True, readonly=True)
    title = fields.Char(readonly=True)
    text = fields.Text(readonly=True)
    start = fields.Datetime(required=True, readonly=True)
    end = fields.Datetime(readonly=True, help="Empty while the outage lasts.")
    is_going_on = fields.Boolean(compute="_compute_is_going_on")

    _event_unique = models.Constraint(
        "UNIQUE(environment, event)", "This event of the beacon is known already."
    )

    @api.depends("start", "end")
    def _compute_is_going_on(self):
        now = fields.Datetime.now()
        for outage in self:
            outage.is_going_on = bool(
                outage.start and outage.start <= now and (not outage.end or now < outage.end)
            )

    # -- asking the beacon ------------------------------------------------------------

    @api.model
    def _cron_ask_beacon(self):
        """Ask the beacon of every environment in use; its own failure changes nothing."""
        companies = self.env["res.company"].sudo()._l10n_pl_ksef_connected_companies()
        for company in companies.grouped("l10n_pl_ksef_environment").values():
            with isolated(self.env, "asking the beacon of KSeF"):
                self._ask(company[:1])
                commit_point(self.env)
        self.env["account.move"]._l10n_pl_ksef_watch_deadlines()

    @api.model
    def _ask(self, company):
        try:
            self.env["l10n_pl_ksef.vault"]._refuse_neutralized()
            environment = company._l10n_pl_ksef_environment_object()
            transport = Transport(environment)
            self._keep(environment.code, lighthouse.messages(transport))
            self.env["l10n_pl_ksef.beacon"]._note(
                environment.code, lighthouse.status(transport).state
            )
        except (KsefError, UserError) as error:
            _logger.info("The beacon of KSeF says nothing: %s", error)

    @api.model
    def _keep(self, environment_code, announced):
        """Fold the announcements into events: the newest version of each message counts."""
        newest = sorted(announced, key=lambda message: (message.published, message.version))
        for message in newest:
            kind = KIND_OF_CATEGORY.get(message.category)
            if not kind:
                _logger.warning("The beacon announced something new: %s", message.category)
                continue
            event = self.search(
                [("environment", "=", environment_code), ("event", "=", message.event_id)]
            )
            vals = {
                "kind": kind,
                "title": message.title,
                "text": message.text,
                "start": naive_utc(message.start),
                "end": naive_utc(message.end),
            }
            if event:
                event.write(vals)
            else:
                self.create({**vals, "environment": environment_code, "event": message.event_id})

    # -- answers for others --------------------------------------------------------------

    @api.model
    def _going_on(self, environment_code):
        """The gravest outage that lasts now in that environment, or none."""
        now = fields.Datetime.now()
        lasting = self.sudo().search(
            [
                ("environment", "=", environment_code),
                ("start", "<=", now),
                "|",
                ("end", "=", False),
                ("end", ">", now),
            ]
        )
        return lasting.sorted(lambda outage: GRAVITY.index(outage.kind))[:1]

    @api.model
    def _known(self, environment_code):
        """All that was ever announced for that environment."""
        return self.sudo().search([("environment", "=", environment_code)])

    def _deadline(self, mode, issue_date, issued_at=None):
        """By when a document must be in KSeF, as ``ksef.deadlines.Deadline``, if these outages
        were announced.

        :param mode: the ``OfflineMode`` in which it was issued
        :param issue_date: P_1
        :param issued_at: naive UTC, when the buyer could get it; None while nobody could: then
            only what lasts beyond its own day counts
        """
        # What was over does not concern what was issued later, be it on the same day.
        since = issued_at or _end_of_day(issue_date)
        lasted = self.filtered(lambda outage: not outage.end or outage.end > since)
        return deadline(mode, issue_date, [outage._in_days() for outage in lasted])

    def _in_days(self):
        return Outage(
            OutageKind(self.kind),
            warsaw_day(self.start.replace(tzinfo=timezone.utc)),
            self.end and warsaw_day(self.end.replace(tzinfo=timezone.utc)) or None,
        )


def _end_of_day(day):
    """The midnight in Warsaw after ``day``, naive UTC."""
    midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo("Europe/Warsaw"))
    return naive_utc(midnight)
