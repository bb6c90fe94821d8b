"""How far fetching has come: one cursor for each connection and role.

A cursor moves in the same commit as the last document before it is stored, or is written down as
announced; so whatever happens to the process, what lies behind the cursor is here.
"""

import logging
import time
from contextlib import contextmanager
from datetime import timedelta

from odoo import api, fields, models, modules
from odoo.exceptions import UserError

from ..ksef.errors import (
    BadRequest,
    Forbidden,
    KsefError,
    LoginExpired,
    ServerError,
    TooManyRequests,
    Unreachable,
)
from ..ksef.fetching import (
    Position,
    Window,
    first_position,
    is_caught_up,
    is_stuck,
    position_after,
    window_from,
)
from .explanations import SpokenError, explain
from .login import utc_now
from .received import ROLES
from .received_understand import LOST_RACES
from .throttle import RECEIVING
from .transactions import commit_point, roll_back

_logger = logging.getLogger(__name__)

SUBJECTS = {
    "subject1": "Subject1",
    "subject2": "Subject2",
    "subject3": "Subject3",
    "authorised": "SubjectAuthorized",
}
# KSeF asks not to look more often by schedule, for one role.
BETWEEN_LOOKS = timedelta(minutes=15)
# So many new documents are fetched one by one: a package takes two calls and a wait, and of those
# only 20 are allowed in an hour; single documents are, 64 of them and eight in a second.
FEW = 8
# So many packages of one window may be unreadable before its documents are fetched one by one.
PACKAGE_TRIES = 3
TROUBLE_STEPS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60)]
WITHOUT_PERMISSION = timedelta(hours=1)
# A process that waits for a package anyway stays so long.
PATIENCE = 3.0
# A person waits so long for what was asked for, and so long for each answer of KSeF (seconds);
# the schedule does the rest.
PERSON_SECONDS = 20
PERSON_TIMEOUT = 10.0
NOTHING_NEW = 21183
# The first of the two numbers of PostgreSQL's advisory locks; the second is the cursor.
LOCK_SPACE = 0x6B736566


