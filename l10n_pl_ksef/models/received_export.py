"""One package requested from KSeF, from its request to the last document of it.

::

    asking ──► asked ──► done
       │         └─────► failed     (expired, unreadable, refused: another one is requested)
       └───────────────► failed     (the answer got lost: KSeF may make it, nobody fetches it)

The key and the window are committed before the request, the reference right after it; parts wait
in a folder of the server until all documents are stored, so that a process may end anywhere.
"""

import contextlib
import logging
import os
import shutil
import tempfile
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import NO_ACCESS
from odoo.tools import config

from ..ksef.encryption import SessionKey
from ..ksef.errors import (
    ApiError,
    Forbidden,
    KsefError,
    LoginExpired,
    ServerError,
    TooManyRequests,
    Unreachable,
    UnreadableAnswer,
)
from ..ksef.export_packages import ReadPackage, Refusal, decrypt_part
from ..ksef.fetching import Position, Window
from ..ksef.package_problems import BrokenPackage, PackageProblem
from ..ksef.receiving_answers import ExportState
from .explanations import explain, translated
from .fetch_cursor import PACKAGE_TRIES, PATIENCE, SUBJECTS
from .transactions import commit_point
from .vault import VaultError

_logger = logging.getLogger(__name__)

KEY_PURPOSE = "export-key"
LOOK_STEPS = [timedelta(seconds=seconds) for seconds in (2, 5, 15, 30, 60, 120, 300)]
# A slice is stored and committed at once: so many documents, or so many bytes.
SLICE = 100
SLICE_BYTES = 20_000_000
TOLD_REFUSALS = 20
DOWNLOAD_TRIES = 5
# A package takes minutes; one that is not made after so long is requested anew.
LONGEST_WAIT = timedelta(hours=24)
FOLDER = "l10n_pl_ksef_packages"


