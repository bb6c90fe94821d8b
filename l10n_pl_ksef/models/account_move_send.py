"""Odoo's Send & Print: PDF and mail leave after KSeF's acceptance.

Waiting is no error: what KSeF has not accepted within a few seconds is taken out of the set,
its settings are kept with its submission, and our own schedule comes back to it. Core's queue
is never held up, and nobody gets a pro forma.
"""

from odoo import api, models
from odoo.exceptions import UserError

from .account_move_actions import SENT_WHILE_WAITING
from .account_move_prepare import Busy
from .transactions import commit_point

KSEF = "l10n_pl_ksef"
UPSTREAM_EDI = "pl_ksef"
UPSTREAM_FORMAT = "fa3_pl"

CHECKED_WHILE_WAITING = 50
NAMED = 5
WAITS_FOR_KSEF = ("to_send", "sending", "sent", "in_doubt", "rejected")
# Settings of Send & Print that are records, kept by their id.
RECORD_SETTINGS = {
    "mail_template": "mail.template",
    "pdf_report": "ir.actions.report",
}


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    # -- what is offered ------------------------------------------------------------------

    @api.model
    def _get_all_extra_edis(self):
        edis = super()._get_all_extra_edis()
        edis[KSEF] = {
            "label": self.env._("by KSeF"),
            "is_applicable": _waits_for_ksef,
            "help": self.env._(
                "Send to KSeF first. The PDF with the KSeF number and the e-mail follow by "
                "themselves once KSeF has accepted the invoice."
            ),
        }
        upstream = edis.get(UPSTREAM_EDI)
        if upstream:
            applies = upstream["is_applicable"]
            edis[UPSTREAM_EDI] = {
                **upstream,
                "is_applicable": lambda move: not _uses_this_addon(move) and applies(move),
            }
        return edis

    @api.model
    def _get_default_invoice_edi_format(self, move, **kwargs):
        chosen = super()._get_default_invoice_edi_format(move, **kwargs)
        if chosen == UPSTREAM_FORMAT and _uses_this_addon(move):
            return False
        return chosen

    # -- alerts before sending ----------------------------------------------------------------

    def _get_alerts(self, moves, moves_data):
        alerts = super()._get_alerts(
            moves, {move: _without_upstream(move, data) for move, data in moves_data.items()}
        )
        through_ksef = moves.filtered(lambda move: KSEF in moves_data[move]["extra_edis"])
        unticked = (moves - through_ksef).filtered(_waits_for_ksef)
        alerts.update(self._l10n_pl_ksef_alerts(through_ksef))
        alerts.update(self._l10n_pl_ksef_alerts_late(through_ksef))
        alerts.update(self._l10n_pl_ksef_alerts_changed(moves))
        if unticked:
            alerts["l10n_pl_ksef_unticked"] = {
                "level": "warning",
                "message": self.env._(
                    "Without KSeF the print has no KSeF number and says so: %s.",
                    ", ".join(unticked.mapped("display_name")),
                ),
            }
        return alerts

    @api.model
    def _l10n_pl_ksef_alerts(self, moves):
        """What would stop these invoices at KSeF, in words, before anything is sent."""
        alerts = {}
        if len(moves) > CHECKED_WHILE_WAITING:
            return alerts  # each says its own when it is prepared
        for move in moves.filtered(lambda m: not m.l10n_pl_ksef_locked):
            findings = move._l10n_pl_ksef_findings()
            for severity, level in (("error", "danger"), ("warning", "warning")):
                texts = move._l10n_pl_ksef_findings_text(
                    [finding for finding in findings if finding.severity == severity]
                )
                if texts:
                    alerts[f"l10n_pl_ksef_{severity}_{move.id}"] = {
                        # one bad invoice of many must not stop the others
                        "level": level if len(moves) == 1 else "warning",
                        "message": f"{move.display_name}: {' '.join(texts)}",
                        "action_text": self.env._("View invoice") if len(moves) > 1 else False,
                        "action": move._get_records_action() if len(moves) > 1 else False,
                    }
        return alerts

    @api.model
    def _l10n_pl_ksef_alerts_late(self, moves):
        """KSeF takes them for issued offline: that is to be said before they are sent."""
        late = moves.filtered(
            lambda m: m.l10n_pl_ksef_state == "to_send" and m._l10n_pl_ksef_is_late()
        )
        if not late:
            return {}
        if len(moves) == 1:
            message = late._l10n_pl_ksef_sentence_late()
        else:
            message = self.env._(
                "These invoices are dated before today, so KSeF will mark them as issued offline: "
                "%s.",
                ", ".join(late[:NAMED].mapped("display_name")) + (" …" if late[NAMED:] else ""),
            )
        return {"l10n_pl_ksef_late": {"level": "info", "message": message}}

    @api.model
    def _l10n_pl_ksef_alerts_changed(self, moves):
        """A print made after the customer moved would not say what KSeF holds."""
        changed = moves.filtered(
            lambda move: (
                not move.invoice_pdf_report_id and move._l10n_pl_ksef_differs_from_document()
            )
        )
        if not changed:
            return {}
        return {
            "l10n_pl_ksef_changed": {
                "level": "warning",
                "message": self.env._(
                    "The data of the customer or of your company changed after these invoices "
                    "went to KSeF, so the print would differ from what KSeF holds: %s. Correct "
                    "the data first, or issue a correction.",
                    ", ".join(changed.mapped("display_name")),
                ),
            }
        }

    # -- the flow -------------------------------------------------------------------------------

    @api.model
    def _generate_and_send_invoices(
        self,
        moves,
        from_cron=False,
        allow_raising=True,
        allow_fallback_pdf=False,
        **custom_settings,
    ):
        waiting = self._l10n_pl_ksef_wait_for(
            moves,
            from_cron=from_cron,
            raises=allow_raising and not from_cron and len(moves) == 1,
            custom_settings=custom_settings,
        )
        going = moves - waiting
        if not going:
            return self.env["ir.attachment"]
        return super()._generate_and_send_invoices(
            going,
            from_cron=from_cron,
            allow_raising=allow_raising,
            allow_fallback_pdf=allow_fallback_pdf,
            **custom_settings,
        )

    @api.model
    def _l10n_pl_ksef_wait_for(self, moves, *, from_cron, raises, custom_settings):
        """Submit what goes through KSeF; the invoices that have to wait for its answer."""
        waiting = self.env["account.move"]
        through_ksef = moves.filtered(
            lambda move: (
                _waits_for_ksef(move)
                and KSEF in self._l10n_pl_ksef_edis(move, from_cron, custom_settings)
            )
        )
        if not through_ksef:
            return waiting
        self._check_sending_data(moves, **custom_settings)
        settings = {
            move: self._l10n_pl_ksef_settings(move, from_cron, custom_settings)
            for move in through_ksef
        }
        skipped = through_ksef._l10n_pl_ksef_submit(raises=raises, waits=not from_cron)
        for move in through_ksef:
            if move._l10n_pl_ksef_in_buyers_hands():
                continue
            waiting |= move
            submission = move.sudo().l10n_pl_ksef_submission_id
            if move not in skipped and submission:
                submission.delivery = settings[move]
            if move in skipped or submission:  # otherwise another worker holds it: come back
                move.sudo().sending_data = False
        commit_point(self.env)
        return waiting

    @api.model
    def _l10n_pl_ksef_edis(self, move, from_cron, custom_settings):
        if "extra_edis" in custom_settings:
            return custom_settings["extra_edis"] or ()
        if from_cron and "extra_edis" in (move.sending_data or {}):
            return move.sending_data["extra_edis"] or ()
        return self._get_default_extra_edis(move)

    @api.model
    def _l10n_pl_ksef_settings(self, move, from_cron, custom_settings):
        """The settings of Send & Print as plain data that can wait in the database."""
        kept = {
            name: value.ids if isinstance(value, models.BaseModel) else _plain(value)
            for name, value in custom_settings.items()
            if value is not None
        }
        if from_cron:
            kept.update(move.sending_data or {})
        kept.setdefault("author_user_id", self.env.user.id)
        kept.setdefault("author_partner_id", self.env.user.partner_id.id)
        return kept

    @api.model
    def _call_web_service_before_invoice_pdf_render(self, invoices_data):
        """Whoever asks for it by name: Odoo's own module never sends an invoice of ours."""
        for move, data in invoices_data.items():
            data.update(_without_upstream(move, data))
        return super()._call_web_service_before_invoice_pdf_render(invoices_data)

    # -- coming back ------------------------------------------------------------------------------

    @api.model
    def _l10n_pl_ksef_deliver(self, submission):
        """Print and send what waited for KSeF's acceptance, with the settings kept then."""
        kept = dict(submission.delivery or {})
        settings = {name: self._l10n_pl_ksef_revive(name, value) for name, value in kept.items()}
        author = self.env["res.users"].browse(kept.get("author_user_id")).exists()
        move = submission.move_id.with_company(submission.company_id)
        if author:
            move = move.with_context(lang=author.lang)
        submission.delivery = False
        move.env["account.move.send"]._generate_and_send_invoices(
            move, allow_raising=False, **settings
        )

    @api.model
    def _l10n_pl_ksef_revive(self, name, value):
        model = RECORD_SETTINGS.get(name)
        if model:
            return self.env[model].browse(value).exists()
        return value


