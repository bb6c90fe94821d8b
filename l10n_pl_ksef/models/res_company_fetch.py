"""Fetching from KSeF: what a company sets for it, what people ask for, and the schedule."""

import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.http import request
from odoo.tools import format_datetime

from .connection import TIMEOUT_KEY
from .explanations import WARSAW, explain
from .fetch_cursor import PERSON_SECONDS, PERSON_TIMEOUT, _is_over
from .received_understand import CRON_UNDERSTAND
from .throttle import RECEIVING
from .transactions import commit_point, isolated

CRON_FETCH = "l10n_pl_ksef.cron_fetch"
# Workers are ended after two minutes: stop well before, and come back.
RUN_SECONDS = 40

OTHER_ROLES = [
    ("off", "Not fetched"),
    ("keep", "Only kept, to look at"),
    ("bill", "Made into draft bills"),
]


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_pl_ksef_fetch_from = fields.Date(
        string="Fetch from KSeF since",
        help="Documents that KSeF stored before this day are not fetched. An earlier day later on "
        "fetches what is missing; nothing comes in twice.",
    )
    l10n_pl_ksef_fetch_subject1 = fields.Selection(
        [
            ("off", "Not fetched"),
            ("link", "Linked to the invoices here; others are only kept"),
            ("invoice", "Linked to the invoices here; others become draft invoices"),
        ],
        string="Own Sales from KSeF",
        default="off",
        required=True,
        help="What becomes of the sales of the company that KSeF holds, also those that were "
        "issued with another program.",
    )
    l10n_pl_ksef_fetch_subject3 = fields.Selection(
        OTHER_ROLES,
        string="As Third Party",
        default="off",
        required=True,
        help="Documents in which the company is neither seller nor buyer, such as a factor or the "
        "recipient within a group.",
    )
    l10n_pl_ksef_fetch_authorised = fields.Selection(
        OTHER_ROLES,
        string="As Authorised Party",
        default="off",
        required=True,
        help="Documents in which the company is a tax representative or an enforcement authority.",
    )
    l10n_pl_ksef_receiver_id = fields.Many2one(
        "res.users",
        string="Responsible for Documents from KSeF",
        help="Gets one activity when documents need somebody. Empty: the dashboard alone tells.",
    )
    l10n_pl_ksef_fetch_message = fields.Text(
        string="Fetching from KSeF stands at", compute="_compute_l10n_pl_ksef_fetch_message"
    )

    @api.depends_context("lang")
    @api.depends("l10n_pl_ksef_environment", "l10n_pl_ksef_fetch_mode")
    def _compute_l10n_pl_ksef_fetch_message(self):
        cursors = self.env["l10n_pl_ksef.cursor"].sudo()
        for company in self:
            own = cursors.search(
                [
                    ("company_id", "=", company.id),
                    ("environment", "=", company.l10n_pl_ksef_environment),
                    ("role", "in", company._l10n_pl_ksef_fetched_roles()),
                ]
            )
            company.l10n_pl_ksef_fetch_message = "\n".join(map(self._l10n_pl_ksef_tell_cursor, own))

    def _l10n_pl_ksef_tell_cursor(self, cursor):
        role = dict(cursor._fields["role"]._description_selection(self.env))[cursor.role]
        told = self.env._(
            "%(role)s: complete up to %(moment)s.",
            role=role,
            moment=format_datetime(self.env, cursor.complete_until, tz=WARSAW, dt_format="short"),
        )
        return f"{told} {cursor.problem}" if cursor.problem else told

    @api.constrains("l10n_pl_ksef_fetch_from")
    def _check_l10n_pl_ksef_fetch_from(self):
        for company in self:
            day = company.l10n_pl_ksef_fetch_from
            if day and day > _today_in_warsaw():
                raise ValidationError(
                    self.env._(
                        "Documents cannot be fetched from a day that is still to come. Choose "
                        "today or an earlier day."
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if vals.get("l10n_pl_ksef_fetch_from"):
            for company in self:
                self.env["l10n_pl_ksef.cursor"].sudo().search(
                    [("company_id", "=", company.id)]
                )._start_from(company.l10n_pl_ksef_fetch_from)
        return result

    def _l10n_pl_ksef_fetched_roles(self):
        self.ensure_one()
        company = self.sudo()
        wanted = {
            "subject2": True,
            "subject1": company.l10n_pl_ksef_fetch_subject1 not in (False, "off"),
            "subject3": company.l10n_pl_ksef_fetch_subject3 not in (False, "off"),
            "authorised": company.l10n_pl_ksef_fetch_authorised not in (False, "off"),
        }
        return [role for role, is_wanted in wanted.items() if is_wanted]

    def _l10n_pl_ksef_fetch_start(self):
        """The first day to fetch; today where nobody said."""
        today = _today_in_warsaw()
        return min(self.l10n_pl_ksef_fetch_from or self.l10n_pl_ksef_go_live_date or today, today)

    def _l10n_pl_ksef_forget_secrets(self):
        result = super()._l10n_pl_ksef_forget_secrets()
        self.env["l10n_pl_ksef.export"].sudo().search(
            [("company_id", "=", self.id), ("key_sealed", "!=", False)]
        )._forget_key()
        return result

    def _l10n_pl_ksef_close_other_environments(self):
        exports = (
            self.env["l10n_pl_ksef.export"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.id),
                    ("environment", "!=", self.sudo().l10n_pl_ksef_environment),
                    ("key_sealed", "!=", False),
                ]
            )
        )
        exports._forget_key()
        return super()._l10n_pl_ksef_close_other_environments() or bool(exports)

    # -- asked for by a person ----------------------------------------------------------

    def action_l10n_pl_ksef_fetch(self):
        """Fetch now what KSeF has for these companies, and say what came.

        Works on several companies; a branch stands for the one whose connection it uses. One
        company's trouble does not stop the others.
        """
        self._l10n_pl_ksef_check_may_fetch()
        lines, trouble = [], False
        self = self.with_context(**{TIMEOUT_KEY: PERSON_TIMEOUT})
        roots = self.browse()
        until = time.monotonic() + PERSON_SECONDS if request else None
        for company in self:
            root = company._l10n_pl_ksef_root()
            if root and root in roots:
                continue
            roots |= root
            try:
                told, wrong = company._l10n_pl_ksef_fetch_now(root, until)
            except UserError as error:  # not connected, a neutralized copy
                if len(self) == 1:
                    raise
                told, wrong = explain(self.env, error), True
            trouble = trouble or wrong
            several = len(self) > 1
            lines.append(f"{company.name}: {told}" if several else told)
        return self._l10n_pl_ksef_notify(
            "warning" if trouble else "success",
            self.env._("Fetching from KSeF"),
            "\n".join(lines),
        )

    @api.model
    def action_l10n_pl_ksef_fetch_all(self):
        """Fetch for the companies that the person works with now, as far as they use KSeF."""
        connected = self.env.companies.filtered(lambda company: company._l10n_pl_ksef_root())
        return (connected or self.env.company).action_l10n_pl_ksef_fetch()

    def _l10n_pl_ksef_check_may_fetch(self):
        if not self.env.su and not self.env.user.has_group("account.group_account_invoice"):
            raise UserError(
                self.env._(
                    "Only people who work with invoices may fetch them from KSeF. Ask a colleague."
                )
            )
        if not self.env.su and self - self.env.user.company_ids:
            raise UserError(
                self.env._("You may fetch documents from KSeF for your own companies only.")
            )

    def _l10n_pl_ksef_fetch_now(self, root, until):
        """Fetch for one connection while a person waits.

        :return: what to say, and whether it is about trouble
        """
        self.ensure_one()
        if not root:
            raise self._l10n_pl_ksef_not_connected()
        self.env["l10n_pl_ksef.vault"]._refuse_neutralized()
        if root.l10n_pl_ksef_fetch_mode == "off":
            raise UserError(
                self.env._(
                    "Fetching from KSeF is switched off for %s. An administrator can change this "
                    "in the KSeF settings.",
                    root.name,
                )
            )
        received = self.env["l10n_pl_ksef.received"].sudo()
        last = received.search([], order="id desc", limit=1).id or 0
        cursors = self.env["l10n_pl_ksef.cursor"].sudo()._of(root)
        cursors.write({"wanted": True})
        commit_point(self.env)
        for cursor in cursors:
            cursor._work(until, asked=True)
        received._understand_waiting(until, companies=root)
        received._tell_of_attention(root)
        commit_point(self.env)
        self.env.ref(CRON_UNDERSTAND).sudo()._trigger()
        if any(cursor._is_unfinished() for cursor in cursors):
            self.env.ref(CRON_FETCH).sudo()._trigger()
        came = received.search([("id", ">", last), ("company_id", "=", root.id)])
        return self._l10n_pl_ksef_tell_what_came(cursors, came)

    def _l10n_pl_ksef_tell_what_came(self, cursors, came):
        _ = self.env._
        sentences = []
        if came:
            by_state = {state: len(some) for state, some in came.grouped("state").items()}
            names = dict(came._fields["state"]._description_selection(self.env))
            parts = [f"{names[state]}: {count}" for state, count in by_state.items()]
            sentences.append(
                _("New documents: %(count)s (%(parts)s).", count=len(came), parts=", ".join(parts))
            )
        unfinished = any(cursor._is_unfinished() for cursor in cursors)
        problems = [cursor.problem for cursor in cursors if cursor.problem]
        if unfinished and not problems:
            sentences.append(
                _("More is on its way and comes in by itself within the next minutes.")
            )
        elif not came and not problems:
            sentences.append(_("Nothing new."))
        return " ".join([*sentences, *dict.fromkeys(problems)]), bool(problems)

    # -- the schedule ---------------------------------------------------------------------

    @api.model
    def _cron_l10n_pl_ksef_fetch(self):
        """Fetch what is due, for one connection after the other."""
        until = time.monotonic() + RUN_SECONDS
        cursors = self.env["l10n_pl_ksef.cursor"].sudo()
        mine = cursors.browse()
        for company in self.sudo()._l10n_pl_ksef_connected_companies():
            if company.l10n_pl_ksef_fetch_mode == "off":
                continue
            with isolated(self.env, f"fetching documents of {company.name}"):
                due = cursors._of(company)
                if company.l10n_pl_ksef_fetch_mode != "automatic":
                    due = due.filtered(lambda cursor: cursor._is_unfinished())
                mine |= due
        # Whoever waited longest comes first, so that one company's many documents starve nobody.
        for cursor in mine.sorted(lambda cursor: (cursor.last_look or datetime.min, cursor.id)):
            if _is_over(until):
                break
            with isolated(self.env, f"fetching documents of {cursor.company_id.name}"):
                cursor._work(until)
        self.env.ref(CRON_UNDERSTAND).sudo()._trigger()
        self._l10n_pl_ksef_come_back(mine)

    @api.model
    def _l10n_pl_ksef_come_back(self, cursors):
        """Wake the schedule when the next of these can go on."""
        pauses = self.env["l10n_pl_ksef.throttle"]
        moments = []
        for cursor in cursors.exists():
            at = cursor._next_moment()
            if at:
                resting = pauses._resting_until(cursor.company_id, RECEIVING)
                moments.append(max(filter(None, (at, cursor.rest_until, resting))))
        if moments:
            soon = fields.Datetime.now() + timedelta(seconds=1)
            self.env.ref(CRON_FETCH).sudo()._trigger(at=max(soon, min(moments)))


def _today_in_warsaw():
    return datetime.now(ZoneInfo(WARSAW)).date()
