"""Having KSeF make a token, and putting it in use once KSeF has it in force."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..ksef.errors import KsefError
from .connection import NotConnected
from .enrolment import CRON
from .explanations import explain
from .transactions import commit_point, isolated

_logger = logging.getLogger(__name__)

# KSeF's words for how a token stands.
PENDING, ACTIVE = "Pending", "Active"
LONGEST_DESCRIPTION = 256
NEXT_LOOK = timedelta(seconds=5)
# By then the schedule's own pace will do.
LOOK_OFTEN = timedelta(minutes=5)


class KsefToken(models.Model):
    _inherit = "l10n_pl_ksef.token"

    @api.model
    def _make(self, company, permissions=("InvoiceRead", "InvoiceWrite"), description=None):
        """Have KSeF make a token for ``company`` and keep it; putting it in use comes after.

        Commits as soon as the token is kept: KSeF tells it only once.

        :param permissions: KSeF's names of them; the login must have them itself
        :param str description: 5 to 256 characters, for KSeF's own list
        :return: the ``l10n_pl_ksef.token``, in sudo mode
        :raises KsefError: what KSeF, or the way to it, said
        :raises UserError: where there is no login by signature
        """
        holder = company._l10n_pl_ksef_administered_holder()
        vault = self.env["l10n_pl_ksef.vault"]
        vault._make_ready()
        text = (description or self.env._("Odoo, %s", holder.name))[:LONGEST_DESCRIPTION]
        made = holder._l10n_pl_ksef_signing_client().make_token(text, permissions)
        sealed = holder._l10n_pl_ksef_sealed_token(made.value)
        token = self.sudo()._note(holder, made.value, sealed)
        token.write({"description": text, "made_here": True})
        commit_point(self.env)
        _logger.info("KSeF token %s was made by user %s", token.reference, self.env.uid)
        return token

    def action_use(self):
        """Log in with this token from now on, as soon as KSeF has it in force."""
        self.ensure_one()
        company = self.company_id
        company._l10n_pl_ksef_check_administrator()
        token = self.sudo()
        if not token.has_secret:
            raise UserError(
                self.env._(
                    "The text of this token is not kept here, so Odoo cannot log in with it. "
                    "Enter it in the KSeF settings, or make another one."
                )
            )
        if token._is_of_another(company.sudo().l10n_pl_ksef_environment):
            raise UserError(
                self.env._(
                    "This token was made for another environment of KSeF. Choose that environment "
                    "in the KSeF settings first, or make a token for the present one."
                )
            )
        token.use_wanted = True
        token._use_once_in_force()
        if token.use_wanted:
            return company._l10n_pl_ksef_notify(
                "success",
                self.env._("KSeF is putting the token in force"),
                self.env._(
                    "Odoo asks again by itself and logs in with the token as soon as KSeF takes "
                    "it. Until then the login used so far stays."
                ),
            )
        if not token.in_use:
            raise UserError(token._sentence_not_in_force())
        return company.action_l10n_pl_ksef_connect()

    def action_remove(self):
        """Take it out of use and forget its text; KSeF is not told."""
        for token in self:
            token.company_id._l10n_pl_ksef_check_administrator()
            token.sudo()._drop()

    def action_ksef_list(self):
        """KSeF's own list of certificates and tokens, beside ours; a button above the list."""
        return self.env["l10n_pl_ksef.certificate"].action_ksef_list()

    def _use_once_in_force(self):
        """Put it in use if KSeF has it in force; else the schedule looks again."""
        self.ensure_one()
        status = self._status_at_ksef()
        if status == ACTIVE:
            self.use_wanted = False
            self._put_in_use()
            _logger.info("KSeF token %s is in use", self.reference)
        elif status in (PENDING, None):
            self._look_again_soon()
        else:
            self.use_wanted = False
            _logger.warning("KSeF token %s is not put in use: %s", self.reference, status)

    def _look_again_soon(self):
        now = fields.Datetime.now()
        if now < self.create_date + LOOK_OFTEN:
            self.env.ref(CRON).sudo()._trigger(at=now + NEXT_LOOK)

    def _status_at_ksef(self):
        """KSeF's word for how it stands; None where that cannot be told now.

        Only whoever made it sees it. What was entered by hand, or is chosen while another token
        logs in, is tried by logging in.
        """
        if not self.reference or not self.made_here:
            return ACTIVE
        try:
            client = self.company_id._l10n_pl_ksef_signing_client()
            return client.token_info(self.reference).status
        except NotConnected:
            return ACTIVE
        except (KsefError, UserError) as error:
            _logger.warning("KSeF token %s: %s", self.reference, explain(self.env, error))
            return None

    def _sentence_not_in_force(self):
        return self.env._(
            "KSeF does not have this token in force: it failed there or was revoked. Make another "
            "one; the login used so far stays."
        )

    @api.model
    def _use_what_is_in_force(self):
        """For the schedule: put in use what people chose and KSeF has in force by now."""
        for token in self.sudo().search([("use_wanted", "=", True)]):
            with isolated(self.env, f"putting the KSeF token {token.reference} in use"):
                token._use_by_itself()
                commit_point(self.env)

    def _use_by_itself(self):
        company = self.company_id
        if self._is_of_another(company.l10n_pl_ksef_environment):
            return
        self._use_once_in_force()
        if self.in_use:
            commit_point(self.env)
            company._l10n_pl_ksef_show_how_it_stands()
