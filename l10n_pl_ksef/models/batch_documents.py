"""Which documents go in a package, and how they get into one."""

import time

from odoo import api, fields, models
from odoo.fields import Domain

from .batch_session import ON_ITS_WAY
from .submission import TO_OFFER_STATES
from .submission_crons import CRON_FOLLOW
from .throttle import PACKAGES
from .transactions import commit_point

# KSeF takes 30 invoices a minute and 180 an hour one by one, each within seconds. A package takes
# five calls, however many documents are in it, and a minute or so: it pays from here on.
PACKAGE_FROM = 20
# KSeF takes 10 000. With these bounds each step stays well within what a worker may take, one page
# lists the results, and what goes wrong with a package concerns no more than these.
PACKAGE_MOST = 1000
PACKAGE_MOST_BYTES = 100_000_000
# The same run also prepares invoices and sends others one by one.
PACKING_SECONDS = 20
# After so many packages that failed as a whole, a document goes alone, where whatever is wrong
# with it stops only itself.
PACKAGES_BEFORE_ALONE = 2


class KsefSubmission(models.Model):
    _inherit = "l10n_pl_ksef.submission"

    failed_packages = fields.Integer(
        readonly=True, help="How often a package with it failed as a whole.", aggregator=None
    )

    # -- one document -----------------------------------------------------------------------

    def _needs_package(self):
        """Whether KSeF takes this document in a package only.

        It takes attachments there, those of technical corrections excepted.
        """
        return self.has_attachment and not self.corrects_id

    def _packages_under_way(self):
        return self.session_id.filtered(lambda s: s.kind == "batch" and s.state in ON_ITS_WAY)

    @api.model
    def _followed_singly_domain(self):
        """What is asked about one by one: not what travels in a package."""
        return Domain(
            "session_id", "not any", [("kind", "=", "batch"), ("state", "in", ON_ITS_WAY)]
        )

    # -- packing ------------------------------------------------------------------------------

    @api.model
    def _send_packages(self, company):
        """Pack what waits, as long as there is enough of it or something needs a package."""
        until = time.monotonic() + PACKING_SECONDS
        while time.monotonic() < until:
            session = self._next_package(company)
            if not session:
                return
            session._advance(until)

    @api.model
    def _next_package(self, company):
        """Put documents into the next package; what was issued offline has a deadline.

        :return: its session, or none where nothing is to go in a package now
        """
        sessions = self.env["l10n_pl_ksef.session"]
        if self.env["l10n_pl_ksef.throttle"]._resting_until(company, PACKAGES):
            return sessions
        for offline in (True, False):
            documents = self._for_a_package(company, offline)
            session = documents and documents._pack(company, offline)
            if session:
                return session
        return sessions

    @api.model
    def _for_a_package(self, company, offline):
        waiting = self.search(
            self._due_domain(company, TO_OFFER_STATES)
            & Domain("mode", "!=" if offline else "=", "online")
            & Domain("released", "=", False)
            & Domain("corrects_id", "=", False)
            # The day of receipt is that of opening the session.
            & Domain("issue_date", "<=", self._warsaw_today())
            & (
                Domain("has_attachment", "=", True)
                | Domain("failed_packages", "<", PACKAGES_BEFORE_ALONE)
            ),
            order="deadline, id",
            limit=PACKAGE_MOST,
        )
        if len(waiting) < PACKAGE_FROM:
            waiting = waiting.filtered("has_attachment")
        return waiting._first_bytes(PACKAGE_MOST_BYTES)

    def _first_bytes(self, most):
        """As many of them, from the first, as have so many bytes together."""
        sizes = dict(
            self.env["ir.attachment"]
            .sudo()
            ._read_group(
                [
                    ("res_model", "=", self._name),
                    ("res_field", "=", "document"),
                    ("res_id", "in", self.ids),
                ],
                ["res_id"],
                ["file_size:sum"],
            )
        )
        total, chosen = 0, []
        for document_id in self.ids:
            total += sizes.get(document_id, 0)
            if chosen and total > most:
                break
            chosen.append(document_id)
        return self.browse(chosen)

    def _pack(self, company, offline):
        """Make the session of a package and bind its documents to it, in one transaction.

        :return: the session, ``opening``; none where other workers were faster, or the documents
            are another connection's by now
        """
        sessions = self.env["l10n_pl_ksef.session"]
        documents = self._lock_in(TO_OFFER_STATES)
        elsewhere = documents.filtered(lambda document: document._is_of_another_connection())
        elsewhere._withdraw_if_of_another_connection()
        documents -= elsewhere
        if not documents:
            commit_point(self.env)
            return sessions
        session = sessions._new_package(company, offline)
        for document in documents:
            document.attempts += 1
        documents.write(
            {
                "state": "sending",
                "session_id": session.id,
                "reference": False,
                "lease_until": False,
                "next_step_at": False,
                "trouble": False,
            }
        )
        commit_point(self.env)
        return session

    def _leave_package(self):
        """Wait for another package: nothing of this one was taken, nor will be."""
        for document in self:
            document.write(
                {
                    "state": document._state_to_offer(),
                    "session_id": False,
                    "next_step_at": fields.Datetime.now(),
                }
            )

    # -- coming back ------------------------------------------------------------------------------

    @api.model
    def _come_back_for_packages(self):
        """Wake the schedule that follows when the next package is to be looked at."""
        for company in self._connections():
            moment = self.env["l10n_pl_ksef.session"]._next_moment(company)
            if moment:
                self.env.ref(CRON_FOLLOW).sudo()._trigger(at=max(moment, fields.Datetime.now()))
