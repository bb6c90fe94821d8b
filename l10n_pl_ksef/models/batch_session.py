"""A package of documents on its way: what is kept of a batch session, and whose turn it is.

::

    opening ──► open ──► closing ──► processing ──► closed
       └──────────┴─── given up: nothing was taken ───┘

KSeF looks at a package once its session is closed, and not before. So until the intent to close
it is written down, giving a package up is safe, whatever got lost on the way; afterwards only
KSeF's own word sets its documents free.

The steps are in ``batch_steps.py``, what becomes of the documents in ``batch_results.py``, which
documents go in a package in ``batch_documents.py``.
"""

import json
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import NO_ACCESS, Domain

from ..ksef.batch_answers import part_uploads_from
from ..ksef.decoding import Fields
from ..ksef.encryption import SessionKey
from .connection import NotConnected
from .session import SEALED_KEY_PURPOSE, context_of
from .submission import UNDER_WAY_STATES
from .throttle import FOLLOWING, PACKAGES
from .transactions import commit_point, isolated

UPLOADS_PURPOSE = "session-uploads"
ON_ITS_WAY = ("opening", "open", "closing", "processing")
# One part may take a while on a slow line; it is renewed before each call.
TURN = timedelta(minutes=10)
WAIT_SECONDS = 4
TIME_FOR_EACH_PART = timedelta(minutes=20)


