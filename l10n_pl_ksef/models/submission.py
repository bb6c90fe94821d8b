"""One document given, or to be given, to KSeF: the record and what holds for it.

How it is sent is in ``submission_send.py``, how its fate is learnt in ``submission_follow.py``.

::

    ready ──► sending ──► sent ──► accepted
      ▲          │          └────► rejected
      │          └─ answer lost ─► in_doubt ──► sent | accepted | ready
    offline ──► ready
    ready | offline ──► withdrawn      (only what certainly never left)
"""

import base64
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..ksef.encryption import sha256_base64
from ..ksef.environments import environment
from ..ksef.links import invoice_link

STATES = [
    ("ready", "Ready"),
    ("sending", "Sending"),
    ("in_doubt", "In doubt"),
    ("sent", "Sent"),
    ("accepted", "Accepted"),
    ("rejected", "Rejected"),
    ("offline", "Issued offline"),
    ("withdrawn", "Withdrawn"),
]
# What the buyer or KSeF may hold: nothing that feeds the document may change.
BINDING_STATES = ("ready", "sending", "in_doubt", "sent", "accepted", "offline")
# What KSeF holds or may hold: the invoice cannot go back to draft.
AT_KSEF_STATES = ("sending", "in_doubt", "sent", "accepted", "offline")
UNDER_WAY_STATES = ("sending", "in_doubt", "sent")

MODES = [
    ("online", "Online"),
    ("offline24", "Offline24"),
    ("offline", "Offline (KSeF unavailable)"),
    ("emergency", "Emergency"),
]

OFFLINE_MODES = ("offline24", "offline", "emergency")
# What waits to be offered to KSeF: in an offline mode the buyer holds it already.
TO_OFFER_STATES = ("ready", "offline")

# Fields that may never change once the document is frozen.
FROZEN_FIELDS = {"document", "sha256", "move_id", "company_id", "environment", "generated_at"}

FIRST_LOOK = timedelta(seconds=2)

# How a document with an attachment tells it.
ATTACHMENT = b"<Zalacznik>"


