"""Asking KSeF for a certificate: the request, safe against lost answers and double clicks."""

import logging
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import NO_ACCESS

from ..ksef.certificates import Purpose
from ..ksef.csr import signing_request
from ..ksef.errors import KsefError
from .certificate import PURPOSES
from .explanations import explain
from .login_tokens import NO_PENDING_LOGIN
from .transactions import commit_point

_logger = logging.getLogger(__name__)

ENROLMENT_KEY_PURPOSE = "enrolment-key"
CRON = "l10n_pl_ksef.cron_enrolments"
UNDER_WAY = ("sending", "requested", "in_doubt", "trying")
# A process that died while it handed a request over is not waited for any longer.
LEASE = timedelta(minutes=5)
FIRST_LOOK = timedelta(seconds=3)


class KsefEnrolment(models.Model):
    """One request for a certificate.

    ::

        sending ──► requested ──► (trying ──►) issued
           │            └────────────────────► failed
           └─ answer lost ─► in_doubt ──► (trying ──►) issued | failed   (by KSeF's own list)

    An authentication certificate that was fetched is tried before it is used: ``trying`` lasts
    while KSeF checks that login.

    A request uses the quota up, so it is never repeated blindly: its name is unique, and what
    KSeF issued under that name for the key that is kept here is ours.
    """

    _name = "l10n_pl_ksef.enrolment"
    _description = "KSeF certificate request"
    _inherit = ["l10n_pl_ksef.pending_login"]
    _token_kind = "trial-"
    _order = "id desc"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    environment = fields.Char(required=True, readonly=True)
    purpose = fields.Selection(PURPOSES, required=True, readonly=True)
    name = fields.Char(required=True, readonly=True, help="As KSeF's own list shows it.")
    state = fields.Selection(
        [
            ("sending", "Being sent"),
            ("requested", "Requested"),
            ("in_doubt", "Being looked for"),
            ("trying", "Being tried"),
            ("issued", "Issued"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        default="sending",
        index=True,
    )
    reference = fields.Char(readonly=True)
    key_sealed = fields.Char(
        string="Private Key (encrypted)", groups=NO_ACCESS, prefetch=False, copy=False
    )
    certificate_id = fields.Many2one("l10n_pl_ksef.certificate", readonly=True)
    message = fields.Text(readonly=True)
    requested_at = fields.Datetime(readonly=True, default=fields.Datetime.now)
    lease_until = fields.Datetime(readonly=True)
    next_step_at = fields.Datetime(readonly=True)
    looks = fields.Integer(
        string="Status Checks", readonly=True, help="How often KSeF was asked in vain."
    )

    @api.model
    def _request(self, company, purpose, name=None):
        """Ask KSeF for a certificate; it is fetched and put in use by the schedule.

        Commits before the request leaves. Once it left nothing is raised any more: ``state`` and
        ``message`` of what is returned tell. A request that is under way is returned, not
        repeated.

        :param company: ``res.company``, one record
        :param str purpose: ``authentication`` or ``offline``
        :param str name: for KSeF's own list, 5 to 70 letters, digits, spaces and hyphens
        :return: the ``l10n_pl_ksef.enrolment``, in sudo mode
        :raises UserError: with a sentence, when there is nothing to ask with or no quota left
        """
        company.ensure_one()
        holder = company._l10n_pl_ksef_administered_holder()
        enrolments = self.sudo()
        under_way = enrolments._under_way(holder).filtered(lambda one: one.purpose == purpose)
        if under_way:
            return under_way[0]
        try:
            client = holder._l10n_pl_ksef_signing_client()
            enrolments._check_quota(client.certificate_quota())
            request = signing_request(client.enrolment_data())
        except KsefError as error:
            raise UserError(explain(self.env, error)) from error
        enrolment = enrolments._keep(holder, purpose, name, request)
        commit_point(self.env)
        enrolment._hand_over(client, request)
        commit_point(self.env)
        return enrolment

    @api.model
    def _under_way(self, company):
        return self.search(
            [
                ("company_id", "=", company.id),
                ("environment", "=", company.l10n_pl_ksef_environment),
                ("state", "in", UNDER_WAY),
            ]
        )

    @api.model
    def _check_quota(self, quota):
        """:raises UserError: with a sentence that says which quota is used up"""
        if quota.can_request:
            return
        _ = self.env._
        if not quota.requests:
            raise UserError(
                _(
                    "KSeF gives no more certificates, because all %(limit)s requests it allows "
                    "for this holder are used up. Use a certificate that was issued already, or "
                    "log in with the company's own seal, which has a larger quota.",
                    limit=quota.requests_limit,
                )
            )
        if not quota.certificates:
            raise UserError(
                _(
                    "KSeF gives no more certificates, because its holder has %(limit)s valid ones "
                    "already, as many as allowed. Revoke one that is not needed any more, then "
                    "try again.",
                    limit=quota.certificates_limit,
                )
            )
        raise UserError(
            _(
                "KSeF gives no certificate after this login. Log in with a signature: an "
                "authentication certificate, your Trusted Profile or a qualified signature."
            )
        )

    def _keep(self, company, purpose, name, request):
        """Write the intent down: key and unique name, before anything leaves."""
        sealed = self.env["l10n_pl_ksef.vault"]._seal(
            request.private_key_der(), ENROLMENT_KEY_PURPOSE
        )
        today = fields.Date.context_today(self).isoformat()
        return self.create(
            {
                "company_id": company.id,
                "environment": company.l10n_pl_ksef_environment,
                "purpose": purpose,
                "name": f"{name or f'Odoo {purpose}'} {today} {secrets.token_hex(4)}",
                "key_sealed": sealed,
                "lease_until": fields.Datetime.now() + LEASE,
            }
        )

    def _hand_over(self, client, request):
        try:
            reference = client.request_certificate(self.name, Purpose(self.purpose), request.der)
        except KsefError as error:
            if error.may_have_acted:
                self._note("in_doubt", error)
            else:
                self._fail(explain(self._in_readers_language().env, error))
            _logger.warning("KSeF certificate request %s: %s", self.name, error)
        else:
            self.write({"state": "requested", "reference": reference})
            _logger.info("KSeF certificate request %s: %s", self.name, reference)
        if self.state in UNDER_WAY:
            self.write({"lease_until": False, "next_step_at": fields.Datetime.now() + FIRST_LOOK})
            self.env.ref(CRON).sudo()._trigger(at=self.next_step_at)

    def _note(self, state, error):
        self.write({"state": state, "message": explain(self._in_readers_language().env, error)})

    def _fail(self, message):
        """It will come to nothing: say why, forget the key."""
        self.write(
            {
                "state": "failed",
                "message": message,
                "key_sealed": False,
                **NO_PENDING_LOGIN,
                "lease_until": False,
                "next_step_at": False,
            }
        )

    def _forget_key(self):
        """The company was disconnected: what is under way comes to nothing."""
        for enrolment in self.filtered(lambda one: one.state in UNDER_WAY):
            enrolment._fail(
                enrolment._in_readers_language().env._(
                    "The company was disconnected from KSeF before the certificate was in use."
                )
            )

    def _in_readers_language(self):
        lang = self.env.context.get("lang") or self.company_id.partner_id.lang
        return self.with_context(lang=lang)
