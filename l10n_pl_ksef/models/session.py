import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import NO_ACCESS, Domain

from ..ksef.encryption import SessionKey
from ..ksef.errors import BadRequest, KsefError, TooManyRequests
from ..ksef.statuses import SESSION_OPEN
from .moments import naive_utc
from .throttle import CLOSING
from .transactions import commit_point

_logger = logging.getLogger(__name__)

# A session is shared by everybody who sends for the same connection and closed once it has
# been idle for a while: opening is limited to 120 an hour, and KSeF itself keeps it 12 hours.
IDLE_BEFORE_CLOSING = timedelta(minutes=15)
# Not to start on a session that ends while the document is on its way.
MARGIN_BEFORE_END = timedelta(minutes=10)
INVOICES_PER_SESSION = 10_000

SEALED_KEY_PURPOSE = "session-key"


class KsefSession(models.Model):
    """One session with its own encryption key, kept together in one row.

    This file is about interactive ones; for batch sessions see ``batch_session.py``.
    """

    _name = "l10n_pl_ksef.session"
    _description = "KSeF session"
    _rec_name = "reference"
    _order = "id desc"

    company_id = fields.Many2one(
        "res.company", string="Connection", required=True, readonly=True, index=True
    )
    environment = fields.Char(required=True, readonly=True)
    kind = fields.Selection(
        [("interactive", "Interactive"), ("batch", "Package")],
        required=True,
        readonly=True,
        default="interactive",
    )
    state = fields.Selection(
        [
            ("opening", "Being opened"),
            ("open", "Open"),
            ("closing", "Closing"),
            ("processing", "Being processed"),
            ("closed", "Closed"),
        ],
        required=True,
        readonly=True,
        default="open",
    )
    context = fields.Char(readonly=True, help="In whose name it was opened.")
    reference = fields.Char(
        readonly=True, index=True, help="Given by KSeF when the session was opened."
    )
    key_sealed = fields.Char(readonly=True, copy=False, groups=NO_ACCESS, prefetch=False)
    valid_until = fields.Datetime(required=True, readonly=True)
    last_used = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    submission_ids = fields.One2many(
        "l10n_pl_ksef.submission", "session_id", string="Submissions", readonly=True
    )
    submission_count = fields.Integer(compute="_compute_submission_count")

    _reference_unique = models.UniqueIndex("(environment, reference)")

    @api.depends("submission_ids")
    def _compute_submission_count(self):
        counts = dict(
            self.env["l10n_pl_ksef.submission"]._read_group(
                [("session_id", "in", self.ids)], ["session_id"], ["__count"]
            )
        )
        for session in self:
            session.submission_count = counts.get(session, 0)

    # -- opening --------------------------------------------------------------

    @api.model
    def _usable(self, company, client):
        """An open session of this connection, opening one where there is none.

        :param company: the company that carries the connection
        :param client: a logged-in ``ksef.client.Client`` of that company
        :raises KsefError: when KSeF does not open one. An answer lost here leaves an empty
            session at KSeF, which ends by itself and holds nothing.
        """
        now = fields.Datetime.now()
        candidates = self.search(
            Domain("company_id", "=", company.id)
            & Domain("environment", "=", company.l10n_pl_ksef_environment)
            & Domain("kind", "=", "interactive")
            & Domain("state", "=", "open")
            & Domain("context", "=", context_of(company))
            & Domain("valid_until", ">", now + MARGIN_BEFORE_END),
        )
        for session in candidates:
            if session.submission_count < INVOICES_PER_SESSION:
                return session
        return self._open(company, client)

    @api.model
    def _open(self, company, client):
        key = SessionKey.generate()
        opened = client.open_interactive_session(key)
        session = self.create(
            {
                "company_id": company.id,
                "environment": company.l10n_pl_ksef_environment,
                "context": context_of(company),
                "reference": opened.reference,
                "valid_until": naive_utc(opened.valid_until),
                "key_sealed": self.env["l10n_pl_ksef.vault"]._seal(
                    key.to_bytes(), SEALED_KEY_PURPOSE
                ),
            }
        )
        commit_point(self.env)
        return session

    def _session_key(self):
        """The key that belongs to this very session."""
        self.ensure_one()
        sealed = self.sudo().key_sealed
        return SessionKey.from_bytes(
            self.env["l10n_pl_ksef.vault"]._open(sealed, SEALED_KEY_PURPOSE)
        )

    def _note_use(self):
        """Put closing off; not at each document, because all workers share this row."""
        now = fields.Datetime.now()
        if now - self.last_used > timedelta(minutes=1):
            self.last_used = now

    def _abandon(self):
        """Do not use it any more: KSeF says that it is full, closed or not available."""
        self.write({"state": "closed", "key_sealed": False})

    # -- closing --------------------------------------------------------------

    @api.model
    def _close_idle(self, company):
        """Close what nobody has used for a while; one session's trouble is its own."""
        if self.env["l10n_pl_ksef.throttle"]._resting_until(company, CLOSING):
            return
        now = fields.Datetime.now()
        idle = self.search(
            Domain("company_id", "=", company.id)
            & Domain("environment", "=", company.l10n_pl_ksef_environment)
            & Domain("kind", "=", "interactive")
            & Domain("state", "in", ("open", "closing"))
            & (
                Domain("last_used", "<", now - IDLE_BEFORE_CLOSING)
                | Domain("valid_until", "<", now)
            )
        )
        for session in idle:
            session._close()

    def _close(self):
        """Close one session. The answer may get lost: then KSeF is asked before it is repeated."""
        self.ensure_one()
        session = self.try_lock_for_update().filtered_domain([("state", "in", ("open", "closing"))])
        if not session or session._has_documents_under_way():
            return
        if session.valid_until <= fields.Datetime.now():
            session._abandon()  # KSeF closed it itself at that moment
            commit_point(self.env)
            return
        closing_before = session.state == "closing"
        session.state = "closing"
        commit_point(self.env)
        try:
            client = session.company_id._l10n_pl_ksef_client()
            still_open = not closing_before or (
                client.session_status(session.reference).code == SESSION_OPEN
            )
            if still_open:
                client.close_interactive_session(session.reference)
        except BadRequest:
            _logger.info("KSeF session %s was closed already", session.reference)
        except TooManyRequests as error:
            self.env["l10n_pl_ksef.throttle"]._pause(session.company_id, CLOSING, error.retry_after)
            commit_point(self.env)
            return
        except (KsefError, UserError) as error:
            _logger.warning("KSeF session %s could not be closed: %s", session.reference, error)
            return
        session._abandon()
        commit_point(self.env)

    def _has_documents_under_way(self):
        return bool(
            self.env["l10n_pl_ksef.submission"].search_count(
                [("session_id", "=", self.id), ("state", "in", ("sending", "in_doubt"))], limit=1
            )
        )


def context_of(company):
    context = company._l10n_pl_ksef_context()
    return f"{context.type} {context.value}"
