"""What became of a package and of each document in it."""

import logging
import time

from odoo import fields, models
from odoo.exceptions import UserError

from ..ksef.decoding import Unpromised
from ..ksef.errors import ApiError, BadRequest, KsefError, TooManyRequests, Unreachable
from ..ksef.statuses import SESSION_NOTHING_VALID, Verdict
from ..ksef.upo import ksef_numbers
from .batch_steps import UNKNOWN_SESSION, explaining, file_stem
from .submission import UNDER_WAY_STATES
from .submission_follow import LOOK_STEPS
from .transactions import commit_point, isolated, roll_back

_logger = logging.getLogger(__name__)

SESSION_FAILED = 500
# KSeF's own failure is believed once it was told so often.
LOOKS_BEFORE_BELIEVING = 3
LOOKS_BEFORE_SINGLY = 3


class _Remembering:
    """A client that asks for each page of a session's documents once.

    Where many documents of a package turn out to be duplicates, the same pages tell of all.
    """

    def __init__(self, client):
        self._client = client
        self._pages = {}

    def __getattr__(self, name):
        return getattr(self._client, name)

    def session_invoices(self, reference, continuation_token=None):
        key = (reference, continuation_token)
        if key not in self._pages:
            self._pages[key] = self._client.session_invoices(reference, continuation_token)
        return self._pages[key]

    def all_invoices(self, reference):
        token = None
        while True:
            page = self.session_invoices(reference, token)
            yield from page.items
            token = page.continuation_token
            if not token:
                return


class KsefSession(models.Model):
    _inherit = "l10n_pl_ksef.session"

    def _follow_package(self, client, turn, until):
        """Ask once how the package stands, and act on it."""
        status = client.session_status(self.reference)
        if status.verdict is Verdict.ACCEPTED or status.code == SESSION_NOTHING_VALID:
            self._collect(_Remembering(client), status, turn, until)
        elif status.verdict is Verdict.REFUSED:
            self._refused_as_a_whole(turn, status)
        elif status.code == SESSION_FAILED and self.looks >= LOOKS_BEFORE_BELIEVING:
            self._collect(_Remembering(client), status, turn, until)
        else:
            self._look_again(turn, status)

    def _look_again(self, turn, status):
        step = LOOK_STEPS[min(self.looks, len(LOOK_STEPS) - 1)]
        pending = status.verdict is Verdict.PENDING
        self._note(
            turn,
            lease_until=False,
            looks=self.looks + 1,
            next_step_at=fields.Datetime.now() + step,
            trouble=False if pending else self._sentence_unknown_package(status),
        )

    def _refused_as_a_whole(self, turn, status):
        """KSeF judged the package and none of its documents: they go again."""
        words = _words(status)
        _logger.warning("KSeF did not take the package %s: %s", self.reference, words)
        self._give_up(
            turn,
            lambda document: document._in_readers_language().env._(
                "KSeF did not take the package in which it was sent: %(words)s (code %(code)s). "
                "The document itself was not judged and goes again.",
                words=words.rstrip(". "),
                code=status.code,
            ),
            failed=True,
            ksef_says_so=True,
            outcome=words,
        )

    # -- the documents ------------------------------------------------------------------------

    def _collect(self, client, status, turn, until):
        """Take the result of each document, then the receipts, then put the package away."""
        found = {}
        for item in client.all_invoices(self.reference):
            found[item.invoice_hash] = item
            found[item.file_name] = item
        for document in self._documents():
            if _out_of_time(until):
                self._go_on_in_the_next_run(turn)
                return
            with isolated(self.env, f"reading what became of {document.invoice_number}"):
                item = found.get(document.sha256) or found.get(f"{file_stem(document)}.xml")
                document._take_result(client, item)
        if not self._note(turn, outcome=_words(status)):
            return
        if self._collect_receipts(client, status, until) and not self._waits_for_skipped():
            self._note(
                turn,
                state="closed",
                key_sealed=False,
                uploads_sealed=False,
                lease_until=False,
                next_step_at=False,
                trouble=False,
            )
        elif _out_of_time(until):
            self._go_on_in_the_next_run(turn)
        else:
            self._note(
                turn,
                lease_until=False,
                looks=self.looks + 1,
                next_step_at=fields.Datetime.now() + LOOK_STEPS[0],
            )

    def _waits_for_skipped(self):
        """Whether another worker held a document just now, so that its result is still to be
        taken. After a while it is asked about singly instead."""
        skipped = self._documents().filtered(lambda document: not document.reference)
        return bool(skipped) and self.looks < LOOKS_BEFORE_SINGLY

    def _go_on_in_the_next_run(self, turn):
        self._note(turn, lease_until=False, next_step_at=fields.Datetime.now())

    def _collect_receipts(self, client, status, until):
        """One call for each page of the session's UPO, which confirms up to 10 000 documents.

        :return: True when nothing more is to be had this way; what lacks is asked for singly
        """
        without = self._documents(["accepted"]).filtered(
            lambda document: not document.has_upo and not document.original_session_reference
        )
        if not without or self.looks >= LOOKS_BEFORE_SINGLY:
            return True
        for page in status.upo_pages:
            try:
                upo = _downloaded(client, self.reference, page)
                numbers = ksef_numbers(upo)
            except (KsefError, Unpromised) as error:
                _logger.info("KSeF package %s: no receipt yet: %s", self.reference, error)
                return False
            for document in without.filtered(lambda one, n=numbers: one.ksef_number in n):
                if _out_of_time(until):
                    return False
                with isolated(self.env, f"keeping the receipt of {document.invoice_number}"):
                    mine = document._lock_in(["accepted"])
                    if mine:
                        mine._keep_upo(upo)
                    commit_point(self.env)
        return True

    # -- when asking fails ----------------------------------------------------------------------

    def _following_failed(self, turn, error, until):
        unknown = isinstance(error, BadRequest) and UNKNOWN_SESSION in error.codes
        if unknown and self.valid_until < fields.Datetime.now():
            # Had it been closed in time, KSeF would know it.
            self._give_up(turn, explaining(error), failed=True, ksef_says_so=True)
        else:
            self._come_back_later(turn, error, until)

    def _sentence_unknown_package(self, status):
        lang = self.company_id.partner_id.lang or self.env.lang
        return self.with_context(lang=lang).env._(
            "KSeF says of this package: %(words)s (code %(code)s). Odoo keeps asking.",
            words=_words(status).rstrip(". "),
            code=status.code,
        )


