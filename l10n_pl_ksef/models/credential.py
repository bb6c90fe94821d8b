"""What certificates and tokens have in common: they end, and somebody must be told."""

from datetime import timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import fields, models
from odoo.tools import format_date

RENEWAL = "l10n_pl_ksef.mail_activity_type_renewal"
REFUSAL = "l10n_pl_ksef.mail_activity_type_refusal"
# Days before the end at which people are told, once each.
REMINDERS = (7, 30, 60)
WARSAW = ZoneInfo("Europe/Warsaw")


class KsefCredential(models.AbstractModel):
    """A certificate or a token of one company.

    Tells one administrator by one activity, which is renewed rather than repeated.
    """

    _name = "l10n_pl_ksef.credential"
    _description = "KSeF credential"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _mail_post_access = "read"

    reminded_days = fields.Integer(
        readonly=True, copy=False, help="The last reminder was for so many days before the end."
    )

    # -- before the end -----------------------------------------------------------------

    def _last_day(self):
        """The last day, in Warsaw, on which it can be used."""
        raise NotImplementedError

    def _reminder_text(self, env):
        """What the reminder says, in the language of ``env``."""
        raise NotImplementedError

    def _stage(self):
        """Of which reminder it is time: 60, 30 or 7; None where the end is far."""
        today = fields.Datetime.now().replace(tzinfo=timezone.utc).astimezone(WARSAW).date()
        left = (self._last_day() - today).days
        return next((days for days in REMINDERS if left <= days), None)

    def _remind(self, trouble=None):
        """Tell an administrator that the end is near, once for each of the ``REMINDERS``.

        :param str trouble: why it is not renewed by itself, in words
        """
        self.ensure_one()
        stage = self._stage()
        if stage is None or (self.reminded_days and self.reminded_days <= stage):
            return
        person = self._responsible()
        env = self.with_context(lang=person.lang).env
        text = self._reminder_text(env)
        if trouble:
            text = f"{text} {trouble}"
        earlier = [days for days in REMINDERS if days < stage]
        act_by = self._last_day() - timedelta(days=earlier[-1]) if earlier else self._last_day()
        summary = env._("Renew by %s", format_date(env, self._last_day()))
        self._warn(RENEWAL, summary, text, act_by)
        self.reminded_days = stage

    # -- activities ---------------------------------------------------------------------

    def _warn(self, activity_type, summary, text, deadline=None):
        """One activity of this kind: the open one is renewed, where there is one."""
        self.ensure_one()
        record = self.sudo()
        values = {
            "summary": summary,
            "note": text,
            "date_deadline": deadline or fields.Date.context_today(record),
        }
        open_one = record._warnings(activity_type)
        if open_one:
            open_one.write(values)
            return
        person = record._responsible()
        if person:
            record.activity_schedule(activity_type, user_id=person.id, **values)

    def _warnings(self, activity_type):
        kind = self.env.ref(activity_type)
        return self.sudo().activity_ids.filtered(lambda one: one.activity_type_id == kind)

    def _is_settled(self, *activity_types):
        """What the activities warned of is over: take them away."""
        for activity_type in activity_types:
            self._warnings(activity_type).unlink()

    def _responsible(self):
        """Who brought it here, if still an administrator of the company; else the first one."""
        administrators = self.company_id._l10n_pl_ksef_administrators()
        return (administrators & self.sudo().create_uid) or administrators[:1]
