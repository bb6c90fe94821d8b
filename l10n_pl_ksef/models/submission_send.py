"""Giving one document to KSeF, in the order that survives a crash.

Lock, check again, write the intent, commit, call, write the outcome, commit. A commit drops
every lock, so whatever follows one locks and checks again. A process that dies after the
intent leaves ``sending``; when its lease is over, KSeF is asked (``submission_follow.py``).
"""

import logging
import time
from datetime import timedelta

from odoo import Command, fields, models
from odoo.exceptions import UserError

from ..ksef.encryption import encrypt_document
from ..ksef.errors import (
    BadRequest,
    KsefError,
    LoginExpired,
    TooManyRequests,
    Unreachable,
)
from .connection import TIMEOUT_KEY
from .explanations import explain
from .submission import FIRST_LOOK, TO_OFFER_STATES
from .throttle import OUT_OF_REACH, SENDING
from .transactions import commit_point, roll_back

_logger = logging.getLogger(__name__)

# Longer than any call may take, so that a living worker is never taken for a dead one.
LEASE = timedelta(minutes=5)
# After an answer that was lost, KSeF may still be taking the document in.
DOUBT_BEFORE_ASKING = timedelta(seconds=20)
ATTEMPTS_BEFORE_ASKING_SOMEBODY = 5
WAIT_SECONDS = 4
PERSONS_TIMEOUT = 10.0
LOOK_EVERY_SECONDS = 0.5
RETRY_STEPS = [timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 15)]

# 21155 full, 21173 unknown, 21180 wrong state, 21184 unavailable now: nothing wrong with the
# document.
SESSION_IS_OVER = {21155, 21173, 21180, 21184}
KEY_WITHDRAWN = 21470


