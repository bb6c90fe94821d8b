"""The steps of a package: announce it, send its parts, have it taken.

Before each call that cannot be repeated freely, the intent is written and committed. Whoever
finds a package where another process left it goes on from there: the archive is built again,
byte for byte, and checked against what was announced.
"""

import base64
import logging
import time
from contextlib import contextmanager

from odoo import Command, fields, models
from odoo.exceptions import UserError

from ..ksef import packages
from ..ksef.errors import (
    ApiError,
    BadRequest,
    Forbidden,
    KsefError,
    LoginExpired,
    ServerError,
    TooManyRequests,
)
from ..ksef.statuses import SESSION_OPEN
from .batch_session import TIME_FOR_EACH_PART
from .explanations import explain
from .submission import FIRST_LOOK
from .submission_send import DOUBT_BEFORE_ASKING, RETRY_STEPS
from .throttle import FOLLOWING, OUT_OF_REACH, PACKAGES
from .transactions import commit_point, roll_back

_logger = logging.getLogger(__name__)

LIMITS = packages.LIMITS
# A package that was taken up so often without getting closed has something wrong with it.
MOST_TURNS = 40

TOO_LATE = 21208
NOT_AS_ANNOUNCED = {21157, 21205}
UNKNOWN_SESSION = 21173


