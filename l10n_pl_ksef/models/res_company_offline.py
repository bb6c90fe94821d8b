from odoo import fields, models

MODE_OF_OUTAGE = {"failure": "emergency", "maintenance": "offline"}


class ResCompany(models.Model):
    """Whether, and in which mode, a company can issue invoices offline now."""

    _inherit = "res.company"

    l10n_pl_ksef_offline_fallback = fields.Boolean(
        string="Issue Offline when KSeF is Out of Reach",
        help="When an invoice cannot be sent because KSeF cannot be reached, issue it offline at "
        "once. It is sent by itself as soon as KSeF answers.",
    )

    def _l10n_pl_ksef_why_not_offline(self):
        """Why this connection cannot issue offline, and what to do; '' where it can."""
        self.ensure_one()
        _ = self.env._
        company = self.sudo()
        certificate = company.l10n_pl_ksef_offline_certificate_id
        if company.l10n_pl_ksef_skip_offline:
            return _(
                "%(company)s skips offline certificates, so it cannot issue invoices offline. An "
                "administrator can change this in the KSeF settings.",
                company=company.name,
            )
        if not certificate:
            return _(
                "%(company)s has no offline certificate, so it cannot issue invoices offline. An "
                "administrator can add one in the KSeF settings.",
                company=company.name,
            )
        if certificate._is_of_another(company.l10n_pl_ksef_environment):
            return _(
                "The offline certificate of %(company)s is for another environment of KSeF, so "
                "codes made with it would prove nothing. An administrator can add the right one "
                "in the KSeF settings.",
                company=company.name,
            )
        if certificate.state in ("valid", "ends_soon"):
            return ""
        return _(
            "The offline certificate of %(company)s cannot be used: it expired, is not valid yet, "
            "or its key was removed. An administrator can add a new one in the KSeF settings.",
            company=company.name,
        )

    def _l10n_pl_ksef_offline_mode(self):
        """The mode in which an invoice of this connection would be issued now.

        :return: ``offline24``, ``offline`` or ``emergency``; False during a total failure, when
            invoices are issued outside KSeF
        """
        self.ensure_one()
        outage = self.env["l10n_pl_ksef.outage"]._going_on(self.sudo().l10n_pl_ksef_environment)
        if outage.kind == "total_failure":
            return False
        return MODE_OF_OUTAGE.get(outage.kind, "offline24")