class KsefSubmissionSend(models.Model):
    _inherit = "l10n_pl_ksef.submission"

    def _transmit(self, by_person=False):
        """Give each ``ready`` document of ``self`` to KSeF once; one's trouble is its own.

        :param by_person: somebody asks for it now, so that a connection which failed a moment
            ago is tried again; a pause that KSeF itself asked for is kept
        :return: False when going on makes no sense now (KSeF asked for a pause, cannot be
            reached, or the login failed); the rest stays ``ready``.
        """
        return all(submission._transmit_one(by_person) for submission in self)

    def _send_and_wait(self):
        """Send now and give KSeF a few seconds to answer, no longer: a person is waiting."""
        deadline = time.monotonic() + WAIT_SECONDS
        for position, submission in enumerate(self.with_context(**{TIMEOUT_KEY: PERSONS_TIMEOUT})):
            if time.monotonic() > deadline:
                break  # the rest is left to the schedule
            if not submission._transmit(by_person=True):
                self[position + 1 :]._fall_back_out_of_reach()
                break
        waiting = self.filtered(lambda s: s.state == "sent")
        while waiting and time.monotonic() < deadline:
            time.sleep(LOOK_EVERY_SECONDS)
            if not waiting._follow():
                return
            waiting = waiting.filtered(lambda s: s.state == "sent")

    def _transmit_one(self, by_person):
        self.ensure_one()
        if self._needs_package():
            return True  # the schedule packs it
        connection = self.connection_company_id
        pauses = self.env["l10n_pl_ksef.throttle"]
        rests = pauses._paused_until if by_person else pauses._resting_until
        if rests(connection, SENDING):
            return False
        if self._is_of_another_connection():
            self._withdraw_if_of_another_connection()
            commit_point(self.env)
            return True
        if not self._lock_in(TO_OFFER_STATES):
            commit_point(self.env)
            return True
        try:
            client = connection._l10n_pl_ksef_client()
            session = self.env["l10n_pl_ksef.session"]._usable(connection, client)
            document = encrypt_document(self._xml(), session._session_key())
        except (KsefError, UserError) as error:
            self._not_sent(error)
            return False
        if not self._lock_in(TO_OFFER_STATES):  # opening a session committed
            return True
        attempt = self.attempts + 1
        self.write(
            {
                "state": "sending",
                "session_id": session.id,
                "offered_session_ids": [Command.link(session.id)],
                "reference": False,
                "attempts": attempt,
                "lease_until": fields.Datetime.now() + LEASE,
                "trouble": False,
            }
        )
        session._note_use()
        commit_point(self.env)
        return self._offer(client, session, document, attempt)

    def _offer(self, client, session, document, attempt):
        """The one call that must never be repeated blindly, and its outcome."""
        try:
            reference = client.send_invoice(
                session.reference,
                document,
                offline_mode=self.mode != "online",
                hash_of_corrected=self.corrects_id.sha256 or None,
            )
        except KsefError as error:
            roll_back(self.env)
            return self._offer_failed(error, session, attempt)
        roll_back(self.env)  # nothing was written; what is read now must be newer than the call
        self._note_sent(reference, attempt)
        commit_point(self.env)
        self.env["l10n_pl_ksef.throttle"]._resume_connection(self.connection_company_id)
        commit_point(self.env)
        return True

    def _note_sent(self, reference, attempt):
        mine = self._lock_for_outcome(["sending", "in_doubt"]).filtered(
            lambda s: s.attempts == attempt
        )
        mine.write(
            {
                "state": "sent",
                "reference": reference,
                "lease_until": False,
                "looks": 0,
                "next_step_at": fields.Datetime.now() + FIRST_LOOK,
            }
        )

    def _offer_failed(self, error, session, attempt):
        """Sort the failure: certainly not taken, refused at the door, or unknown."""
        mine = self._lock_for_outcome(["sending"]).filtered(lambda s: s.attempts == attempt)
        if not mine:
            return True
        if isinstance(error, BadRequest) and SESSION_IS_OVER & set(error.codes):
            session._abandon()
            mine._not_sent(error, pause=timedelta() if attempt == 1 else RETRY_STEPS[0])
            return True
        if isinstance(error, BadRequest) and KEY_WITHDRAWN not in error.codes:
            mine._refused_at_the_door(error)
            return True
        if not error.may_have_acted:
            mine._not_sent(error)
            return False
        mine.write(
            {
                "state": "in_doubt",
                "lease_until": False,
                "trouble": self._explained(error),
                "next_step_at": fields.Datetime.now() + DOUBT_BEFORE_ASKING,
            }
        )
        commit_point(self.env)
        return not isinstance(error, Unreachable)

    def _not_sent(self, error, pause=None):
        """Nothing left this machine, or KSeF said no before taking it: it stays ready."""
        connection = self.connection_company_id
        pauses = self.env["l10n_pl_ksef.throttle"]
        if isinstance(error, TooManyRequests):
            until = pauses._pause(connection, SENDING, error.retry_after)
        elif isinstance(error, LoginExpired):
            connection._l10n_pl_ksef_forget_access(error)
            until = None
        elif pause is not None:
            until = fields.Datetime.now() + pause
        else:
            until = pauses._pause_connection(connection, error)
        _logger.info("KSeF: %s stays ready: %s", self.invoice_number, error)
        self._back_to_ready(self._explained(error), until)
        if isinstance(error, OUT_OF_REACH):
            self._fall_back()
        commit_point(self.env)

    def _fall_back_out_of_reach(self):
        """An attempt showed that KSeF is out of reach: what waits does not wait for one of its
        own, where the company wants it issued offline then."""
        pauses = self.env["l10n_pl_ksef.throttle"]
        for submission in self:
            if pauses._is_out_of_reach(submission.connection_company_id):
                if submission._lock_in(["ready"]):
                    submission._fall_back(says_why_not=False)
                commit_point(self.env)

    def _fall_back(self, says_why_not=True):
        """KSeF is out of reach: issue offline where the company wants that, else say why not."""
        for submission in self.filtered(lambda s: s.state == "ready" and s.mode == "online"):
            move = submission._in_readers_language().move_id
            reason = move._l10n_pl_ksef_fall_back()
            if reason and says_why_not:
                submission.trouble = move.env._(
                    "%(trouble)s It was not issued offline either: %(reason)s",
                    trouble=submission.trouble or "",
                    reason=reason,
                )

    def _back_to_ready(self, trouble, until=None):
        """To be offered again: at ``until``, or after a pause that grows with the attempts."""
        if self.attempts >= ATTEMPTS_BEFORE_ASKING_SOMEBODY:
            self.move_id._l10n_pl_ksef_for_notes()._l10n_pl_ksef_ask_somebody(trouble)
        step = RETRY_STEPS[min(self.attempts, len(RETRY_STEPS) - 1)]
        self.write(
            {
                "state": self._state_to_offer(),
                "reference": False,
                "lease_until": False,
                "trouble": trouble,
                "next_step_at": until or fields.Datetime.now() + step,
            }
        )

    def _state_to_offer(self):
        """Where a document waits that is to be offered (again)."""
        return "ready" if self.mode == "online" else "offline"

    def _refused_at_the_door(self, error):
        self._reject(error.codes[0] if error.codes else error.status, error.explanation)
        commit_point(self.env)

    def _reject(self, code, explanation):
        self.write(
            {
                "state": "rejected",
                "refusal_code": code,
                "refusal": explanation,
                "lease_until": False,
                "next_step_at": False,
                "trouble": False,
            }
        )
        for submission in self:
            submission.move_id._l10n_pl_ksef_note_rejection(submission)

    def _explained(self, error):
        return explain(self._in_readers_language().env, error)
