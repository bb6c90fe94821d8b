from odoo import api, fields, models
from odoo.exceptions import UserError

from ..ksef.errors import KsefError
from ..models.explanations import explain

PERMISSIONS = {
    "may_send": "InvoiceWrite",
    "may_fetch": "InvoiceRead",
    "may_introspect": "Introspection",
    "may_read_permissions": "CredentialsRead",
}
SHORTEST_DESCRIPTION = 5
# What the protocol layer calls the one call that cannot be repeated.
MAKING = "make_token"


class KsefTokenMaking(models.TransientModel):
    """Have KSeF make a token. Its text goes straight into the encrypted store."""

    _name = "l10n_pl_ksef.token_making"
    _description = "Make a KSeF token"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    description = fields.Char(
        string="Name",
        required=True,
        size=256,
        default=lambda self: self._default_description(),
        help="By which KSeF's own list shows it: five characters at least.",
    )
    may_send = fields.Boolean(string="Send invoices (InvoiceWrite)", default=True)
    may_fetch = fields.Boolean(string="Fetch invoices (InvoiceRead)", default=True)
    may_introspect = fields.Boolean(string="Look into sessions of others (Introspection)")
    may_read_permissions = fields.Boolean(
        string="See permissions and consents (CredentialsRead)",
        help="Such as whether the company has asked for attachments.",
    )
    use = fields.Boolean(
        string="Log in with it from now on",
        help="As soon as KSeF has it in force. Otherwise it is kept, and you can choose it later.",
    )

    @api.model
    def _default_description(self):
        return self.env._("Odoo, %s", self.env.company.name)

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        wizards._refuse_others()
        return wizards

    def write(self, vals):
        result = super().write(vals)
        self._refuse_others()
        return result

    def _refuse_others(self):
        """:raises AccessError: for anybody but an administrator of the company"""
        for company in self.company_id:
            company._l10n_pl_ksef_check_administrator()

    def action_make(self):
        """Make it, keep it, and put it in use if wanted."""
        self.ensure_one()
        permissions = [name for field, name in PERMISSIONS.items() if self[field]]
        self._check(permissions)
        token = self._made(permissions)
        if self.use:
            told = token.with_env(self.env).action_use()
        else:
            told = self.company_id._l10n_pl_ksef_notify(
                "success",
                self.env._("The token is made"),
                self.env._("It is kept encrypted and not in use. Put it in use from the list."),
            )
        told["params"]["next"] = self._list()
        return told

    def _check(self, permissions):
        if not permissions:
            raise UserError(
                self.env._(
                    "Choose at least one permission: without any a token is good for nothing."
                )
            )
        if len(self.description.strip()) < SHORTEST_DESCRIPTION:
            raise UserError(
                self.env._("Give the token a name of five characters at least: KSeF wants that.")
            )

    def _made(self, permissions):
        tokens = self.env["l10n_pl_ksef.token"]
        try:
            return tokens._make(self.company_id, permissions, self.description.strip())
        except KsefError as error:
            words = explain(self.env, error)
            if error.operation == MAKING and error.may_have_acted:
                words = self.env._(
                    "It is not known whether KSeF made the token, and Odoo does not have it. "
                    "Look for “%(name)s” in KSeF's list (List at KSeF), revoke it if it is there, "
                    "then make another one. %(words)s",
                    name=self.description,
                    words=words,
                )
            raise UserError(words) from error

    def _list(self):
        return self.env["ir.actions.act_window"]._for_xml_id("l10n_pl_ksef.action_tokens")