class KsefSubmission(models.Model):
    _inherit = "l10n_pl_ksef.submission"

    def _take_result(self, client, item):
        """Act on what the package's list says of this document.

        :param item: its ``InvoiceStatus``, or None where the list does not name it
        """
        mine = self._lock_in(UNDER_WAY_STATES)
        if not mine:
            return
        if item is None:
            mine.failed_packages += 1
            mine._back_to_ready(
                mine._in_readers_language().env._(
                    "KSeF finished the package in which it was sent without naming this document, "
                    "so it goes again."
                )
            )
            commit_point(self.env)
            return
        mine.write({"state": "sent", "reference": item.reference, "looks": 0})
        commit_point(self.env)
        mine = mine._lock_in(["sent"])
        try:
            if mine:
                mine._take_status(client, item)
        except (KsefError, UserError) as error:
            roll_back(self.env)
            # It has its reference by now, so it is asked about singly later on.
            mine._lock_in(["sent"])._postpone(error)
            if isinstance(error, TooManyRequests):
                _logger.info("KSeF limits what may be asked about duplicates: %s", error)
        commit_point(self.env)


def _out_of_time(until):
    return time.monotonic() > until


def _words(status):
    return " ".join(filter(None, (status.description, *status.details)))


def _downloaded(client, session_reference, page):
    """A page of the UPO: by its link, which counts against no limit, else by its number."""
    try:
        return client.download_upo(page.url)
    except (ApiError, Unreachable) as error:
        _logger.info("KSeF's link to a receipt does not work: %s", error)
        return client.session_upo(session_reference, page.reference)