class KsefSession(models.Model):
    _inherit = "l10n_pl_ksef.session"

    def _advance(self, until):
        """Take one package as far as it gets now. What goes wrong stays with it.

        :param until: a moment of ``time.monotonic()`` after which nothing new is begun
        """
        self.ensure_one()
        turn = self._take_turn()
        if not turn:
            return
        if not self.close_tried and self._cannot_be_sent(turn):
            self._give_up(turn, self._sentence_not_sent, failed=True)
            return
        try:
            client = self.company_id._l10n_pl_ksef_client()
            if not self._is_of_this_connection():  # the settings changed since the turn was taken
                self._note(turn, lease_until=False)
                return
            self._go_on(client, turn, until)
        except (KsefError, UserError) as error:
            roll_back(self.env)
            self._failed(turn, error)
        else:
            self.env["l10n_pl_ksef.throttle"]._resume_connection(self.company_id)
            commit_point(self.env)

    def _cannot_be_sent(self, turn):
        """Whether trying on is in vain: taken up too often, its key forgotten, nothing in it."""
        return turn > MOST_TURNS or not self.sudo().key_sealed or not self._documents()

    def _go_on(self, client, turn, until):
        if self.state == "closing":
            self._ask_whether_taken(client, turn)
        if self.state == "processing":
            self._follow_package(client, turn, until)
        elif self._send_parts(client, turn, until) and self._close_package(client, turn):
            self._note(turn, lease_until=False, next_step_at=fields.Datetime.now() + FIRST_LOOK)

    # -- announcing it, sending its parts -----------------------------------------------------

    def _send_parts(self, client, turn, until):
        """Announce the package if that is still to be done, and send the parts KSeF lacks.

        :return: True when every part is there and it is still this worker's turn
        """
        if self.state != "opening" and self.parts_sent == self.part_count:
            return True
        if self.state == "opening":
            self._keep_within(client.context_limits().batch.max_invoices, turn)
        with self._package() as package:
            if self.state == "opening" and not self._open_package(client, package, turn):
                return False
            if (package.hash, len(package.parts)) != (self.archive_hash, self.part_count):
                _logger.warning("KSeF package %s cannot be built again", self.reference)
                self._give_up(turn, self._sentence_not_sent)
                return False
            for upload in self._uploads()[self.parts_sent :]:
                if time.monotonic() > until:
                    self._go_on_in_the_next_run(turn)
                    return False
                client.upload_part(upload, package.content(upload.ordinal))
                roll_back(self.env)
                if not self._note(turn, parts_sent=upload.ordinal, trouble=False):
                    return False
        return True

    @contextmanager
    def _package(self):
        """The archive of its documents: always the same bytes."""
        documents = self._documents()
        with packages.build(
            ((f"{file_stem(document)}.xml", document._xml()) for document in _singly(documents)),
            self._session_key(),
            limits=LIMITS,
        ) as package:
            yield package

    def _keep_within(self, most, turn):
        """KSeF takes fewer documents from this company than we put in: the rest waits."""
        roll_back(self.env)
        mine = self._of_turn(turn)
        if mine:
            mine._documents()[max(most, 1) :]._leave_package()
        commit_point(self.env)

    def _open_package(self, client, package, turn):
        """Announce it. An answer lost here leaves an empty session at KSeF, which takes nothing
        and ends by itself, so that the package may simply be announced again."""
        opened = client.open_batch_session(
            self._session_key(), package, offline_mode=self.offline_mode
        )
        roll_back(self.env)
        now = fields.Datetime.now()
        return self._note(
            turn,
            state="open",
            reference=opened.reference,
            uploads_sealed=self._seal_uploads(opened.uploads),
            archive_hash=package.hash,
            archive_size=package.size,
            part_count=len(package.parts),
            parts_sent=0,
            opened_at=now,
            valid_until=now + TIME_FOR_EACH_PART * len(package.parts),
            trouble=False,
        )

    # -- having it taken ------------------------------------------------------------------------

    def _close_package(self, client, turn):
        """The one call that must never be repeated blindly.

        :return: True when KSeF said that it has the package
        """
        mine = self._of_turn(turn)
        if not mine:
            return False
        documents = mine._documents()
        documents.write({"offered_session_ids": [Command.link(mine.id)]})
        if not mine._note(turn, state="closing", close_tried=True):
            return False
        client.close_batch_session(mine.reference)
        roll_back(self.env)
        return self._taken(turn)

    def _taken(self, turn):
        """KSeF has the package: its documents are on their way."""
        mine = self._of_turn(turn)
        if mine:
            mine._documents(["sending", "in_doubt"]).write(
                {"state": "sent", "trouble": False, "looks": 0}
            )
            mine.write({"state": "processing", "looks": 0, "trouble": False})
        commit_point(self.env)
        return bool(mine)

    def _ask_whether_taken(self, client, turn):
        """The answer to closing was lost: ask, instead of closing it again blindly."""
        code = client.session_status(self.reference).code
        roll_back(self.env)
        if code != SESSION_OPEN:
            self._taken(turn)

    # -- when it fails ----------------------------------------------------------------------

    def _failed(self, turn, error):
        """Sort the failure by how far the package had come."""
        mine = self._of_turn(turn)
        if not mine:
            commit_point(self.env)
            return
        _logger.info("KSeF package %s (%s): %s", mine.id, mine.state, error)
        until = mine._pause_after(error)
        if mine.state == "opening":
            mine._opening_failed(turn, error, until)
        elif mine.state == "open":
            mine._sending_failed(turn, error, until)
        elif mine.state == "closing":
            mine._closing_failed(turn, error, until)
        else:
            mine._following_failed(turn, error, until)

    def _pause_after(self, error):
        """Let rest what has to. Returns the moment until which, or None for none in particular."""
        pauses = self.env["l10n_pl_ksef.throttle"]
        if isinstance(error, TooManyRequests):
            operation = FOLLOWING if self.state == "processing" else PACKAGES
            return pauses._pause(self.company_id, operation, error.retry_after)
        if isinstance(error, LoginExpired):
            self.company_id._l10n_pl_ksef_forget_access()
            return None
        if isinstance(error, ApiError) and not isinstance(error, ServerError):
            return None
        return pauses._pause_connection(self.company_id, error)

    def _opening_failed(self, turn, error, until):
        """Nothing has left but the announcement."""
        self._give_up(
            turn,
            explaining(error),
            until=until,
            failed=isinstance(error, BadRequest),
            fall_back=isinstance(error, OUT_OF_REACH),
        )

    def _sending_failed(self, turn, error, until):
        """The parts that are there stay there, so go on with the others; while there is time."""
        refused = isinstance(error, Forbidden) and error.operation == "upload_part"
        if refused or self.valid_until <= fields.Datetime.now():
            self._give_up(turn, explaining(error), until=until, failed=True)
        else:
            self._come_back_later(turn, error, until)

    def _closing_failed(self, turn, error, until):
        codes = set(error.codes) if isinstance(error, BadRequest) else set()
        if TOO_LATE in codes:
            self._give_up(turn, explaining(error), failed=True, ksef_says_so=True)
        elif codes & NOT_AS_ANNOUNCED:
            self._come_back_later(turn, error, until, state="open", parts_sent=0)
        elif codes:
            # Closed already, or over: its status tells.
            self._come_back_later(turn, error, until, state="processing")
        elif isinstance(error, KsefError) and error.may_have_acted:
            self._documents(["sending"]).write(
                {"state": "in_doubt", "trouble": self._explained(error)}
            )
            soon = fields.Datetime.now() + DOUBT_BEFORE_ASKING
            self._come_back_later(turn, error, until or soon)
        else:
            self._come_back_later(turn, error, until)

    def _come_back_later(self, turn, error, until=None, **values):
        step = RETRY_STEPS[min(self.looks, len(RETRY_STEPS) - 1)]
        self._note(
            turn,
            lease_until=False,
            looks=self.looks + 1,
            next_step_at=until or fields.Datetime.now() + step,
            trouble=self._explained(error),
            **values,
        )

    def _give_up(
        self,
        turn,
        why,
        *,
        until=None,
        failed=False,
        fall_back=False,
        ksef_says_so=False,
        outcome=None,
    ):
        """Set its documents free: KSeF has taken none of them, and cannot any more.

        Where closing was tried, some worker's call may yet arrive; then KSeF is asked until the
        session is over there, unless it is KSeF that says so.

        :param why: gives the sentence for a document
        :param failed: the package itself may be what is wrong
        :param fall_back: KSeF could not be reached, so that issuing offline may help
        :param ksef_says_so: KSeF's own word is the reason
        :param outcome: KSeF's words on the package
        """
        mine = self._of_turn(turn)
        if not mine:
            commit_point(self.env)
            return
        if mine.close_tried and not ksef_says_so:
            mine._note(turn, state="processing", lease_until=False, next_step_at=until)
            return
        documents = mine._documents()
        mine.write(
            {
                "state": "closed",
                "key_sealed": False,
                "uploads_sealed": False,
                "lease_until": False,
                "next_step_at": False,
                "outcome": outcome or (why(documents[0]) if documents else False),
            }
        )
        for document in documents:
            if failed:
                document.failed_packages += 1
            document._back_to_ready(why(document), until)
            if fall_back:
                document._fall_back()
        commit_point(self.env)

    def _sentence_not_sent(self, document):
        return document._in_readers_language().env._(
            "The package in which it was to go could not be sent, so it goes in another one."
        )

    def _explained(self, error):
        lang = self.company_id.partner_id.lang or self.env.lang
        return explain(self.with_context(lang=lang).env, error)


def _singly(documents):
    """One after the other, so that no two of them are in memory."""
    for document_id in documents.ids:
        document = documents.browse(document_id)
        yield document
        document.invalidate_recordset(["document"], flush=False)


def explaining(error):
    """Why a package was given up, as a sentence for each document in its reader's language."""
    return lambda document: document._explained(error)


def file_stem(document):
    """A name that no other document has, and that tells which one it is."""
    return base64.b64decode(document.sha256).hex()
