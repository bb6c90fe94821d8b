from odoo import api, fields, models
from odoo.exceptions import UserError

from ..ksef.errors import Forbidden, KsefError
from ..models.certificate import PURPOSES
from ..models.explanations import explain
from ..models.moments import naive_utc

STATUSES = [
    ("Active", "Active"),
    ("Pending", "Not in force yet"),
    ("Blocked", "Blocked"),
    ("Revoking", "Being revoked"),
    ("Revoked", "Revoked"),
    ("Expired", "Expired"),
    ("Failed", "Failed"),
    ("Unknown", "Unknown"),
]
KNOWN = {code for code, _label in STATUSES}


class KsefListedCredential(models.TransientModel):
    """One line of KSeF's own list, and what it is here."""

    _name = "l10n_pl_ksef.listed_credential"
    _description = "Credential listed by KSeF"
    _order = "status, valid_to desc, id"
    _rec_name = "name"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    kind = fields.Selection([*PURPOSES, ("token", "Token"), ("other", "Other")], readonly=True)
    name = fields.Char(string="Name at KSeF", readonly=True)
    serial = fields.Char(string="Serial or Reference", readonly=True)
    status = fields.Selection(STATUSES, string="At KSeF", readonly=True)
    valid_to = fields.Datetime(string="Valid Until", readonly=True)
    last_used = fields.Datetime(readonly=True)
    certificate_id = fields.Many2one("l10n_pl_ksef.certificate", readonly=True)
    token_id = fields.Many2one("l10n_pl_ksef.token", readonly=True)
    here = fields.Selection(
        [
            ("in_use", "In use"),
            ("kept", "Kept"),
            ("no_key", "Without its key"),
            ("unknown", "Not here"),
        ],
        string="In Odoo",
        readonly=True,
    )

    @api.model
    def _fetch(self, company):
        """Ask KSeF; one record for each certificate and token that it lists.

        :raises UserError: with KSeF's words
        """
        try:
            client = company._l10n_pl_ksef_any_client()
            rows = [self._of_certificate(company, one) for one in client.certificates()]
            rows += self._tokens(company, client)
        except KsefError as error:
            raise UserError(explain(self.env, error)) from error
        return self.create(rows)

    @api.model
    def _tokens(self, company, client):
        try:
            return [self._of_token(company, one) for one in client.tokens()]
        except Forbidden:  # the certificates are worth showing by themselves
            return []

    @api.model
    def _of_certificate(self, company, listed):
        ours = self.env["l10n_pl_ksef.certificate"].search(
            [("company_id", "=", company.id), ("serial", "=", listed.serial)], limit=1
        )
        return {
            "company_id": company.id,
            "kind": listed.purpose.value if listed.purpose else "other",
            "name": listed.name,
            "serial": listed.serial,
            "status": listed.status if listed.status in KNOWN else "Unknown",
            "valid_to": naive_utc(listed.valid_to),
            "last_used": naive_utc(listed.last_used),
            "certificate_id": ours.id,
            "here": self._here(ours, bool(ours) and ours.has_key),
        }

    @api.model
    def _of_token(self, company, listed):
        ours = self.env["l10n_pl_ksef.token"].search(
            [("company_id", "=", company.id), ("reference", "=", listed.reference)], limit=1
        )
        return {
            "company_id": company.id,
            "kind": "token",
            "name": listed.description,
            "serial": listed.reference,
            "status": listed.status if listed.status in KNOWN else "Unknown",
            "last_used": naive_utc(listed.last_used),
            "token_id": ours.id,
            "here": self._here(ours, not ours.revoked_at),
        }

    @api.model
    def _here(self, ours, kept):
        if not ours:
            return "unknown"
        if ours.in_use:
            return "in_use"
        return "kept" if kept else "no_key"

    def action_revoke(self):
        """Ask for the reason, then revoke it at KSeF."""
        self.ensure_one()
        own = "default_reference" if self.kind == "token" else "default_serial"
        return self.company_id._l10n_pl_ksef_ask_revocation(
            {
                "default_certificate_id": self.certificate_id.id,
                "default_token_id": self.token_id.id,
                "default_what": self.name,
                own: self.serial,
            }
        )