class KsefSession(models.Model):
    _inherit = "l10n_pl_ksef.session"

    offline_mode = fields.Boolean(
        string="Issued Offline",
        readonly=True,
        help="All documents of the package were issued offline; KSeF knows only one or the other.",
    )
    archive_hash = fields.Char(
        string="SHA-256 of the Package",
        readonly=True,
        help="Of the archive before encryption. Built again from the same documents it must be "
        "the same.",
    )
    archive_size = fields.Integer(string="Size", readonly=True, help="In bytes, compressed.")
    part_count = fields.Integer(string="Parts", readonly=True, aggregator=None)
    parts_sent = fields.Integer(readonly=True, aggregator=None)
    opened_at = fields.Datetime(
        readonly=True,
        help="The day of receipt of all its documents is that of this moment, in Warsaw.",
    )
    uploads_sealed = fields.Char(readonly=True, copy=False, groups=NO_ACCESS, prefetch=False)
    close_tried = fields.Boolean(
        readonly=True,
        help="Once KSeF was asked to take the package, only KSeF knows whether it did.",
    )
    turn = fields.Integer(readonly=True, help="How often a worker took it up.", aggregator=None)
    lease_until = fields.Datetime(readonly=True, help="While a worker is at it.")
    next_step_at = fields.Datetime(readonly=True, index=True)
    looks = fields.Integer(readonly=True, aggregator=None)
    trouble = fields.Text(string="Last Problem", readonly=True)
    outcome = fields.Text(readonly=True, help="KSeF's words on the package as a whole.")

    accepted_count = fields.Integer(string="Accepted", compute="_compute_progress")
    rejected_count = fields.Integer(string="Refused", compute="_compute_progress")
    progress = fields.Char(compute="_compute_progress")

    _on_its_way = models.Index(
        "(company_id, next_step_at) WHERE kind = 'batch' AND state != 'closed'"
    )

    @api.depends("submission_ids.state", "parts_sent", "part_count", "state")
    def _compute_progress(self):
        states = {session: {} for session in self}
        for session, state, count in self.env["l10n_pl_ksef.submission"]._read_group(
            [("session_id", "in", self.ids)], ["session_id", "state"], ["__count"]
        ):
            states[session][state] = count
        for session in self:
            session.accepted_count = states[session].get("accepted", 0)
            session.rejected_count = states[session].get("rejected", 0)
            session.progress = session._sentence_progress()

    @api.depends("reference")
    def _compute_display_name(self):
        for session in self:
            session.display_name = session.reference or self.env._("Package %s", session.id)

    def _sentence_progress(self):
        _ = self.env._
        if self.kind != "batch":
            return False
        if self.state == "opening":
            return _("Being packed and announced to KSeF.")
        if self.state in ("open", "closing"):
            return _(
                "%(sent)s of %(all)s parts are with KSeF.",
                sent=self.parts_sent,
                all=self.part_count,
            )
        if self.state == "processing":
            return _("KSeF has the whole package and is checking its documents.")
        return _(
            "Finished: %(accepted)s accepted, %(rejected)s refused.",
            accepted=self.accepted_count,
            rejected=self.rejected_count,
        )

    # -- making one -----------------------------------------------------------------------------

    @api.model
    def _new_package(self, company, offline):
        """A package yet to be announced, with a key of its own."""
        return self.create(
            {
                "company_id": company.id,
                "environment": company.l10n_pl_ksef_environment,
                "kind": "batch",
                "state": "opening",
                "context": context_of(company),
                "offline_mode": offline,
                "valid_until": fields.Datetime.now() + TIME_FOR_EACH_PART,
                "key_sealed": self.env["l10n_pl_ksef.vault"]._seal(
                    SessionKey.generate().to_bytes(), SEALED_KEY_PURPOSE
                ),
            }
        )

    # -- its documents --------------------------------------------------------------------

    def _documents(self, states=UNDER_WAY_STATES):
        """The documents that travel in this package, in the order in which they were packed."""
        self.ensure_one()
        return self.env["l10n_pl_ksef.submission"].search(
            [("session_id", "=", self.id), ("state", "in", states)], order="id"
        )

    # -- what is sealed ---------------------------------------------------------------------

    def _seal_uploads(self, uploads):
        """Where the parts go: whoever knows the addresses could write there."""
        text = json.dumps([upload.to_data() for upload in uploads])
        return self.env["l10n_pl_ksef.vault"]._seal(text.encode(), UPLOADS_PURPOSE)

    def _uploads(self):
        sealed = self.sudo().uploads_sealed
        text = self.env["l10n_pl_ksef.vault"]._open(sealed, UPLOADS_PURPOSE)
        return part_uploads_from(Fields.list_of(json.loads(text)))

    def _abandon(self):
        """Without its key nothing can be sent any more. What KSeF may have is still asked for;
        documents that certainly never left wait for another package."""
        packages = self.filtered(lambda s: s.kind == "batch")
        packages._hold()
        packages.write({"uploads_sealed": False})
        undecided = packages.filtered("close_tried")
        undecided.write({"key_sealed": False})
        for package in packages - undecided:
            package._documents()._leave_package()
        return super(KsefSession, self - undecided)._abandon()

    # -- whose connection it is -------------------------------------------------------------

    def _is_of_this_connection(self):
        """Whether its company still logs in where, and as whom, the package was begun.

        KSeF's word from anywhere else, be it that it knows of no such package, says nothing.
        """
        company = self.company_id
        return (
            self.environment == company.l10n_pl_ksef_environment
            and company._l10n_pl_ksef_root() == company
            and self.context == _present_context(company)
        )

    # -- whose turn it is -------------------------------------------------------------------

    def _take_turn(self):
        """Take the package up, unless another worker has it.

        :return: the number of the turn, with which every outcome is written; 0 for none
        """
        self.ensure_one()
        held = self.try_lock_for_update()
        held.invalidate_recordset()
        now = fields.Datetime.now()
        held = held.filtered(
            lambda s: (
                s.kind == "batch"
                and s.state in ON_ITS_WAY
                and not (s.lease_until and s.lease_until > now)
                and s._is_of_this_connection()
            )
        )
        held.write({"turn": held.turn + 1, "lease_until": now + TURN})
        commit_point(self.env)
        return held.turn

    def _of_turn(self, turn):
        """This package, locked and fresh, if it is still this worker's turn; else none."""
        self._hold()
        return self.filtered(lambda s: s.turn == turn and s.state in ON_ITS_WAY)

    def _hold(self):
        """Lock these packages, waiting for whoever has them, and read them afresh."""
        self.env.cr.execute(
            "SELECT id FROM l10n_pl_ksef_session WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
            [self.ids],
        )
        self.invalidate_recordset()

    def _note(self, turn, **values):
        """Write an outcome of this turn and commit.

        :return: False where the turn is another worker's by now
        """
        mine = self._of_turn(turn)
        mine.write({"lease_until": fields.Datetime.now() + TURN, **values})
        commit_point(self.env)
        return bool(mine)

    # -- what is due --------------------------------------------------------------------------

    @api.model
    def _due_domain(self, company):
        context = _present_context(company)
        if not context:
            return Domain.FALSE
        return (
            Domain("company_id", "=", company.id)
            & Domain("context", "=", context)
            & Domain("environment", "=", company.l10n_pl_ksef_environment)
            & Domain("kind", "=", "batch")
            & Domain("state", "in", ON_ITS_WAY)
        )

    @api.model
    def _advance_due(self, company, until):
        """Take every package that is due as far as it gets, and those soon due, until then.

        :param until: a moment of ``time.monotonic()``
        """
        while time.monotonic() < until:
            now = fields.Datetime.now()
            due = self._due_domain(company) & (
                Domain("next_step_at", "=", False) | Domain("next_step_at", "<=", now)
            )
            for session in self.search(due, order="next_step_at, id"):
                if not session._rests():
                    with isolated(self.env, f"sending the package {session.id}"):
                        session._advance(until)
            pause = self._seconds_to_next_step(company)
            if pause is None or time.monotonic() + pause > until:
                return
            time.sleep(max(pause, 0.5))

    def _rests(self):
        """Until when KSeF or the connection wants to be left alone, or False."""
        operation = FOLLOWING if self.state == "processing" else PACKAGES
        return self.env["l10n_pl_ksef.throttle"]._resting_until(self.company_id, operation)

    @api.model
    def _seconds_to_next_step(self, company):
        moment = self._next_moment(company)
        return moment and max((moment - fields.Datetime.now()).total_seconds(), 0)

    @api.model
    def _next_moment(self, company):
        """When the next package of this connection is to be looked at; None for none."""
        moments = []
        for session in self.search(self._due_domain(company)):
            known = (session.next_step_at, session.lease_until, session._rests())
            moments.append(max(filter(None, known), default=fields.Datetime.now()))
        return min(moments, default=None)

    def _advance_for_a_person(self):
        """Somebody asks for it now and waits a few seconds."""
        for session in self:
            session._advance(time.monotonic() + WAIT_SECONDS)


def _present_context(company):
    """In whose name the company logs in now; '' where it cannot."""
    try:
        return context_of(company)
    except NotConnected:
        return ""
