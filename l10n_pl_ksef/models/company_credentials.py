"""What a company's certificates need from it: who looks after them, and what KSeF allows."""

from odoo import api, fields, models

from .connection import NotConnected

CREDENTIAL_FIELDS = {
    "l10n_pl_ksef_auth_certificate_id",
    "l10n_pl_ksef_offline_certificate_id",
    "l10n_pl_ksef_token_id",
    "l10n_pl_ksef_login_ids",
}


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_pl_ksef_automatic_certificates = fields.Boolean(
        string="Renew KSeF Certificates Automatically",
        help="Odoo requests new KSeF certificates before the old ones end, and puts them in use.",
    )

    l10n_pl_ksef_token_id = fields.Many2one(
        "l10n_pl_ksef.token",
        string="KSeF Token in Use",
        groups="base.group_system",
        ondelete="set null",
        index="btree_not_null",
        copy=False,
    )

    # -- who may see them --------------------------------------------------------------

    def _read_format(self, fnames, load="_classic_read"):
        """Odoo lets every administrator read every company; not which credentials it has."""
        self._l10n_pl_ksef_check_readable(fnames)
        return super()._read_format(fnames, load)

    def export_data(self, fields_to_export):
        names = [name.split("/")[0] for name in fields_to_export]
        self._l10n_pl_ksef_check_readable(names)
        return super().export_data(fields_to_export)

    def _l10n_pl_ksef_check_readable(self, names):
        """:raises AccessError: for an administrator of other companies"""
        if not CREDENTIAL_FIELDS.isdisjoint(names):
            self._l10n_pl_ksef_check_own()

    # -- asking KSeF ---------------------------------------------------------------------

    def _l10n_pl_ksef_certificate_quota(self):
        """How many certificates KSeF still gives to whoever this company logs in as.

        :rtype: ksef.credential_answers.CertificateQuota
        :raises KsefError: what KSeF, or the way to it, said
        :raises UserError: where there is no login by signature
        """
        self._l10n_pl_ksef_check_administrator()
        return self._l10n_pl_ksef_signing_client().certificate_quota()

    def _l10n_pl_ksef_signing_client(self):
        """A client that is logged in by signature, which is what KSeF wants for certificates.

        That is the company's certificate, or a file that somebody signed outside Odoo.

        :rtype: ksef.client.Client
        :raises KsefError: what KSeF, or the way to it, said
        :raises UserError: where neither is there
        """
        self.ensure_one()
        company = self.sudo()
        signed_login = self.env["l10n_pl_ksef.signed_login"].sudo()._of(company)
        if signed_login._is_open():
            return signed_login._client()
        if company._l10n_pl_ksef_signs():
            return company._l10n_pl_ksef_holder()._l10n_pl_ksef_client()
        raise NotConnected(
            self.env,
            lambda env: env._(
                "KSeF gives certificates only to those who logged in with a signature, not with "
                "a token. Upload an authentication certificate, or sign a login request with "
                "your Trusted Profile or a qualified signature."
            ),
        )

    def _l10n_pl_ksef_signs(self):
        """True where the holder of its credentials logs in by certificate."""
        holder = self._l10n_pl_ksef_holder()
        by_certificate = holder.l10n_pl_ksef_auth_method == "certificate"
        return by_certificate and holder._l10n_pl_ksef_has_connection()

    def _l10n_pl_ksef_holder(self):
        """The company that credentials belong to, in sudo mode.

        Itself, also while it is being connected; a branch without anything of its own has those
        of the company whose connection it uses.
        """
        company = self.sudo()
        if company.l10n_pl_ksef_environment:
            return company
        return company._l10n_pl_ksef_root() or company

    def _l10n_pl_ksef_administered_holder(self):
        """The same, for somebody who changes or uses its credentials.

        :raises AccessError: also for an administrator of a branch only, whose root it would be
        """
        self._l10n_pl_ksef_check_administrator()
        holder = self._l10n_pl_ksef_holder()
        holder.with_env(self.env)._l10n_pl_ksef_check_administrator()
        return holder

    def _l10n_pl_ksef_administrators(self):
        """The people who may change the settings of this company, the first one first."""
        group = self.env.ref("base.group_system")
        people = self.env["res.users"].sudo().search([("share", "=", False)], order="id")
        return people.filtered(
            lambda user: self in user.company_ids and group in user.all_group_ids
        )

    # -- the login with a file that is signed outside --------------------------------

    def _l10n_pl_ksef_auth_request_file(self, by_fingerprint=False):
        """An unsigned ``AuthTokenRequest``, to be signed outside Odoo within ten minutes.

        :param bool by_fingerprint: for a signature that names neither a NIP nor a PESEL
        :return: the XML as bytes
        :raises KsefError: what KSeF, or the way to it, said
        :raises UserError: when something is not set up
        """
        holder = self._l10n_pl_ksef_administered_holder()
        return self.env["l10n_pl_ksef.signed_login"].sudo()._start(holder, by_fingerprint)

    def _l10n_pl_ksef_log_in_with_signed_file(self, xml_bytes):
        """Log in with the request that ``_l10n_pl_ksef_auth_request_file`` gave, now signed.

        :param bytes xml_bytes: the signed file
        :return: True when logged in; False while KSeF still checks the signature (outside the
            test environment that may take minutes; requests for certificates go on by themselves)
        :raises KsefError: what KSeF said, or what is wrong with the file
        :raises UserError: when there is no request, or it is too old
        """
        company = self._l10n_pl_ksef_administered_holder()
        signed_login = self.env["l10n_pl_ksef.signed_login"].sudo()._of(company)
        return signed_login._finish(xml_bytes)

    @api.model
    def _l10n_pl_ksef_certificate_companies(self):
        """Companies that may have something of KSeF's to look after, in sudo mode."""
        return self.sudo().search([("l10n_pl_ksef_environment", "!=", False)])
