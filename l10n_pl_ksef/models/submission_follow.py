"""Learning what became of a document: its status, its number, its UPO, and lost answers."""

import base64
import logging
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from ..ksef.encryption import sha256_base64
from ..ksef.errors import (
    ApiError,
    Forbidden,
    Gone,
    KsefError,
    LoginExpired,
    ServerError,
    TooManyRequests,
)
from ..ksef.statuses import Verdict
from .moments import naive_utc
from .throttle import FOLLOWING
from .transactions import commit_point

_logger = logging.getLogger(__name__)

LOOK_STEPS = [timedelta(seconds=seconds) for seconds in (2, 3, 5, 10, 30, 60, 300, 900)]
UPO_STEPS = LOOK_STEPS[3:]
LOOKS_BEFORE_ASKING_SOMEBODY = 10


class KsefSubmissionFollow(models.Model):
    _inherit = "l10n_pl_ksef.submission"

    # -- one step for whatever is under way ---------------------------------------

    def _follow(self):
        """Ask KSeF once about each document under way or without its UPO.

        :return: False when going on makes no sense now.
        """
        packages = self._packages_under_way()
        packages._advance_for_a_person()
        pauses = self.env["l10n_pl_ksef.throttle"]
        for submission in self.filtered(lambda document: document.session_id not in packages):
            connection = submission.connection_company_id
            try:
                submission._follow_one()
            except TooManyRequests as error:
                submission._postpone(error)
                pauses._pause(connection, FOLLOWING, error.retry_after)
                commit_point(self.env)
                return False
            except (KsefError, UserError) as error:
                if isinstance(error, LoginExpired):
                    connection._l10n_pl_ksef_forget_access(error)
                submission._postpone(error)
                answered = isinstance(error, ApiError) and not isinstance(error, ServerError)
                if not answered:
                    pauses._pause_connection(connection)
                commit_point(self.env)
                if not answered:
                    return False
            else:
                pauses._resume_connection(connection)
        return True

    def _follow_one(self):
        self.ensure_one()
        mine = self._lock_in(["sending", "in_doubt", "sent", "accepted"])
        if not mine or mine._is_of_another_connection():
            mine.write({"next_step_at": fields.Datetime.now() + LOOK_STEPS[-1]})
            commit_point(self.env)
            return
        if (
            mine.state == "sending"
            and mine.lease_until
            and mine.lease_until > fields.Datetime.now()
        ):
            return
        client = mine.connection_company_id._l10n_pl_ksef_client()
        if mine.state in ("sending", "in_doubt") or (mine.state == "sent" and not mine.reference):
            mine._resolve_doubt(client)  # sent without a reference: its package did not tell it
        elif mine.state == "sent":
            mine._look(client)
        if mine.state == "accepted" and not mine.has_upo:
            commit_point(self.env)
            mine._lock_in(["accepted"])._collect_upo(client)
        commit_point(self.env)

    def _postpone(self, error):
        """Come back later, a little later each time."""
        steps = UPO_STEPS if self.state == "accepted" else LOOK_STEPS
        step = steps[min(self.looks, len(steps) - 1)]
        if self.looks == LOOKS_BEFORE_ASKING_SOMEBODY:
            move = self.move_id._l10n_pl_ksef_for_notes()
            move._l10n_pl_ksef_ask_somebody(move._l10n_pl_ksef_sentence_takes_long())
        self.write(
            {
                "looks": self.looks + 1,
                "next_step_at": fields.Datetime.now() + step,
                "trouble": self._explained(error) if error else False,
            }
        )

    # -- a lost answer ------------------------------------------------------------

    def _resolve_doubt(self, client):
        """Ask KSeF whether it holds the very bytes that were offered.

        Found by hash in the session they were offered to: it was taken. Not found: it was not,
        and offering the same bytes again is safe, because KSeF refuses duplicates and names
        the original.
        """
        found = self._find_by_hash(client, self.session_id.reference)
        if found is None:
            _logger.info("KSeF does not hold %s: it is offered again", self.invoice_number)
            self.write(
                {
                    "state": self._state_to_offer(),
                    "lease_until": False,
                    "next_step_at": fields.Datetime.now(),
                    "trouble": False,
                }
            )
            return
        self.write(
            {
                "state": "sent",
                "reference": found.reference,
                "lease_until": False,
                "trouble": False,
                "next_step_at": fields.Datetime.now(),
            }
        )
        self._take_status(client, found)

    def _find_by_hash(self, client, session_reference):
        """The invoice of that session whose content is ours, or None.

        The same bytes may have been refused there before: what became of an earlier document of
        this invoice says nothing about this one.
        """
        earlier = set((self.move_id.l10n_pl_ksef_submission_ids - self).mapped("reference"))
        continuation = None
        while session_reference:
            page = client.session_invoices(session_reference, continuation_token=continuation)
            for item in page.items:
                if item.invoice_hash == self.sha256 and item.reference not in earlier:
                    return item
            continuation = page.continuation_token
            if not continuation:
                break
        return None

    # -- the status ---------------------------------------------------------------

    def _look(self, client):
        status = client.invoice_status(self.session_id.reference, self.reference)
        self._take_status(client, status)

    def _take_status(self, client, status):
        """Act on what KSeF says of the document. An unknown code is never a rejection."""
        if status.verdict is Verdict.ACCEPTED and status.ksef_number:
            self._accept(
                status.ksef_number,
                acquired_at=naive_utc(status.acquisition_date),
                stored_at=naive_utc(status.permanent_storage_date),
                invoicing_mode=status.invoicing_mode,
            )
        elif status.verdict is Verdict.REFUSED:
            self._reject(status.code, status.explanation)
        elif status.verdict is Verdict.DUPLICATE:
            self._take_duplicate(client, status)
        elif status.verdict is Verdict.RETRY:
            self._offer_again(status)
        else:
            self._postpone(None)
            if status.verdict is Verdict.UNKNOWN:
                self.trouble = self._sentence_unknown_status(status)

    def _offer_again(self, status):
        """KSeF did not judge it: the same bytes go again, in a new session with a new key."""
        _logger.info("KSeF did not judge %s (%s): it is offered again", self.reference, status.code)
        if self.session_id.kind == "interactive":
            self.session_id._abandon()
        self._back_to_ready(
            self._in_readers_language().env._(
                "KSeF could not process the document, through no fault of it: %(words)s (code "
                "%(code)s).",
                words=status.explanation.rstrip(". "),
                code=status.code,
            )
        )

    def _sentence_unknown_status(self, status):
        return self._in_readers_language().env._(
            "KSeF answered with a status that this version of Odoo does not know: %(words)s "
            "(code %(code)s). It keeps asking; if this goes on, look the invoice up in KSeF.",
            words=status.explanation.rstrip(". "),
            code=status.code,
        )

    def _accept(self, ksef_number, *, acquired_at, stored_at=False, invoicing_mode=False):
        self.write(
            {
                "state": "accepted",
                "ksef_number": ksef_number,
                "acquired_at": acquired_at,
                "stored_at": stored_at,
                "invoicing_mode": invoicing_mode,
                "refusal_code": False,
                "refusal": False,
                "lease_until": False,
                "looks": 0,
                "next_step_at": fields.Datetime.now(),
                "trouble": False,
            }
        )
        why_one_code = self._take_mode_of_ksef()
        self.move_id._l10n_pl_ksef_note_acceptance(self, why_one_code)

    # -- duplicates ---------------------------------------------------------------

    def _take_duplicate(self, client, status):
        """KSeF holds a document with this number already: is it ours?

        A resend after a lost answer ends here, and then the original *is* this invoice.
        """
        number = status.original_ksef_number
        if number:
            ours = self._accept_original(client, number, status.original_session_reference)
        else:
            ours = self._accept_from_earlier_session(client)
        if not ours:
            self.duplicate_of = number or "?"
            self._reject(status.code, status.explanation)

    def _accept_from_earlier_session(self, client):
        """KSeF names no original: look for our bytes where they were offered before."""
        for session in self.offered_session_ids - self.session_id:
            original = self._find_by_hash(client, session.reference)
            if original is not None and original.ksef_number:
                self.original_session_reference = session.reference
                self._accept(original.ksef_number, acquired_at=naive_utc(original.acquisition_date))
                return True
        return False

    def _accept_original(self, client, ksef_number, session_reference):
        """Take the number of the document KSeF holds, if its bytes are ours.

        :return: whether they are
        """
        known = session_reference and self.env["l10n_pl_ksef.session"].search_count(
            [("reference", "=", session_reference), ("environment", "=", self.environment)], limit=1
        )
        original = self._find_by_hash(client, session_reference) if known else None
        if original is not None and original.ksef_number == ksef_number:
            acquired_at = naive_utc(original.acquisition_date)
        elif self._is_what_ksef_holds(client, ksef_number):
            acquired_at = False
        else:
            return False
        self.original_session_reference = session_reference
        self._accept(ksef_number, acquired_at=acquired_at)
        return True

    def _is_what_ksef_holds(self, client, ksef_number):
        """Compare byte by byte. Whoever may only send cannot read it: then it is not ours."""
        try:
            return sha256_base64(client.invoice_by_number(ksef_number)) == self.sha256
        except (Forbidden, Gone):
            _logger.info("KSeF does not show %s, so it cannot be compared", ksef_number)
            return False

    # -- the UPO ------------------------------------------------------------------

    def _collect_upo(self, client):
        """Store the official receipt, byte for byte: it is signed."""
        if not self or self.has_upo:
            return
        session = self.original_session_reference or self.session_id.reference
        self._keep_upo(client.upo_by_ksef_number(session, self.ksef_number))

    def _keep_upo(self, upo):
        self.write(
            {"upo": base64.b64encode(upo), "has_upo": True, "next_step_at": False, "trouble": False}
        )
        self.move_id._l10n_pl_ksef_note_upo(self)
