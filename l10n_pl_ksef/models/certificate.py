import base64
import logging
import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import NO_ACCESS

from ..ksef import certificates
from ..ksef.errors import CertificateProblem
from .credential import REMINDERS
from .explanations import explain
from .moments import naive_utc, utc_now
from .vault import VaultError

_logger = logging.getLogger(__name__)

PURPOSES = [("authentication", "Authentication"), ("offline", "Offline")]
FIELD_OF_PURPOSE = {
    "authentication": "l10n_pl_ksef_auth_certificate_id",
    "offline": "l10n_pl_ksef_offline_certificate_id",
}
KEY_PURPOSE = "certificate-key"
# KSeF recommends renewing two months ahead.
ENDS_SOON = timedelta(days=max(REMINDERS))
COMMON_NAME = re.compile(r"(?:^|[,+])CN=((?:\\.|[^,+\\])*)")  # as RFC 4514 writes it


class KsefCertificate(models.Model):
    """A KSeF certificate of one company, with its private key in the encrypted store."""

    _name = "l10n_pl_ksef.certificate"
    _description = "KSeF certificate"
    _inherit = ["l10n_pl_ksef.credential"]
    _order = "valid_to desc, id desc"
    _rec_name = "subject"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    purpose = fields.Selection(PURPOSES, required=True, readonly=True)
    subject = fields.Char(required=True, readonly=True)
    issuer = fields.Char(readonly=True)
    serial = fields.Char(
        string="Serial Number", required=True, readonly=True, index=True, help="As KSeF shows it."
    )
    nip = fields.Char(string="NIP in the Certificate", readonly=True)
    names_person = fields.Boolean(string="Names a Person", readonly=True)
    valid_from = fields.Datetime(required=True, readonly=True)
    valid_to = fields.Datetime(string="Valid Until", required=True, readonly=True)
    self_signed = fields.Boolean(readonly=True)
    fingerprint = fields.Char(
        string="SHA-256 Fingerprint", required=True, readonly=True, copy=False
    )
    certificate = fields.Binary(
        string="Certificate (DER)", required=True, readonly=True, attachment=False, copy=False
    )
    private_key_sealed = fields.Char(
        string="Private Key (encrypted)", groups=NO_ACCESS, prefetch=False, copy=False
    )
    has_key = fields.Boolean(string="Private Key Kept", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("valid", "Valid"),
            ("ends_soon", "Ends soon"),
            ("not_yet_valid", "Not valid yet"),
            ("expired", "Expired"),
            ("no_key", "Key removed"),
        ],
        compute="_compute_state",
    )
    in_use = fields.Boolean(compute="_compute_in_use")
    hint = fields.Char(compute="_compute_hint")

    _one_per_company = models.UniqueIndex("(company_id, purpose, fingerprint)")

    @api.depends("valid_from", "valid_to", "has_key")
    def _compute_state(self):
        now = fields.Datetime.now()
        for certificate in self:
            certificate.state = certificate._state_at(now)

    def _state_at(self, now):
        self.ensure_one()
        if not self.has_key:
            return "no_key"
        if not self.valid_from or not self.valid_to or now < self.valid_from:
            return "not_yet_valid"
        if now >= self.valid_to:
            return "expired"
        return "ends_soon" if self.valid_to - now < ENDS_SOON else "valid"

    @api.depends(
        "company_id.l10n_pl_ksef_auth_certificate_id",
        "company_id.l10n_pl_ksef_offline_certificate_id",
    )
    def _compute_in_use(self):
        for certificate in self:
            company = certificate.company_id.sudo()
            certificate.in_use = company[FIELD_OF_PURPOSE[certificate.purpose]] == certificate

    @api.depends("nip", "names_person", "company_id.vat")
    def _compute_hint(self):
        for certificate in self:
            certificate.hint = certificate._whose()

    def _whose(self):
        """A remark where the certificate does not name the company itself; False where it does.

        Never a refusal: an accounting office acts for its clients with its own certificate, and
        only KSeF knows who has permissions for whom.
        """
        self.ensure_one()
        company_nip = self.company_id.sudo()._l10n_pl_ksef_nip()
        if self.nip and self.nip != company_nip:
            return self.env._(
                "This certificate belongs to the NIP %(nip)s, not to %(company)s, which is fine "
                "if its holder has permissions for the company in KSeF.",
                nip=self.nip,
                company=self.company_id.sudo().name,
            )
        if self.names_person and not self.nip:
            return self.env._(
                "This certificate belongs to a person. That is fine if the person has "
                "permissions for %(company)s in KSeF.",
                company=self.company_id.sudo().name,
            )
        return False

    @api.depends("subject", "serial")
    def _compute_display_name(self):
        for certificate in self:
            name = certificate._common_name() or certificate.subject
            certificate.display_name = f"{name} ({certificate.serial})"

    def _common_name(self):
        """The readable name within the subject, or an empty text."""
        found = COMMON_NAME.search(self.subject or "")
        return re.sub(r"\\(.)", r"\1", found[1]) if found else ""

    # -- keeping ----------------------------------------------------------------------

    @api.model
    def _import_pair(self, company, purpose, certificate_bytes, key_bytes, password):
        """Check an uploaded pair, keep it and put it to use for ``company``.

        :param company: ``res.company``, one record
        :param str purpose: ``authentication`` or ``offline``
        :param bytes certificate_bytes: the certificate file as KSeF gave it
        :param bytes key_bytes: the private key file
        :param str password: of the key file, if it has one; used here and not kept
        :return: the ``l10n_pl_ksef.certificate``
        :raises UserError: with a sentence that says what is wrong with which file
        """
        company.ensure_one()
        company._l10n_pl_ksef_check_own()
        pair = self._read_pair(company, purpose, certificate_bytes, key_bytes, password)
        certificate = self.sudo()._keep(company, purpose, pair)
        company.sudo()[FIELD_OF_PURPOSE[purpose]] = certificate
        _logger.info(
            "KSeF %s certificate %s is in use for company %s", purpose, pair.info.serial, company.id
        )
        return self.browse(certificate.id)

    def _read_pair(self, company, purpose, certificate_bytes, key_bytes, password):
        environment = company.sudo()._l10n_pl_ksef_environment_object(required=False)
        try:
            return certificates.read_pair(
                certificate_bytes,
                key_bytes,
                password or None,
                purpose=certificates.Purpose(purpose),
                at=utc_now(),
                allow_self_signed=bool(environment and environment.accepts_self_signed),
            )
        except CertificateProblem as problem:
            raise UserError(explain(self.env, problem)) from None

    def _keep(self, company, purpose, pair):
        """Store the pair, its key encrypted; the same certificate again replaces its key."""
        info = pair.info
        known = self.search(
            [
                ("company_id", "=", company.id),
                ("purpose", "=", purpose),
                ("fingerprint", "=", info.fingerprint),
            ]
        )
        key = self.env["l10n_pl_ksef.vault"]._seal(pair.private_key_der(), KEY_PURPOSE)
        secret = {"private_key_sealed": key, "has_key": True}
        if known:
            known.write(secret)
            return known
        return self.create(
            {
                "company_id": company.id,
                "purpose": purpose,
                "subject": info.subject or info.serial,
                "issuer": info.issuer,
                "serial": info.serial,
                "nip": info.nip,
                "names_person": bool(info.pesel),
                "valid_from": naive_utc(info.not_before),
                "valid_to": naive_utc(info.not_after),
                "self_signed": info.self_signed,
                "fingerprint": info.fingerprint,
                "certificate": base64.b64encode(pair.certificate.der),
                **secret,
            }
        )

    def _pair(self):
        """The certificate with its private key, opened: for one signature, never to be kept.

        :rtype: ksef.certificates.Pair
        :raises VaultError: when the key was removed or cannot be opened here
        :raises CertificateProblem: when what was stored cannot be read
        """
        self.ensure_one()
        certificate = self.sudo().with_context(bin_size=False)
        if not certificate.has_key:
            name = certificate.display_name
            raise VaultError(
                self.env,
                lambda env: env._(
                    "The private key of the certificate “%s” was removed from this database. "
                    "Upload the certificate and its key again.",
                    name,
                ),
                "removed",
            )
        key = self.env["l10n_pl_ksef.vault"]._open(certificate.private_key_sealed, KEY_PURPOSE)
        return certificates.Pair.restore(base64.b64decode(certificate.certificate), key)

    def _forget_key(self):
        """Remove the private keys; the certificates stay, for invoices that carry their codes."""
        self.sudo().write({"private_key_sealed": False, "has_key": False})
