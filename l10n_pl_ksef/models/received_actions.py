"""What people may do with a document from KSeF. They click; the code writes."""

import time

from odoo import api, models
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import clean_context

from .connection import TIMEOUT_KEY
from .fetch_cursor import PERSON_SECONDS, PERSON_TIMEOUT
from .received import OPEN_STATES
from .received_understand import ASKED


class KsefReceived(models.Model):
    _inherit = "l10n_pl_ksef.received"

    def _check_may_decide(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("account.group_account_invoice"):
            raise UserError(
                self.env._(
                    "Only people who work with invoices may decide about documents from KSeF. Ask "
                    "a colleague."
                )
            )

    def _still_open(self):
        """Those that have no bill yet, in sudo mode: only the code writes."""
        return self.sudo().filtered(lambda one: one.state in OPEN_STATES and not one.move_id)

    def action_make_bill(self):
        """Try again: ask for the bytes where they are lacking, then make the bill."""
        self._check_may_decide()
        mine = self._still_open()
        lacking = mine.filtered(lambda one: not one.genuine)
        if lacking:
            lacking._check_environment()
            lacking._announce_again()
            lacking._ask_at_once()
        ready = mine.filtered("genuine")
        ready.write({"state": "kept", "problem": False, "ignored_reason": False})
        ready.with_context(**{ASKED: True})._understand()
        for company in mine.company_id:
            self._tell_of_attention(company)
        return self._open_bills(mine)

    def _check_environment(self):
        for received in self:
            if received.environment != received.company_id.l10n_pl_ksef_environment:
                raise UserError(
                    self.env._(
                        "%s comes from another environment of KSeF than the one that the company "
                        "is connected to, so it cannot be asked for again.",
                        received.display_name,
                    )
                )

    def _ask_at_once(self):
        """Fetch what is announced, as far as the limits allow; the schedule does the rest."""
        until = time.monotonic() + PERSON_SECONDS if request else None
        cursors = self.env["l10n_pl_ksef.cursor"].sudo()
        for company in self.company_id:
            for cursor in cursors.with_context(**{TIMEOUT_KEY: PERSON_TIMEOUT})._of(company):
                cursor._work(until, asked=True)
        self.env.ref("l10n_pl_ksef.cron_fetch").sudo()._trigger()

    @api.model
    def _open_bills(self, received):
        """Open the one bill that was made; the list shows what became of several."""
        if len(received) == 1 and received.move_id:
            return received.with_env(self.env).action_open_bill()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_open_bill(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.sudo().move_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_open_link(self):
        """Open KSeF's own page of this document."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.url, "target": "new"}

    def action_make_by_hand(self):
        """Open an empty draft bill with what KSeF tells of the document, linked to it."""
        self.ensure_one()
        self._check_may_decide()
        mine = self._still_open()
        if not mine:
            return self.action_open_bill()
        moves = self.env["account.move"].with_company(self.company_id)
        moves.check_access("create")
        # only the code ties a bill to its document, so nothing of the caller's context counts
        clean = moves.with_context(clean_context(moves.env.context))
        bill = clean.sudo().create(mine._hand_values())
        bill.with_env(moves.env).check_access("create")
        mine._became(bill, linked=True)
        self._tell_of_attention(self.company_id)
        return self.action_open_bill()

    def _hand_values(self):
        self.ensure_one()
        sale = self.role == "subject1"
        refund = (self.kind or "").startswith("Kor") and self.gross < 0
        kind = ("out" if sale else "in") + ("_refund" if refund else "_invoice")
        buyer = (self.metadata or {}).get("buyer") or {}
        nip = buyer.get("value") if sale else self.seller_nip
        partner = self.env["res.partner"].browse()
        if nip:
            partner = self.env["res.partner"]._retrieve_partner(
                vat=f"PL{nip}", company=self.company_id
            )
        currency = self.currency_id
        return {
            "move_type": kind,
            "company_id": self.company_id.id,
            "partner_id": partner.id,
            "ref": self.invoice_number,
            "l10n_pl_ksef_received_id": self.id,
            "l10n_pl_ksef_received_on": not sale and self.received_on,
            "invoice_date": self.issue_date,
            "currency_id": currency.id if currency.active else self.company_id.currency_id.id,
        }

    def _is_same_document(self, other):
        """Whether it is ``other`` as another connection of the same companies keeps it."""
        key = other.ksef_number, other.environment
        return bool(self) and (self.ksef_number, self.environment) == key

    def action_ask_reason(self):
        """Ask why these documents shall be ignored."""
        self._check_may_decide()
        return self._dialog("l10n_pl_ksef.received.ignoring", self.env._("Ignore documents"))

    def action_ask_bill(self):
        """Ask which existing bill this document belongs to."""
        self.ensure_one()
        self._check_may_decide()
        return self._dialog("l10n_pl_ksef.received.linking", self.env._("Link to a bill"))

    def _dialog(self, model, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_received_ids": self.ids},
        }

    def action_ignore(self, reason):
        """Make nothing of these documents, for a reason.

        :param str reason: in words, kept with the documents
        """
        self._check_may_decide()
        if not (reason or "").strip():
            raise UserError(self.env._("Say in a few words why the document is ignored."))
        mine = self._still_open()
        mine.write(
            {"state": "ignored", "ignored_reason": f"{reason.strip()} ({self.env.user.name})"}
        )
        for company in mine.company_id:
            self._tell_of_attention(company)

    def action_link(self, move):
        """Say that this document is that bill or invoice.

        :param move: one ``account.move`` of the same company or a branch of it
        """
        self.ensure_one()
        self._check_may_decide()
        move.check_access("write")
        others = self.sudo().search([("move_id", "=", move.id), ("id", "!=", self.id)])
        taken = others.filtered(lambda one: not one._is_same_document(self))[:1]
        if taken:
            raise UserError(
                self.env._(
                    "%(move)s belongs to another document from KSeF already: %(number)s.",
                    move=move.display_name,
                    number=taken.ksef_number,
                )
            )
        if self.company_id not in move.company_id.sudo().parent_ids:
            raise UserError(
                self.env._("%s belongs to another company than the document.", move.display_name)
            )
        if move.state == "cancel":
            raise UserError(
                self.env._(
                    "%s is cancelled, so it books nothing. Set it back to draft first.",
                    move.display_name,
                )
            )
        self._check_side(move)
        mine = self._still_open()
        if not mine:
            raise UserError(self.env._("This document has its bill already."))
        self.env["l10n_pl_ksef.bill"]._link_by_hand(mine, move)
        if mine.state != "linked":
            raise UserError(mine.problem or self.env._("The document could not be linked."))
        self._tell_of_attention(self.company_id)

    def _check_side(self, move):
        """A sale is no bill and a bill no sale: what is tied is never sent to KSeF."""
        if self.role == "subject1" and not move.is_sale_document():
            raise UserError(
                self.env._(
                    "Your company is the seller in this document. Choose a customer invoice or a "
                    "credit note instead of %s.",
                    move.display_name,
                )
            )
        if self.role != "subject1" and not move.is_purchase_document():
            raise UserError(
                self.env._(
                    "Your company is not the seller in this document. Choose a vendor bill or a "
                    "refund instead of %s.",
                    move.display_name,
                )
            )
