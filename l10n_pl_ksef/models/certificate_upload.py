"""What an uploaded certificate is, said before and while it is put to use."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..ksef import certificates, environments
from ..ksef.calendar import warsaw_day
from ..ksef.errors import CertificateProblem, Problem
from .certificate import FIELD_OF_PURPOSE
from .explanations import explain
from .moments import utc_now

OTHER_PURPOSE = {"authentication": "offline", "offline": "authentication"}
# A file with both, such as PKCS#12, shows its certificate only with the password.
NEEDS_MORE = (Problem.KEY_GIVEN_AS_CERTIFICATE, Problem.NO_KEY_FILE, Problem.PASSWORD_MISSING)


class KsefCertificate(models.Model):
    _inherit = "l10n_pl_ksef.certificate"

    @api.model
    def _describe_upload(
        self, company, purpose, certificate_bytes, key_bytes, password, *, environment
    ):
        """Whose certificate the chosen file holds and until when it is valid, in words.

        Nothing is stored. What is not chosen yet is not complained about.

        :param str environment: code of the environment it is meant for, or False
        :return: sentences, or False where the file does not tell without what is still missing
        :raises UserError: with a sentence that says what is wrong with which file
        """
        self._refuse_same(company, purpose, certificate_bytes)
        try:
            checks = self._checks(company, purpose, environment)
            info = self._look_into(certificate_bytes, key_bytes, password, checks)
        except CertificateProblem as problem:
            if problem.problem in NEEDS_MORE and not (key_bytes and password):
                return False
            raise UserError(explain(self.env, problem)) from None
        return self._sentences_about(company, info)

    def _checks(self, company, purpose, environment):
        simulator_url = company._l10n_pl_ksef_simulator_url()
        found = environment and environments.environment(environment, simulator_url)
        return {
            "purpose": certificates.Purpose(purpose),
            "at": utc_now(),
            "allow_self_signed": bool(found and found.accepts_self_signed),
        }

    def _look_into(self, certificate_bytes, key_bytes, password, checks):
        if key_bytes and password:
            return certificates.read_pair(certificate_bytes, key_bytes, password, **checks).info
        info = certificates.read_certificate(certificate_bytes)
        certificates.check_certificate(info, **checks)
        return info

    def _sentences_about(self, company, info):
        certificate = self.new(
            {
                "company_id": company.id,
                "subject": info.subject or info.serial,
                "nip": info.nip,
                "names_person": bool(info.pesel),
            }
        )
        description = self.env._(
            "Certificate of %(name)s, valid until %(day)s.",
            name=certificate._common_name() or certificate.subject,
            day=format_date(self.env, warsaw_day(info.not_after)),
        )
        hint = certificate._whose()
        return f"{description} {hint}" if hint else description

    def _read_pair(self, company, purpose, certificate_bytes, key_bytes, password):
        self._refuse_same(company, purpose, certificate_bytes)
        return super()._read_pair(company, purpose, certificate_bytes, key_bytes, password)

    def _refuse_same(self, company, purpose, certificate_bytes):
        """:raises UserError: where the company uses this very certificate for the other purpose"""
        other = company.sudo()[FIELD_OF_PURPOSE[OTHER_PURPOSE[purpose]]]
        try:
            fingerprint = certificates.read_certificate(certificate_bytes).fingerprint
        except CertificateProblem:
            return  # what is wrong with it is said by whoever reads it together with its key
        if not other or other.fingerprint != fingerprint:
            return
        if purpose == "offline":
            raise UserError(
                self.env._(
                    "Both pairs are the same: %(company)s already logs in with this certificate. "
                    "Invoices issued offline need a second certificate from KSeF, of type "
                    "Offline. Choose that one.",
                    company=company.name,
                )
            )
        raise UserError(
            self.env._(
                "Both pairs are the same: %(company)s already uses this certificate for invoices "
                "issued offline. Logging in needs another certificate from KSeF, of type "
                "Authentication. Choose that one.",
                company=company.name,
            )
        )