class KsefCursor(models.Model):
    _name = "l10n_pl_ksef.cursor"
    _description = "How far documents were fetched from KSeF"
    _rec_name = "role"
    _order = "company_id, id"

    company_id = fields.Many2one(
        "res.company", string="Connection", required=True, readonly=True, ondelete="cascade"
    )
    environment = fields.Char(required=True, readonly=True)
    role = fields.Selection(ROLES, required=True, readonly=True)
    position = fields.Char(
        required=True,
        readonly=True,
        help="Everything KSeF stored before this moment is here. As KSeF wrote it.",
    )
    complete_until = fields.Datetime(compute="_compute_complete_until")
    wanted = fields.Boolean(
        readonly=True, help="Somebody asked for it, or the last answer was not the whole of it."
    )
    last_look = fields.Datetime(readonly=True, help="When nothing more was to be had.")
    next_look = fields.Datetime(readonly=True, help="The schedule does not look before.")
    rest_until = fields.Datetime(readonly=True, help="After a failure nothing is tried before.")
    failures = fields.Integer(readonly=True, help="In a row; the rest grows with them.")
    package_failures = fields.Integer(
        readonly=True, help="How many packages of the present window could not be read."
    )
    problem = fields.Text(readonly=True)
    export_ids = fields.One2many("l10n_pl_ksef.export", "cursor_id", readonly=True)

    _one_per_role = models.Constraint(
        "UNIQUE(company_id, environment, role)", "There is already a cursor for this role."
    )

    @api.depends("position")
    def _compute_complete_until(self):
        for cursor in self:
            moment = cursor.position and Position(cursor.position).moment
            cursor.complete_until = moment and moment.replace(tzinfo=None, microsecond=0)

    @api.model
    def _of(self, company):
        """The cursors of the roles that this connection fetches; made where there are none."""
        roles = company._l10n_pl_ksef_fetched_roles()
        start = first_position(company._l10n_pl_ksef_fetch_start())
        self.flush_model()
        for role in roles:
            self.env.cr.execute(
                """
                INSERT INTO l10n_pl_ksef_cursor
                            (company_id, environment, role, position, failures, package_failures)
                     VALUES (%s, %s, %s, %s, 0, 0)
                ON CONFLICT (company_id, environment, role) DO NOTHING
                """,
                [company.id, company.l10n_pl_ksef_environment, role, start.text],
            )
        return self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("environment", "=", company.l10n_pl_ksef_environment),
                ("role", "in", roles),
            ],
            order="id",
        )

    def _start_from(self, day):
        """Begin earlier than before, or later where nothing was looked at yet."""
        start = first_position(day)
        for cursor in self:
            if not cursor.last_look or start < Position(cursor.position):
                cursor.write({"position": start.text, "package_failures": 0, "wanted": True})

    # -- working --------------------------------------------------------------------

    def _work(self, until=None, asked=False):
        """Go on with this role until nothing can be done now, or time is up.

        :param float until: a moment of ``time.monotonic``; None for no end
        :param bool asked: a person waits, so what the schedule rests for is tried all the same
        """
        self.ensure_one()
        with self._held() as mine:
            if not mine:
                return
            commit_point(self.env)  # what the process before wrote is to be seen
            self.invalidate_recordset()
            if asked:
                self.rest_until = False
            expired = False
            while self._may_go_on(asked) and not _is_over(until):
                try:
                    if not self._step(until):
                        break
                except LoginExpired as error:
                    roll_back(self.env)
                    self.company_id._l10n_pl_ksef_forget_access()
                    if expired:
                        self._note_trouble(error)
                    expired = True
                except (KsefError, UserError) as error:
                    roll_back(self.env)
                    self._note_trouble(error)
                except OSError as error:
                    roll_back(self.env)
                    self._note_trouble(self._no_place(error))
                except LOST_RACES:
                    raise
                except Exception as error:  # pylint: disable=broad-except
                    # Without a rest the schedule would try the same again every second.
                    roll_back(self.env)
                    _logger.exception("KSeF: fetching with %s failed", self)
                    self._note_trouble(KsefError(type(error).__name__))

    @contextmanager
    def _held(self):
        """True while no other process works on this cursor.

        The lock belongs to a transaction of its own, so that it outlives commits and ends with the
        process, however that ends.
        """
        if modules.module.current_test:
            yield True
            return
        with self.env.registry.cursor() as guard:
            guard.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_SPACE, self.id])
            yield guard.fetchone()[0]

    def _may_go_on(self, asked):
        """Whether nothing has to rest, and the company is still connected to where this looks."""
        here = self.environment == self.company_id.l10n_pl_ksef_environment
        return here and not self._is_resting(asked)

    def _is_resting(self, asked):
        pauses = self.env["l10n_pl_ksef.throttle"]
        if self.rest_until and self.rest_until > fields.Datetime.now():
            return True
        resting = pauses._paused_until if asked else pauses._resting_until
        return bool(resting(self.company_id, RECEIVING))

    def _step(self, until):
        """Do the next thing.

        :return: True where more may be possible at once
        :raises KsefError, UserError: what went wrong; nothing uncommitted matters then
        """
        export = self._running_export()
        if export and export._is_due():
            export._advance(self._client(), until)
        elif not export and self._is_due():
            self._look(self._client(), until)
        elif self._has_announced() and self._fetch_announced(until):
            pass
        elif not export or not export._wait_a_little(until):
            return False
        self._forget_trouble()
        return True

    def _client(self):
        return self.company_id._l10n_pl_ksef_client()

    def _running_export(self):
        return self.env["l10n_pl_ksef.export"].search(
            [("cursor_id", "=", self.id), ("state", "in", ("asking", "asked"))], limit=1
        )

    def _is_due(self):
        if self.wanted:
            return True
        automatic = self.company_id.l10n_pl_ksef_fetch_mode == "automatic"
        return automatic and not (self.next_look and self.next_look > fields.Datetime.now())

    def _has_announced(self):
        received = self.env["l10n_pl_ksef.received"]
        return bool(received.search_count(received._announced_domain(self), limit=1))

    def _fetch_announced(self, until):
        return self.env["l10n_pl_ksef.received"]._fetch_announced(self, self._client(), until)

    def _is_unfinished(self):
        """Whether something of this role is under way, whatever the schedule."""
        return bool(self.wanted or self._running_export() or self._has_announced())

    def _next_moment(self):
        """When something can be done next, for what is under way; False where nothing is."""
        moments = []
        now = fields.Datetime.now()
        export = self._running_export()
        if export:
            moments.append(export.next_step_at or now)
        elif self.wanted:
            moments.append(now)
        received = self.env["l10n_pl_ksef.received"]
        first = received.search(
            received._announced_domain(self), order="next_try_at nulls first, id", limit=1
        )
        if first:
            allowed = received._next_download(self).replace(tzinfo=None, microsecond=0)
            moments.append(max(first.next_try_at or now, allowed + timedelta(seconds=1)))
        return min(moments, default=False)

    # -- looking --------------------------------------------------------------------

    def _look(self, client, until=None):
        """Ask what there is, then announce the few or request a package of the many."""
        window = window_from(Position(self.position), utc_now())
        try:
            page = client.query_metadata(SUBJECTS[self.role], window)
        except BadRequest as error:
            if NOTHING_NEW not in error.codes:
                raise
            self._caught_up()
            commit_point(self.env)
            return
        if self._goes_singly(page):
            self._announce(client, window, page, until)
        else:
            self.env["l10n_pl_ksef.export"]._request(self, client, window)

    def _goes_singly(self, page):
        if self.package_failures >= PACKAGE_TRIES:
            return True
        if page.has_more or page.truncated:
            return False
        numbers = [meta.ksef_number for meta in page.invoices]
        received = self.env["l10n_pl_ksef.received"]
        known = received._known(self.company_id, self.environment, numbers)
        return len(set(numbers) - set(known)) <= FEW

    def _announce(self, client, window, page, until=None):
        """Write down every document of the window; each is fetched by its number.

        The cursor follows page by page, because KSeF's limits may end this after any of them. The
        next page starts at the last document of this one, which comes twice and is dropped by its
        number; pages are counted only where a whole one shares one moment.
        """
        number = 0
        while True:
            self._write_down(page)
            if page.truncated or not page.has_more:
                break
            if self.position != window.start.text:
                return  # it was set to another day meanwhile
            last = page.reach.last
            if last is not None and window.start < last:
                window = Window(last, window.end)
                number = 0
                self.write({"position": last.text, "wanted": True})
            else:
                number += 1
            commit_point(self.env)
            if _is_over(until):
                return
            page = client.query_metadata(SUBJECTS[self.role], window, page=number)
        self._move_on(window, page.reach)
        commit_point(self.env)

    def _write_down(self, page):
        self.env["l10n_pl_ksef.received"]._keep(
            self.company_id,
            [(None, meta) for meta in page.invoices],
            self.role,
            environment_code=self.environment,
        )

    def _move_on(self, window, reach):
        """Everything up to ``reach`` is stored: the next window starts there.

        A cursor that was set to another day meanwhile stays there.
        """
        if self.position == window.start.text:
            self.position = position_after(window, reach).text
            self.package_failures = 0
        if is_stuck(window, reach):
            _logger.warning("KSeF holds more documents of one moment than it gives: %s", self)
        if is_caught_up(window, reach) or is_stuck(window, reach):
            self._caught_up()
        else:
            self.wanted = True

    def _caught_up(self):
        now = fields.Datetime.now()
        self.write({"wanted": False, "last_look": now, "next_look": now + BETWEEN_LOOKS})

    # -- trouble --------------------------------------------------------------------

    def _note_trouble(self, error):
        """Write down what went wrong, and rest: longer each time."""
        now = fields.Datetime.now()
        pauses = self.env["l10n_pl_ksef.throttle"]
        step = TROUBLE_STEPS[min(self.failures, len(TROUBLE_STEPS) - 1)]
        rest_until = now + step
        if isinstance(error, TooManyRequests):
            rest_until = pauses._pause(self.company_id, RECEIVING, error.retry_after)
        elif isinstance(error, Forbidden):
            rest_until = now + WITHOUT_PERMISSION
        elif isinstance(error, (Unreachable, ServerError)):
            pauses._pause_connection(self.company_id)
        told = self.with_context(lang=self._readers_language())
        sentence = explain(told.env, error)
        _logger.info("Fetching from KSeF for company %s: %s", self.company_id.id, error)
        self.write({"problem": sentence, "failures": self.failures + 1, "rest_until": rest_until})
        commit_point(self.env)

    def _no_place(self, error):
        return SpokenError(
            self.env,
            lambda env: env._(
                "The server could not store what came from KSeF: %s. Ask your administrator to "
                "make room in Odoo's data directory; Odoo tries again by itself.",
                error.strerror or type(error).__name__,
            ),
        )

    def _forget_trouble(self):
        """Something worked. That documents come one by one stays said until they all have."""
        if self.failures or self.rest_until:
            self.env["l10n_pl_ksef.throttle"]._resume_connection(self.company_id)
            self.write({"failures": 0, "rest_until": False})
        if self.problem and not self.package_failures and not self._has_announced():
            self.problem = False
        commit_point(self.env)

    def _readers_language(self):
        received = self.env["l10n_pl_ksef.received"]
        return received._language_of(self.company_id)


def _is_over(until):
    return until is not None and time.monotonic() > until
