"""Certificates end after two years: in time a new one is requested, or somebody is told."""

import logging
from datetime import timedelta, timezone

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..ksef.calendar import warsaw_day
from .certificate import FIELD_OF_PURPOSE
from .credential import REFUSAL, RENEWAL
from .enrolment import UNDER_WAY
from .transactions import commit_point, isolated

_logger = logging.getLogger(__name__)

# A request uses the quota up, also one that KSeF refuses.
PAUSE_AFTER_FAILURE = timedelta(days=7)


class KsefCertificate(models.Model):
    _inherit = "l10n_pl_ksef.certificate"

    def _last_day(self):
        return warsaw_day(self.valid_to.replace(tzinfo=timezone.utc))

    def _reminder_text(self, env):
        if self.purpose == "offline":
            return env._(
                "The KSeF certificate for invoices issued offline of %(company)s ends soon. Get a "
                "new one in the KSeF settings; without it no invoice can be issued while KSeF is "
                "unavailable.",
                company=self.company_id.name,
            )
        return env._(
            "The KSeF certificate that %(company)s logs in with ends soon. Get a new one in the "
            "KSeF settings; without it no invoice can be sent.",
            company=self.company_id.name,
        )

    def _look_after(self):
        """Daily: near the end request the successor, or tell an administrator."""
        self.ensure_one()
        if self._stage() is None:
            return
        if not self.company_id.l10n_pl_ksef_automatic_certificates:
            self._remind()
            return
        trouble = self._renew()
        if trouble:
            self._remind(trouble)

    def _renew(self):
        """Request the successor. Why that is not possible, in words, or None."""
        requests = self.env["l10n_pl_ksef.enrolment"]
        lately = requests.search(
            [
                ("company_id", "=", self.company_id.id),
                ("environment", "=", self.company_id.l10n_pl_ksef_environment),
                ("purpose", "=", self.purpose),
                ("requested_at", ">", fields.Datetime.now() - PAUSE_AFTER_FAILURE),
            ],
            limit=1,
        )
        if not lately:
            try:
                reader = self.with_context(lang=self._responsible().lang)
                lately = reader.env[requests._name]._request(reader.company_id, self.purpose)
            except UserError as error:
                _logger.warning("The successor of %s: %s", self.serial, error.args[0])
                return str(error.args[0])
        return None if lately.state in UNDER_WAY else lately.message


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model
    def _cron_l10n_pl_ksef_renewals(self):
        """Daily: look after the certificates and tokens in use."""
        for company in self._l10n_pl_ksef_certificate_companies():
            with isolated(self.env, f"looking after the credentials of {company.name}"):
                company._l10n_pl_ksef_keep_production_alone()
                for credential in company._l10n_pl_ksef_credentials_in_use():
                    credential._look_after()
                    commit_point(self.env)

    def _l10n_pl_ksef_credentials_in_use(self):
        """Certificates and token that the company works with, as a list of records."""
        company = self.sudo()
        found = [company.l10n_pl_ksef_offline_certificate_id, company._l10n_pl_ksef_credential()]
        return [record for record in found if record]

    def _l10n_pl_ksef_credential(self):
        """The certificate or token that the company logs in with; an empty record without."""
        company = self.sudo()
        if company.l10n_pl_ksef_auth_method == "token":
            return company.l10n_pl_ksef_token_id
        return company.l10n_pl_ksef_auth_certificate_id

    def write(self, vals):
        """What is replaced needs nobody any more."""
        names = {*FIELD_OF_PURPOSE.values(), "l10n_pl_ksef_token_id", "l10n_pl_ksef_auth_method"}
        if not names & set(vals):
            return super().write(vals)
        before = [one for company in self for one in company._l10n_pl_ksef_credentials_in_use()]
        result = super().write(vals)
        after = [one for company in self for one in company._l10n_pl_ksef_credentials_in_use()]
        for credential in before:
            if credential not in after:
                credential._is_settled(RENEWAL, REFUSAL)
        return result
