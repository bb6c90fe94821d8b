"""Fetching single documents by their KSeF numbers: few come this way, and what packages lacked."""

import logging
import time
from datetime import timedelta, timezone

from odoo import api, fields, models
from odoo.fields import Domain

from ..ksef.errors import (
    ApiError,
    Forbidden,
    LoginExpired,
    ServerError,
    TooManyRequests,
    UnreadableAnswer,
)
from ..ksef.limits import next_allowed
from .login import utc_now
from .received import ROLES
from .transactions import commit_point

_logger = logging.getLogger(__name__)

OPERATION = "document_by_number"
NOT_YET = 21165
TRY_STEPS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)]
# A wait within the limits that is worth staying for.
PATIENCE = 2.5
AT_ONCE = 50


class KsefReceived(models.Model):
    _inherit = "l10n_pl_ksef.received"

    @api.model
    def _fetch_announced(self, cursor, client, until=None):
        """Fetch documents of one role that are announced and were not in a package.

        :param until: a moment of ``time.monotonic`` after which none is begun; None for no end
        :return: True where more can be done now
        """
        waiting = self.search(
            self._announced_domain(cursor)
            & (
                Domain("next_try_at", "=", False)
                | Domain("next_try_at", "<=", fields.Datetime.now())
            ),
            order="id",
            limit=AT_ONCE,
        )
        for received in waiting:
            pause = (self._next_download(cursor) - utc_now()).total_seconds()
            if pause > PATIENCE or (until is not None and time.monotonic() + pause > until):
                return False
            if pause > 0:
                time.sleep(pause)
            received._fetch_singly(client)
        return len(waiting) == AT_ONCE

    @api.model
    def _announced_domain(self, cursor):
        """What this cursor fetches singly: its role, and the buyer's also the roles without one,
        whose documents may be here from before."""
        company = cursor.company_id
        roles = {cursor.role}
        if cursor.role == "subject2":
            roles |= {role for role, _name in ROLES} - set(company._l10n_pl_ksef_fetched_roles())
        return (
            Domain("company_id", "=", company.id)
            & Domain("environment", "=", cursor.environment)
            & Domain("role", "in", sorted(roles))
            & Domain("state", "=", "announced")
        )

    @api.model
    def _next_download(self, cursor):
        """When KSeF's limits allow the next single download of this connection: aware UTC.

        Each call is written down before it is made, so that the limits hold for all workers and
        also after a crash.
        """
        hour_ago = fields.Datetime.now() - timedelta(hours=1)
        asked = self.search_fetch(
            [
                ("company_id", "=", cursor.company_id.id),
                ("environment", "=", cursor.environment),
                ("asked_at", ">", hour_ago),
            ],
            ["asked_at"],
        )
        # Stored without fractions: taken as late as they may have been.
        calls = [
            one.asked_at.replace(tzinfo=timezone.utc) + timedelta(seconds=0.99) for one in asked
        ]
        return next_allowed(OPERATION, calls, utc_now())

    def _fetch_singly(self, client):
        self.ensure_one()
        if self.state != "announced":
            return  # somebody decided about it meanwhile
        # Nothing is read between the commit and the answer: what people decide while KSeF is
        # asked is to be seen afterwards.
        number = self.ksef_number
        self.write({"asked_at": fields.Datetime.now(), "tries": self.tries + 1})
        commit_point(self.env)
        try:
            xml = client.document_by_number(number)
        except (LoginExpired, TooManyRequests):
            raise
        except ServerError:
            # Perhaps it is this document alone: the others come before it is asked for again.
            self._try_later()
            commit_point(self.env)
            raise
        except Forbidden as error:
            if error.reason_code != "insufficient-resource-access":
                raise
            self._not_given(error)
        except (ApiError, UnreadableAnswer) as error:
            self._not_given(error)
        else:
            announced = (self.metadata or {}).get("hash")
            self._take_bytes(self._in_readers_language()._evidence(xml, number, announced))
        commit_point(self.env)

    def _try_later(self):
        step = TRY_STEPS[min(self.tries, len(TRY_STEPS)) - 1]
        self.next_try_at = fields.Datetime.now() + step

    def _not_given(self, error):
        """KSeF lists the document and does not give it: later again, then somebody must look."""
        _logger.info("KSeF does not give %s: %s", self.ksef_number, error)
        if self.state != "announced":
            return  # somebody decided about it meanwhile
        if self.tries <= len(TRY_STEPS):
            self._try_later()
            return
        words = getattr(error, "explanation", "") or str(error)
        told = self._in_readers_language()
        told._needs_attention(
            told.env._(
                "KSeF announced this document but did not give it: %s Press “Try again” to ask for "
                "it once more, or look it up in KSeF.",
                words,
            )
        )

    def _announce_again(self):
        """Somebody wants it to be asked for once more."""
        self.write({"state": "announced", "problem": False, "tries": 0, "next_try_at": False})