class KsefExport(models.Model):
    _name = "l10n_pl_ksef.export"
    _description = "Package requested from KSeF"
    _rec_name = "reference"
    _order = "id desc"

    cursor_id = fields.Many2one(
        "l10n_pl_ksef.cursor", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="cursor_id.company_id", string="Connection", store=True, index=True
    )
    environment = fields.Char(related="cursor_id.environment", store=True)
    role = fields.Selection(related="cursor_id.role", store=True)
    state = fields.Selection(
        [
            ("asking", "Being requested"),
            ("asked", "Requested"),
            ("done", "Fetched"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        default="asking",
        index=True,
    )
    window_from = fields.Char(string="From", required=True, readonly=True)
    starts_at = fields.Datetime(string="Documents since", compute="_compute_starts_at")
    window_to = fields.Char(string="To", readonly=True, help="Empty: up to the moment it was made.")
    reference = fields.Char(string="KSeF reference", readonly=True)
    key_sealed = fields.Char(readonly=True, copy=False, groups=NO_ACCESS, prefetch=False)
    requested_at = fields.Datetime(readonly=True, default=fields.Datetime.now)
    next_step_at = fields.Datetime(readonly=True)
    looks = fields.Integer(readonly=True, help="How often KSeF was asked whether it is ready.")
    failures = fields.Integer(readonly=True, help="How often a part could not be downloaded.")
    document_count = fields.Integer(string="Documents", readonly=True)
    missing_count = fields.Integer(
        string="Fetched singly",
        readonly=True,
        help="Documents that were not in the package as announced; each is asked for alone.",
    )
    problem = fields.Text(readonly=True)

    @api.depends("window_from")
    def _compute_starts_at(self):
        for export in self:
            start = Position(export.window_from).moment
            export.starts_at = start.replace(tzinfo=None, microsecond=0)

    # -- requesting -------------------------------------------------------------------

    @api.model
    def _request(self, cursor, client, window):
        """Have everything of ``window`` packed.

        :raises KsefError: where it was not requested, or nobody knows whether it was
        """
        key = SessionKey.generate()
        export = self.create(
            {
                "cursor_id": cursor.id,
                "window_from": window.start.text,
                "window_to": window.end and window.end.text,
                "key_sealed": self.env["l10n_pl_ksef.vault"]._seal(key.to_bytes(), KEY_PURPOSE),
            }
        )
        commit_point(self.env)
        try:
            reference = client.start_export(SUBJECTS[cursor.role], window, key)
        except KsefError as error:
            if not error.may_have_acted:
                export._end("failed", explain(export._readers_env(), error))
            raise
        export.write(
            {"state": "asked", "reference": reference, "next_step_at": fields.Datetime.now()}
        )
        commit_point(self.env)
        return export

    # -- following --------------------------------------------------------------------

    def _is_due(self):
        return not self.next_step_at or self.next_step_at <= fields.Datetime.now()

    def _wait_a_little(self, until):
        """Wait for the next step where that is soon; False where it is not."""
        pause = (self.next_step_at - fields.Datetime.now()).total_seconds() + 0.1
        if pause > PATIENCE or (until is not None and time.monotonic() + pause > until):
            return False
        time.sleep(max(pause, 0.1))
        return True

    def _advance(self, client, until):
        """Ask how it stands; once it is ready, store what it holds."""
        self.ensure_one()
        if self.state == "asking":
            self._end("failed", self._sentence_lost())
            return
        try:
            status = client.export_status(self.reference)
        except ApiError as error:
            if isinstance(error, (LoginExpired, TooManyRequests, Forbidden)):
                raise
            if isinstance(error, ServerError) and not self._is_overdue():
                raise
            self._spoilt(explain(self._readers_env(), error))
            return
        state = status.state
        if state is ExportState.READY:
            self._take(client, status.package, until)
        elif state is ExportState.NOTHING_NEW:
            self._end("done")
            self.cursor_id._caught_up()
            commit_point(self.env)
        elif state in (ExportState.EXPIRED, ExportState.FAILED) or self._is_overdue():
            self._spoilt(self._sentence_failed(status))
        else:
            self._look_later()
            if state is ExportState.UNKNOWN:
                self.problem = self._sentence_unknown(status)
            commit_point(self.env)

    def _is_overdue(self):
        """Whether waiting for it any longer only holds up what came after it."""
        return self.requested_at < fields.Datetime.now() - LONGEST_WAIT

    def _look_later(self):
        step = LOOK_STEPS[min(self.looks, len(LOOK_STEPS) - 1)]
        self.write({"looks": self.looks + 1, "next_step_at": fields.Datetime.now() + step})

    # -- taking what it holds ---------------------------------------------------------

    def _take(self, client, package, until):
        end = Position(self.window_to) if self.window_to else None
        window = Window(Position(self.window_from), end)
        if not package.invoice_count:
            self.cursor_id._move_on(window, package.reach)
            self._end("done")
            return
        try:
            with self._plain_archive(client, package, until) as plain:
                if plain is None:
                    return
                read = ReadPackage(plain, package)
                refusals = self._store(read, until)
        except BrokenPackage as error:
            self._spoilt(explain(self._readers_env(), error))
            return
        except VaultError as error:
            self._end("failed", explain(self._readers_env(), error))
            return
        if refusals is None:
            commit_point(self.env)  # time is up; the next run goes on with what is left
            return
        self._announce_missing(read.missing)
        self.cursor_id._move_on(window, package.reach)
        self.write({"document_count": len(read.listed), "missing_count": len(read.missing)})
        self._end("done", self._sentence_refusals(refusals, read.missing))

    def _store(self, read, until):
        """Store every document, slice by slice, each committed; what is there already is left.

        :return: the files that were not taken; None where time was up before the end
        """
        refusals, batch, size = [], [], 0
        for found in read.documents():
            if isinstance(found, Refusal):
                refusals.append(found)
                continue
            batch.append((found.content, found.metadata))
            size += len(found.content)
            if len(batch) >= SLICE or size >= SLICE_BYTES:
                self._keep(batch)
                batch, size = [], 0
                if until is not None and time.monotonic() > until:
                    return None
        self._keep(batch)
        return refusals

    def _keep(self, batch):
        if batch:
            self.env["l10n_pl_ksef.received"]._keep(
                self.company_id, batch, self.role, environment_code=self.environment
            )
            commit_point(self.env)

    def _announce_missing(self, missing):
        """What the package lacked is asked for by its number, one after the other."""
        for start in range(0, len(missing), SLICE):
            self.env["l10n_pl_ksef.received"]._keep(
                self.company_id,
                [(None, meta) for meta in missing[start : start + SLICE]],
                self.role,
                environment_code=self.environment,
            )

    @contextlib.contextmanager
    def _plain_archive(self, client, package, until):
        """The decrypted archive as a file without a name.

        None where its links are over, or time is: the parts that are here already stay.
        """
        vault = self.env["l10n_pl_ksef.vault"]
        key = SessionKey.from_bytes(vault._open(self.sudo().key_sealed, KEY_PURPOSE))
        with tempfile.TemporaryFile() as plain:
            for part in package.parts:
                path = self._part_path(part)
                is_here = self._download(client, part, path)
                if not is_here or (until is not None and time.monotonic() > until):
                    yield None
                    return
                with open(path, "rb") as encrypted:
                    decrypt_part(encrypted, plain, key, part)
            yield plain

    def _download(self, client, part, path):
        """Bring one part here unless it is; False where KSeF must be asked for new links.

        It counts as failed from the beginning: a process that ends on the way says nothing.
        """
        if os.path.exists(path) and os.path.getsize(path) == part.encrypted_size:
            return True
        if self.failures >= DOWNLOAD_TRIES:
            raise BrokenPackage(PackageProblem.DOWNLOAD)
        self._count_failures(1)
        unfinished = f"{path}.{os.getpid()}"
        try:
            with open(unfinished, "wb", opener=_private) as sink:
                client.download_part(part, sink)
            os.replace(unfinished, path)
        except (ApiError, Unreachable, UnreadableAnswer) as error:
            _logger.warning("A part of the KSeF package %s: %s", self.reference, error)
            if self.failures >= DOWNLOAD_TRIES:
                raise BrokenPackage(PackageProblem.DOWNLOAD) from error
            self._look_later()
            commit_point(self.env)
            return False
        except OSError:  # no room here: the package is not to blame
            self._count_failures(-1)
            raise
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(unfinished)
        self._count_failures(-1)
        return True

    def _count_failures(self, more):
        self.failures += more
        commit_point(self.env)

    def _part_path(self, part):
        folder = self._folder()
        os.makedirs(folder, mode=0o700, exist_ok=True)
        return os.path.join(folder, f"{part.number:04}")

    def _folder(self):
        """Where its parts wait, encrypted as they came: beside the filestore."""
        return os.path.join(config["data_dir"], FOLDER, self.env.cr.dbname, self.reference)

    # -- ends -------------------------------------------------------------------------

    def _spoilt(self, sentence):
        """Nothing came of it: another one is requested, or the documents are fetched singly."""
        cursor = self.cursor_id
        cursor.write({"package_failures": cursor.package_failures + 1, "wanted": True})
        if cursor.package_failures >= PACKAGE_TRIES:
            cursor.problem = self._sentence_singly(sentence, cursor.package_failures)
        self._end("failed", sentence)

    def _end(self, state, sentence=False):
        """The key is needed no longer, and neither are the parts."""
        if self.reference:
            shutil.rmtree(self._folder(), ignore_errors=True)
        self.write(
            {"state": state, "key_sealed": False, "problem": sentence, "next_step_at": False}
        )
        commit_point(self.env)

    def _forget_key(self):
        """The connection is closed: nothing can be decrypted any more."""
        for export in self:
            export._end("failed", export._sentence_closed())

    # -- sentences ----------------------------------------------------------------------

    def _readers_env(self):
        return self.with_context(lang=self.cursor_id._readers_language()).env

    def _sentence_lost(self):
        return self._readers_env()._(
            "KSeF's answer to the request got lost. If KSeF makes this package, nobody fetches it; "
            "Odoo looks again and requests another one."
        )

    def _sentence_closed(self):
        return self._readers_env()._("The connection was closed before the package was fetched.")

    def _sentence_failed(self, status):
        return self._readers_env()._(
            "KSeF did not give the package: %(words)s (code %(code)s). Odoo requests another one.",
            words=status.explanation.rstrip(". "),
            code=status.code,
        )

    def _sentence_unknown(self, status):
        return self._readers_env()._(
            "KSeF answered with a status that this version of Odoo does not know: %(words)s "
            "(code %(code)s). It keeps asking.",
            words=status.explanation.rstrip(". "),
            code=status.code,
        )

    def _sentence_singly(self, reason, failures):
        return self._readers_env()._(
            "%(count)s packages of the same period could not be read, the last one because: "
            "%(reason)s Odoo fetches these documents one by one, at most 64 in an hour.",
            count=failures,
            reason=reason,
        )

    def _sentence_refusals(self, refusals, missing):
        """What of the package was not taken, and what becomes of it; False for nothing."""
        if not refusals and not missing:
            return False
        env = self._readers_env()
        told = refusals[:TOLD_REFUSALS]
        lines = [translated(env, one.template, {"name": one.name}) for one in told]
        if len(refusals) > TOLD_REFUSALS:
            lines.append(env._("And %s more files.", len(refusals) - TOLD_REFUSALS))
        if missing:
            lines.append(
                env._(
                    "%s announced documents were not in the package as announced. Odoo asks for "
                    "each of them alone.",
                    len(missing),
                )
            )
        return "\n".join(lines)


def _private(path, flags):
    return os.open(path, flags, 0o600)
