"""What an invoice tells about KSeF: banners while somebody is needed, the chatter afterwards."""

import base64

from markupsafe import Markup

from odoo import api, models

from .fa3_kept_findings import from_data
from .submission import OFFLINE_MODES

NOTE = "mail.mt_note"
ACTIVITY = "l10n_pl_ksef.mail_activity_type_needs_somebody"


class AccountMove(models.Model):
    _inherit = "account.move"

    # -- banners --------------------------------------------------------------------------

    @api.depends(
        "l10n_pl_ksef_state",
        "l10n_pl_ksef_problems",
        "l10n_pl_ksef_submission_ids.trouble",
    )
    def _compute_alerts(self):
        return super()._compute_alerts()

    def _get_alerts(self):
        alerts = super()._get_alerts()
        if not self.l10n_pl_ksef_state:
            return alerts
        submission = self.sudo().l10n_pl_ksef_submission_id
        if self.l10n_pl_ksef_state == "rejected":
            alerts["l10n_pl_ksef_rejected"] = {
                "level": "danger",
                "message": self._l10n_pl_ksef_sentence_rejected(submission),
            }
        elif self.l10n_pl_ksef_state == "in_doubt":
            alerts["l10n_pl_ksef_in_doubt"] = {
                "level": "warning",
                "message": self._l10n_pl_ksef_sentence_in_doubt(),
            }
        elif self.l10n_pl_ksef_state in ("sending", "sent") and submission.trouble:
            alerts["l10n_pl_ksef_trouble"] = {"level": "warning", "message": submission.trouble}
        elif self.l10n_pl_ksef_state in ("sending", "sent") and submission._packages_under_way():
            alerts["l10n_pl_ksef_package"] = {
                "level": "info",
                "message": self._l10n_pl_ksef_sentence_in_package(submission),
            }
        elif self.l10n_pl_ksef_state == "to_send":
            alerts.update(self._l10n_pl_ksef_alerts_before_sending(submission))
        return alerts

    def _l10n_pl_ksef_alerts_before_sending(self, submission):
        alerts = {}
        if self.l10n_pl_ksef_problems:
            sentences = self._l10n_pl_ksef_problem_sentences()
            alerts["l10n_pl_ksef_problems"] = {
                "level": "danger",
                "message": self.env._(
                    "This invoice cannot go to KSeF yet: %s", " ".join(sentences)
                ),
            }
        elif submission.state == "ready" and submission._needs_package() and not submission.trouble:
            alerts["l10n_pl_ksef_package"] = {
                "level": "info",
                "message": self._l10n_pl_ksef_sentence_needs_package(),
            }
        elif submission.state == "ready" and submission.trouble:
            alerts["l10n_pl_ksef_waiting"] = {
                "level": "warning",
                "message": self.env._(
                    "Not in KSeF yet: %s It stays in the queue and is sent by itself.",
                    submission.trouble,
                ),
            }
        return alerts

    def _l10n_pl_ksef_problem_sentences(self):
        return self._l10n_pl_ksef_findings_text(from_data(self.l10n_pl_ksef_problems))

    def _l10n_pl_ksef_sentence_rejected(self, submission):
        if submission.duplicate_of:
            return self.env._(
                "KSeF refused %(name)s, because it already holds another document with this "
                "invoice number: %(number)s. If that one is this invoice, sent by another "
                "program, reset this one to draft and mark it as issued outside KSeF; otherwise "
                "give it another number and send it again.",
                name=self.display_name,
                number=submission.duplicate_of,
            )
        if submission.mode in OFFLINE_MODES:
            return self.env._(
                "KSeF refused %(name)s: %(words)s (code %(code)s). Its buyer holds it already, so "
                "it cannot simply be issued again: have its file repaired and sent as a technical "
                "correction, or, where a permission is lacking, have it granted and send it again.",
                name=self.display_name,
                words=(submission.refusal or "").rstrip(". "),
                code=submission.refusal_code,
            )
        return self.env._(
            "KSeF refused %(name)s: %(words)s (code %(code)s). It is not in KSeF. Correct what "
            "KSeF names, on the customer or by resetting the invoice to draft, and send it again.",
            name=self.display_name,
            words=(submission.refusal or "").rstrip(". "),
            code=submission.refusal_code,
        )

    def _l10n_pl_ksef_sentence_in_doubt(self):
        return self.env._(
            "The connection broke while %(name)s was being sent, so it is not known yet whether "
            "KSeF took it. KSeF is asked in a moment; do not issue it again.",
            name=self.display_name,
        )

    def _l10n_pl_ksef_sentence_needs_package(self):
        return self.env._(
            "%s has an attachment, so it goes to KSeF in a package, within a few minutes and by "
            "itself.",
            self.display_name,
        )

    def _l10n_pl_ksef_sentence_in_package(self, submission):
        return self.env._(
            "%(name)s travels to KSeF in a package of %(count)s documents. Its number appears here "
            "when KSeF has checked the package.",
            name=self.display_name,
            count=submission.session_id.submission_count,
        )

    def _l10n_pl_ksef_sentence_takes_long(self):
        return self.env._(
            "%s was given to KSeF a while ago and there is no final answer. Odoo keeps asking; "
            "look at the page KSeF of the invoice for what KSeF says.",
            self.display_name,
        )

    # -- the chatter ------------------------------------------------------------------------

    def _l10n_pl_ksef_note_acceptance(self, submission, why_one_code=""):
        """Say it, keep the evidence with the invoice, and let what waited for it go.

        :param why_one_code: why an invoice that came to KSeF late has no second code, if so
        """
        move = self._l10n_pl_ksef_for_notes()
        document = move._l10n_pl_ksef_attach(submission.document_filename, submission._xml())
        move.message_post(
            body=move._l10n_pl_ksef_sentence_accepted(submission, why_one_code),
            attachment_ids=document.ids,
            subtype_xmlid=NOTE,
        )
        move.activity_feedback([ACTIVITY])
        move._l10n_pl_ksef_renew_pdf()
        if submission.delivery:
            self.env.ref("l10n_pl_ksef.cron_deliver").sudo()._trigger()

    def _l10n_pl_ksef_sentence_accepted(self, submission, why_one_code):
        _ = self.env._
        sentences = [_("In KSeF under the number %s.", submission.ksef_number)]
        if submission._came_late():
            sentences.append(
                _(
                    "KSeF marked it as issued offline, because it came on a later day than its own "
                    "date."
                )
            )
            if submission.certificate_url:
                sentences.append(_("Its print carries both codes."))
        if why_one_code:
            sentences.append(_("Its print carries the first code only: %s", why_one_code))
        return " ".join(sentences)

    def _l10n_pl_ksef_note_upo(self, submission):
        move = self._l10n_pl_ksef_for_notes()
        upo = move._l10n_pl_ksef_attach(submission.upo_filename, base64.b64decode(submission.upo))
        move.message_post(
            body=move.env._("KSeF's official receipt (UPO) for %s.", submission.ksef_number),
            attachment_ids=upo.ids,
            subtype_xmlid=NOTE,
        )

    def _l10n_pl_ksef_note_rejection(self, submission):
        move = self._l10n_pl_ksef_for_notes()
        move.message_post(
            body=move._l10n_pl_ksef_sentence_rejected(submission),
            subtype_xmlid=NOTE,
        )
        move._l10n_pl_ksef_ask_somebody(move._l10n_pl_ksef_sentence_rejected(submission))

    def _l10n_pl_ksef_note_problems(self, text):
        """A cron could not prepare this invoice: say it once, to whoever looks after it."""
        move = self._l10n_pl_ksef_for_notes()
        sentences = Markup("<br/>").join(text.split("\n"))
        move.message_post(
            body=Markup("%s<br/>%s") % (move.env._("Not sent to KSeF:"), sentences),
            subtype_xmlid=NOTE,
        )
        move._l10n_pl_ksef_ask_somebody(text)

    def _l10n_pl_ksef_ask_somebody(self, note):
        """One activity for the person of the invoice; none where one is open already."""
        if not self.activity_search([ACTIVITY]):
            person = self.invoice_user_id or self.create_uid
            self.activity_schedule(ACTIVITY, note=note, user_id=person.id)

    def _l10n_pl_ksef_for_notes(self):
        self.ensure_one()
        return self.sudo().with_context(
            lang=self._l10n_pl_ksef_readers_language(), no_new_invoice=True
        )

    def _l10n_pl_ksef_attach(self, name, content):
        """Keep ``content`` with the invoice too, so that it outlives this addon."""
        return self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": content,
                "mimetype": "application/xml",
                "res_model": self._name,
                "res_id": self.id,
            }
        )