def _waits_for_ksef(move):
    """Whether print and mail wait: not for what was issued offline, the buyer may get it now."""
    return (
        move.l10n_pl_ksef_state in WAITS_FOR_KSEF
        and not move._l10n_pl_ksef_in_buyers_hands()
        and _uses_this_addon(move)
    )


def _uses_this_addon(move):
    return bool(move.company_id._l10n_pl_ksef_root())


def _without_upstream(move, data):
    if not _uses_this_addon(move):
        return data
    return {
        **data,
        "extra_edis": set(data["extra_edis"]) - {UPSTREAM_EDI},
        "invoice_edi_format": False
        if data.get("invoice_edi_format") == UPSTREAM_FORMAT
        else data.get("invoice_edi_format"),
    }


def _plain(value):
    return sorted(value) if isinstance(value, (set, frozenset)) else value


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_pl_ksef_submit(self, *, raises, waits):
        """Prepare and send from within Send & Print.

        :param raises: one person, one invoice: say a problem at once
        :param waits: give KSeF a few seconds before leaving it to the background
        :return: {move: sentence} for those that could not be prepared
        """
        to_prepare = self.filtered(lambda m: m.l10n_pl_ksef_state in ("to_send", "rejected"))
        skipped = {}
        for move in to_prepare:
            reason = move._l10n_pl_ksef_why_not_now() or move._l10n_pl_ksef_freeze()
            if reason and raises:
                raise UserError(reason)
            if reason and not isinstance(reason, Busy):
                move._l10n_pl_ksef_note_problems(reason)
                skipped[move] = reason
            commit_point(self.env)
        ready = self.sudo().l10n_pl_ksef_submission_ids.filtered(lambda s: s.state == "ready")
        if waits and len(ready) <= SENT_WHILE_WAITING:
            ready._send_and_wait()
        self._l10n_pl_ksef_wake_crons()
        self.invalidate_recordset(["l10n_pl_ksef_state"])
        refused = self.filtered(lambda m: m.l10n_pl_ksef_state == "rejected")
        if refused and raises:
            commit_point(self.env)
            raise UserError(
                refused._l10n_pl_ksef_sentence_rejected(refused.l10n_pl_ksef_submission_id.sudo())
            )
        return skipped