class KsefSubmission(models.Model):
    _name = "l10n_pl_ksef.submission"
    _description = "KSeF submission"
    _rec_name = "invoice_number"
    _order = "id desc"

    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    connection_company_id = fields.Many2one(
        "res.company",
        string="Connection",
        required=True,
        readonly=True,
        index=True,
        help="The company whose KSeF connection carries this document: the invoice's own, "
        "or for a branch its nearest connected ancestor.",
    )
    environment = fields.Char(required=True, readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="ready", index=True)
    mode = fields.Selection(MODES, required=True, readonly=True, default="online")

    # -- the frozen document
    invoice_number = fields.Char(readonly=True, required=True)
    seller_nip = fields.Char(string="Seller's NIP", readonly=True, required=True)
    issue_date = fields.Date(readonly=True, required=True)
    generated_at = fields.Datetime(readonly=True, required=True)
    document = fields.Binary(string="FA(3) XML", attachment=True, readonly=True, copy=False)
    document_filename = fields.Char(compute="_compute_filenames")
    has_attachment = fields.Boolean(
        readonly=True, help="Its document has a structured attachment (Zalacznik)."
    )
    sha256 = fields.Char(
        string="SHA-256",
        readonly=True,
        required=True,
        index=True,
        help="SHA-256 of the FA(3) XML, base64, as KSeF itself writes it.",
    )

    # -- on its way
    session_id = fields.Many2one("l10n_pl_ksef.session", readonly=True, index=True)
    offered_session_ids = fields.Many2many(
        "l10n_pl_ksef.session",
        "l10n_pl_ksef_submission_session_rel",
        "submission_id",
        "session_id",
        string="Offered in",
        readonly=True,
    )
    reference = fields.Char(string="KSeF reference", readonly=True, index=True)
    original_session_reference = fields.Char(
        readonly=True,
        help="The session in which KSeF took it, where it was offered to another one later.",
    )
    attempts = fields.Integer(readonly=True, help="How often it was offered to KSeF.")
    lease_until = fields.Datetime(
        readonly=True,
        help="While a worker is sending. Afterwards it is taken for dead and KSeF is asked.",
    )
    next_step_at = fields.Datetime(
        readonly=True, index=True, help="Not to be tried or asked about before this moment."
    )
    looks = fields.Integer(
        string="Status Checks", readonly=True, help="How often KSeF was asked about it."
    )
    trouble = fields.Text(
        string="Last Problem",
        readonly=True,
        copy=False,
        help="Why the last attempt did not succeed, if it did not.",
    )

    corrects_id = fields.Many2one(
        "l10n_pl_ksef.submission",
        string="Technical correction of",
        readonly=True,
        help="The document issued offline that KSeF refused and this one takes the place of.",
    )

    # -- its fate
    ksef_number = fields.Char(string="Number in KSeF", readonly=True, index=True, copy=False)
    acquired_at = fields.Datetime(string="Number given at", readonly=True)
    stored_at = fields.Datetime(string="Stored at KSeF", readonly=True)
    invoicing_mode = fields.Char(string="Mode according to KSeF", readonly=True)
    refusal_code = fields.Integer(readonly=True, aggregator=None)
    refusal = fields.Text(readonly=True, help="In KSeF's own words.")
    duplicate_of = fields.Char(
        readonly=True,
        copy=False,
        help="The KSeF number of another document that has the number of this invoice.",
    )
    upo = fields.Binary(string="UPO", attachment=True, readonly=True, copy=False)
    upo_filename = fields.Char(compute="_compute_filenames")
    has_upo = fields.Boolean(string="UPO collected", readonly=True)

    # -- what waits for acceptance
    delivery = fields.Json(
        readonly=True,
        copy=False,
        help="Send & Print settings that wait for the KSeF number.",
    )
    invoice_url = fields.Char(
        string="KOD I link",
        compute="_compute_invoice_url",
        help="The address behind the first QR code: whoever holds the invoice can check it there.",
    )
    certificate_url = fields.Char(string="KOD II link", readonly=True)

    _one_binding_per_move = models.UniqueIndex(
        "(move_id) WHERE state IN ('ready', 'sending', 'in_doubt', 'sent', 'accepted', 'offline')",
        "This invoice already has a document for KSeF.",
    )
    _number_unique = models.UniqueIndex(
        "(environment, ksef_number) WHERE ksef_number IS NOT NULL",
        "Another document already has this KSeF number.",
    )
    _to_do = models.Index(
        "(connection_company_id, state, next_step_at) "
        "WHERE state IN ('ready', 'offline', 'sending', 'in_doubt', 'sent')"
    )
    _without_upo = models.Index(
        "(connection_company_id, next_step_at) WHERE state = 'accepted' AND has_upo IS NOT TRUE"
    )

    # -- computes -----------------------------------------------------------------

    @api.depends("invoice_number")
    def _compute_filenames(self):
        for submission in self:
            name = (submission.invoice_number or "").replace("/", "_")
            submission.document_filename = f"FA3-{name}.xml"
            submission.upo_filename = f"UPO-{name}.xml"

    @api.depends("environment", "seller_nip", "issue_date", "sha256")
    def _compute_invoice_url(self):
        for submission in self:
            target = submission._environment()
            submission.invoice_url = target and invoice_link(
                target,
                submission.seller_nip,
                submission.issue_date,
                base64.b64decode(submission.sha256),
            )

    def _environment(self):
        """The KSeF environment this document belongs to; None where it is not configured here."""
        self.ensure_one()
        simulator_url = self.env["res.company"]._l10n_pl_ksef_simulator_url()
        if self.environment == "simulator" and not simulator_url:
            return None
        return environment(self.environment, simulator_url)

    # -- the record's own laws ----------------------------------------------------

    def write(self, vals):
        changed = FROZEN_FIELDS & vals.keys()
        if changed:
            raise UserError(
                self.env._(
                    "A document prepared for KSeF cannot be changed, because its QR code and its "
                    "duplicate check depend on every byte. Prepare a new one from the invoice."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("Documents prepared for KSeF are kept as evidence and cannot be deleted.")
        )

    # -- freezing -----------------------------------------------------------------

    @api.model
    def _freeze(self, move, xml, *, generated_at, mode="online"):
        """Store the bytes that will be sent, whatever happens later.

        :param move: the posted invoice, one record
        :param xml: FA(3) as bytes, already checked
        :param generated_at: naive UTC, the moment written into the document
        :return: the new submission, ``ready``
        """
        connection = move.company_id._l10n_pl_ksef_root()
        self.flush_model(["state"])  # an earlier document must be out of the unique index
        submission = self.create(
            {
                "move_id": move.id,
                "company_id": move.company_id.id,
                "connection_company_id": connection.id,
                "environment": connection.l10n_pl_ksef_environment,
                "mode": mode,
                "invoice_number": move.name,
                "seller_nip": move._l10n_pl_ksef_seller_nip(),
                "issue_date": move.invoice_date,
                "generated_at": generated_at,
                "document": base64.b64encode(xml),
                "sha256": sha256_base64(xml),
                "has_attachment": ATTACHMENT in xml,
                "next_step_at": fields.Datetime.now(),
            }
        )
        submission._renew_deadline()
        return submission

    def _xml(self):
        """The frozen FA(3), the very bytes."""
        self.ensure_one()
        return base64.b64decode(self.with_context(bin_size=False).document)

    def _withdraw(self):
        """Give up documents that certainly never left; whatever else is left as it is."""
        self.filtered_domain([("state", "=", "ready"), ("mode", "=", "online")]).write(
            {"state": "withdrawn", "next_step_at": False, "delivery": False}
        )

    def _is_of_another_connection(self):
        """Whether the settings have moved on since: another environment or connection.

        Where a branch got a connection of its own, what its buyer or KSeF may hold is finished
        by the one that began it; only what never left is begun anew.
        """
        self.ensure_one()
        connection = self.connection_company_id
        if self.environment != connection.l10n_pl_ksef_environment:
            return True
        never_left = self.state == "ready" and self.mode == "online"
        company = self.company_id if never_left else connection
        return company._l10n_pl_ksef_root() != connection

    def _withdraw_if_of_another_connection(self):
        for submission in self:
            if submission.state == "ready" and submission._is_of_another_connection():
                submission._withdraw()

    def _in_readers_language(self):
        """The same record, for sentences that are stored for the people of the invoice."""
        self.ensure_one()
        return self.with_context(lang=self.move_id._l10n_pl_ksef_readers_language())

    # -- the queue ----------------------------------------------------------------

    @api.model
    def _due_domain(self, company, states):
        return (
            Domain("connection_company_id", "=", company.id)
            & Domain("environment", "=", company.l10n_pl_ksef_environment)
            & Domain("state", "in", states)
            & (
                Domain("next_step_at", "=", False)
                | Domain("next_step_at", "<=", fields.Datetime.now())
            )
        )

    def _lock_in(self, states):
        """The submissions of ``self`` that this worker holds and whose state, read after the
        lock, is one of ``states``. What another worker holds is left to it."""
        locked = self.try_lock_for_update()
        locked.invalidate_recordset()
        return locked.filtered_domain([("state", "in", states)])

    def _lock_for_outcome(self, states):
        """The same, waiting for whoever holds the row: an outcome must not get lost."""
        self.env.cr.execute(
            "SELECT id FROM l10n_pl_ksef_submission WHERE id = ANY(%s) FOR UPDATE", [self.ids]
        )
        self.invalidate_recordset()
        return self.filtered_domain([("state", "in", states)])
