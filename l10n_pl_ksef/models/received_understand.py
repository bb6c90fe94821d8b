"""Making something of documents that are kept: a link, a bill, or a reason why not."""

import logging
import time

from psycopg2.errors import DeadlockDetected, SerializationFailure

from odoo import api, models
from odoo.fields import Domain

from .received import NO_ENVIRONMENT
from .transactions import commit_point, isolated

_logger = logging.getLogger(__name__)

SLICE = 100
LOST_RACES = (SerializationFailure, DeadlockDetected)
# Documents of these forms are read; of the others KSeF tells who, how much and when.
READ_FORMS = ("FA",)
# In the context: a person wants a bill, whatever the settings say of the role.
ASKED = "l10n_pl_ksef_asked"
# Workers are ended after two minutes: stop well before, and come back.
RUN_SECONDS = 40
CRON_UNDERSTAND = "l10n_pl_ksef.cron_understand"


class KsefReceived(models.Model):
    _inherit = "l10n_pl_ksef.received"

    def _understand(self, until=None):
        """Try to make something of documents that are kept; one bad one never stops the others.

        Works in slices, each committed. What goes wrong unexpectedly is written on the document.

        :param float until: a moment of ``time.monotonic`` after which no slice is begun
        """
        for company, received in self.filtered("genuine").grouped("company_id").items():
            received = received.with_company(company)._in_readers_language()
            for start in range(0, len(received), SLICE):
                if until is not None and time.monotonic() > until:
                    return
                received[start : start + SLICE]._understand_slice()
                commit_point(self.env)

    def _understand_slice(self):
        try:
            with self.env.cr.savepoint():
                self._understand_batch()
                self.env.flush_all()
        except LOST_RACES:
            raise
        except Exception:  # pylint: disable=broad-except
            _logger.exception("KSeF: documents could not be understood together; one by one")
            self.env.invalidate_all()
            self._understand_one_by_one()

    def _understand_one_by_one(self):
        for received in self:
            try:
                with self.env.cr.savepoint():
                    received._understand_batch()
                    self.env.flush_all()
            except LOST_RACES:
                raise
            except Exception:  # pylint: disable=broad-except
                _logger.exception("KSeF: %s could not be understood", received.ksef_number)
                received.invalidate_recordset()
                received._needs_attention(received._sentence_unexpected())

    def _understand_batch(self):
        """Each document becomes something else than ``kept``, or another worker has it."""
        self._set_apart()
        left = self.filtered(lambda one: one.state == "kept")
        if left:
            self.env["l10n_pl_ksef.bill"]._make(left)

    def _set_apart(self):
        """Forms that cannot be read, and roles of which the settings want no bills: what is here
        already is linked all the same."""
        unwanted = self.browse()
        for received in self:
            form = ((received.metadata or {}).get("form") or [None])[-1]
            if form and form not in READ_FORMS:
                received._is_by_hand(received._sentence_form())
            elif not received._wants_bill():
                unwanted |= received
        if not unwanted:
            return
        self.env["l10n_pl_ksef.bill"]._link_known(unwanted)
        for received in unwanted.filtered(lambda one: one.state == "kept"):
            received._is_by_hand()

    def _wants_bill(self):
        """Whether the settings, or the person who asks, want a bill of it."""
        company = self.company_id
        wanted = {
            "subject1": company.l10n_pl_ksef_fetch_subject1 == "invoice",
            "subject2": True,
            "subject3": company.l10n_pl_ksef_fetch_subject3 == "bill",
            "authorised": company.l10n_pl_ksef_fetch_authorised == "bill",
        }
        return bool(self.env.context.get(ASKED) or wanted[self.role])

    def _sentence_form(self):
        return self.env._(
            "Documents of the form %s are kept and shown, but no bill is made of them by itself. "
            "Make the bill by hand.",
            self.form,
        )

    # -- what became of it ------------------------------------------------------------

    def _sentence_unexpected(self):
        return self.env._(
            "No bill could be made of this document, because of something that nobody foresaw; the "
            "server's log has the details. Try again later, or make the bill by hand."
        )

    def _became(self, move, linked=False):
        """The document has its invoice or bill.

        :param move: one ``account.move``
        :param bool linked: it was there already and was not made of this document
        """
        self.write(
            {
                "move_id": move.id,
                "state": "linked" if linked else "billed",
                "problem": False,
                "ignored_reason": False,
            }
        )

    def _needs_attention(self, sentence):
        """Nothing can be made of the document by itself; ``sentence`` says why and what to do.

        One that has its bill keeps it: then the sentence alone is noted.
        """
        with_bill = self.filtered("move_id")
        with_bill.write({"problem": sentence})
        (self - with_bill).write({"state": "attention", "problem": sentence})

    def _is_by_hand(self, sentence=False):
        """No bill is made of such documents by themselves; ``sentence`` says why."""
        self.write({"state": "by_hand", "problem": sentence})

    def _in_readers_language(self):
        """The same records, for sentences that are stored for the people of the company."""
        return self.with_context(lang=self._language_of(self.company_id[:1]))

    @api.model
    def _language_of(self, company):
        """The language of whoever looks after the documents of ``company``."""
        person = company.sudo().l10n_pl_ksef_receiver_id
        return person.lang or company.sudo().partner_id.lang or self.env.lang

    # -- the schedule -------------------------------------------------------------------

    @api.model
    def _cron_understand(self):
        """Make bills of what is kept, then say once per company what needs somebody."""
        until = time.monotonic() + RUN_SECONDS
        self._notice_deleted_bills()
        while self._understand_waiting(until, SLICE) and time.monotonic() < until:
            pass
        if time.monotonic() >= until:
            self.env.ref(CRON_UNDERSTAND)._trigger()
        for company in self.env["res.company"].sudo()._l10n_pl_ksef_connected_companies():
            with isolated(self.env, f"telling {company.name} of documents from KSeF"):
                self._tell_of_attention(company)
                commit_point(self.env)

    @api.model
    def _understand_waiting(self, until=None, limit=None, companies=None):
        """Understand what is kept and was not tried yet, the earliest first.

        :return: how many are understood now; another worker may have the others
        """
        domain = self._waiting_domain()
        if companies is not None:
            domain &= Domain("company_id", "in", companies.ids)
        waiting = self.sudo().search(domain, order="id", limit=limit)
        waiting._understand(until)
        return len(waiting) - len(waiting.filtered(lambda one: one.state == "kept"))

    @api.model
    def _waiting_domain(self):
        """What waits for its bill; of a company that left an environment, nothing from there."""
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        connected = companies.search([("l10n_pl_ksef_environment", "!=", False)])
        here = Domain("environment", "=", NO_ENVIRONMENT) | Domain.OR(
            Domain("environment", "=", code) & Domain("company_id", "in", some.ids)
            for code, some in connected.grouped("l10n_pl_ksef_environment").items()
        )
        return Domain("state", "=", "kept") & Domain("genuine", "=", True) & here

    @api.model
    def _notice_deleted_bills(self):
        """A draft bill may be deleted: then its document needs somebody again."""
        orphans = self.sudo().search(
            [("state", "in", ("billed", "linked")), ("move_id", "=", False)], limit=SLICE
        )
        orphans._bill_was_deleted()
        commit_point(self.env)

    def _bill_was_deleted(self):
        for received in self:
            received = received._in_readers_language()
            received._needs_attention(
                received.env._(
                    "The bill made of this document was deleted. Make it again, link the document "
                    "to another bill, or ignore it with a reason."
                )
            )

    def _bill_was_cancelled(self):
        """A cancelled bill books nothing: its document may have another one."""
        for received in self:
            received = received._in_readers_language()
            sentence = received.env._(
                "The bill made of this document was cancelled. Set it back to draft, make another "
                "one with “Try again”, link the document to another bill, or ignore it with a "
                "reason."
            )
            received.move_id = False
            received._needs_attention(sentence)
