"""Telling somebody that documents need attention: once for a company, not once for each."""

from odoo import api, models
from odoo.fields import Domain

ACTIVITY = "l10n_pl_ksef.mail_activity_type_received"


class KsefReceived(models.Model):
    _inherit = "l10n_pl_ksef.received"

    @api.model
    def _attention_domain(self, companies):
        """What waits for a person in the present environment of these connections."""
        return Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("environment", "=", company.l10n_pl_ksef_environment)
            & Domain("state", "=", "attention")
            for company in companies
        )

    @api.model
    def _tell_of_attention(self, company):
        """One activity on the purchase journal while documents need somebody; done by itself
        when none does any more."""
        company = company.sudo()
        journal = (
            self.env["account.journal"]
            .sudo()
            .search([("company_id", "=", company.id), ("type", "=", "purchase")], limit=1)
        )
        if not journal:
            return
        count = self.sudo().search_count(self._attention_domain(company))
        if not count:
            journal.activity_unlink([ACTIVITY])
            return
        person = company.l10n_pl_ksef_receiver_id
        if not person or journal.activity_search([ACTIVITY]):
            return
        told = self.with_context(lang=self._language_of(company))
        journal.activity_schedule(
            ACTIVITY,
            user_id=person.id,
            summary=told.env._("Documents from KSeF need somebody"),
            note=told.env._(
                "Of some documents that came from KSeF no bill could be made. Open Invoicing, "
                "Vendors, KSeF, Received from KSeF: each says what is wrong and what can be done."
            ),
        )
