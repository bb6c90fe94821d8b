from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.revoking import REASONS


class KsefRevocation(models.TransientModel):
    """Revoke one certificate or token at KSeF, for good."""

    _name = "l10n_pl_ksef.revocation"
    _description = "Revoke at KSeF"

    company_id = fields.Many2one("res.company", required=True)
    certificate_id = fields.Many2one("l10n_pl_ksef.certificate")
    token_id = fields.Many2one("l10n_pl_ksef.token")
    serial = fields.Char(compute="_compute_what", store=True, readonly=False)
    reference = fields.Char(compute="_compute_what", store=True, readonly=False)
    what = fields.Char(compute="_compute_what", store=True, readonly=False)
    reason = fields.Selection(REASONS, required=True, default=REASONS[0][0])
    warning = fields.Text(compute="_compute_warning")

    @api.depends("certificate_id", "token_id")
    def _compute_what(self):
        for wizard in self:
            known = wizard.certificate_id or wizard.token_id
            if known:
                wizard.what = known.display_name
                wizard.serial = wizard.certificate_id.serial
                wizard.reference = wizard.token_id.reference

    @api.depends("certificate_id", "token_id")
    def _compute_warning(self):
        for wizard in self:
            wizard.warning = wizard._consequence()

    def _consequence(self):
        """What stops working, in words."""
        _ = self.env._
        known = self.certificate_id or self.token_id
        if self.certificate_id.purpose == "offline":
            sentence = _(
                "Codes of this certificate that stand on invoices already handed over will no "
                "longer be confirmed by KSeF when somebody scans them. Odoo issues nothing "
                "offline until there is another offline certificate."
            )
            submissions = self.env["l10n_pl_ksef.submission"].sudo()
            return f"{sentence} {submissions._sentence_codes_of(self.certificate_id)}".strip()
        parts = []
        if known.in_use:
            parts.append(
                _(
                    "%(company)s logs in with it. Nothing can be sent until another certificate "
                    "or token is set up.",
                    company=self.company_id.name,
                )
            )
        others = self._other_companies()
        if others:
            parts.append(
                _(
                    "Other companies of this database log in with it too (%(count)s): "
                    "they cannot log in any more either.",
                    count=others,
                )
            )
        return " ".join(parts) or False

    def _other_companies(self):
        """How many other companies use the same pair; not which, since they may be out of sight."""
        same = self.env["l10n_pl_ksef.certificate"].sudo()
        if self.certificate_id:
            same = same.search(
                [
                    ("fingerprint", "=", self.certificate_id.fingerprint),
                    ("company_id", "!=", self.company_id.id),
                ]
            )
        return len(same.filtered("in_use").company_id)

    def action_revoke(self):
        """Revoke it; raises with KSeF's words where KSeF does not."""
        self.ensure_one()
        company = self.company_id
        if self.serial:
            company._l10n_pl_ksef_revoke_certificate(self.serial, self.reason)
        elif self.reference:
            company._l10n_pl_ksef_revoke_token(self.reference)
        else:
            raise UserError(
                self.env._(
                    "The reference of this token is not known here, so it cannot be revoked from "
                    "Odoo. Revoke it in the Taxpayer Application of KSeF."
                )
            )
        return company._l10n_pl_ksef_notify(
            "success",
            self.env._("Revoked at KSeF"),
            self.env._("%s is revoked. That cannot be undone.", self.what or self.serial),
        )
