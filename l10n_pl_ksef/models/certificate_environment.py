"""For which KSeF a pair is good: what was issued by one environment is worth nothing in another."""

from odoo import api, fields, models

from .certificate import FIELD_OF_PURPOSE

SEPARATOR = ", "


class KsefCertificate(models.Model):
    _inherit = "l10n_pl_ksef.certificate"

    environments = fields.Char(
        string="KSeF Environments",
        readonly=True,
        copy=False,
        help="The environments that it was uploaded or issued for, or that took it for a login. A "
        "qualified seal may serve several; a certificate of KSeF only the one that issued it.",
    )

    environment_names = fields.Char(
        string="Environments of KSeF", compute="_compute_environment_names"
    )

    @api.depends("environments")
    def _compute_environment_names(self):
        names = dict(self.env["res.company"]._l10n_pl_ksef_selection_environment())
        for certificate in self:
            codes = sorted(certificate._environment_codes())
            certificate.environment_names = SEPARATOR.join(names.get(code, code) for code in codes)

    def _environment_codes(self):
        """The codes of the environments it is known to serve; empty where that is not known."""
        self.ensure_one()
        return set((self.environments or "").split(SEPARATOR)) - {""}

    def _is_known_for(self, code):
        """True where it was uploaded, issued or used for that environment."""
        return code in self._environment_codes()

    def _is_of_another(self, code):
        """True where it is known for other environments only."""
        codes = self._environment_codes()
        return bool(codes) and code not in codes

    def _note_environment(self, code):
        """Remember that it serves the environment ``code``, besides those known before."""
        for certificate in self.sudo():
            codes = certificate._environment_codes()
            if code and code not in codes:
                certificate.environments = SEPARATOR.join(sorted(codes | {code}))

    def _keep(self, company, purpose, pair):
        certificate = super()._keep(company, purpose, pair)
        certificate._note_environment(company.sudo().l10n_pl_ksef_environment)
        return certificate

    @api.depends("environments", "company_id.l10n_pl_ksef_environment")
    def _compute_hint(self):
        return super()._compute_hint()

    def _whose(self):
        code = self.company_id.sudo().l10n_pl_ksef_environment
        hints = [super()._whose()]
        if code and self._is_of_another(code):
            hints.append(
                self.env._(
                    "It is for another environment of KSeF (%s) than the one chosen now.",
                    self.environment_names,
                )
            )
        return " ".join(hint for hint in hints if hint) or False

    @api.model
    def _learn_environments(self):
        """Find out about pairs that were kept before this was remembered.

        They are known by the request that brought them, by the login made with them, or by being
        in use now. What nothing of this tells about stays unknown.
        """
        for certificate in self.sudo().search([("environments", "=", False)]):
            for code in certificate._traces():
                certificate._note_environment(code)

    def _traces(self):
        company = self.company_id
        requests = self.env["l10n_pl_ksef.enrolment"].search([("certificate_id", "=", self.id)])
        yield from requests.mapped("environment")
        if self.purpose == "authentication":
            used = company._l10n_pl_ksef_logins_with("certificate", self.fingerprint)
            yield from used.mapped("environment")
        if self.in_use:
            yield company.l10n_pl_ksef_environment


class ResCompany(models.Model):
    _inherit = "res.company"

    def write(self, vals):
        """Another environment is chosen: whatever was kept for it is in use again."""
        result = super().write(vals)
        if vals.get("l10n_pl_ksef_environment"):
            for company in self.sudo():
                company._l10n_pl_ksef_take_up_pairs()
        return result

    def _l10n_pl_ksef_take_up_pairs(self):
        code = self.l10n_pl_ksef_environment
        for purpose, name in FIELD_OF_PURPOSE.items():
            pair = self[name]
            if not pair or pair._is_known_for(code):
                continue
            if not pair._environment_codes():  # uploaded before any environment was chosen
                pair._note_environment(code)
                continue
            kept = self.env["l10n_pl_ksef.certificate"].search(
                [
                    ("company_id", "=", self.id),
                    ("purpose", "=", purpose),
                    ("has_key", "=", True),
                    ("valid_to", ">", fields.Datetime.now()),
                ]
            )
            self[name] = kept.filtered(lambda one: one._is_known_for(code))[:1] or pair
