"""One document that KSeF has for the company: kept first, understood later.

::

    announced ──► kept ──► billed     a bill was made of it
                    │ └──► linked     it belongs to an invoice or bill that was there already
                    ├────► attention  somebody must look; ``problem`` says why and what to do
                    ├────► by_hand    a form, or a role, that no bill is made of by itself
                    └────► ignored    somebody said so, with a reason

How it is understood is in ``received_understand.py``, how single documents are fetched in
``received_singly.py``, what people may do in ``received_actions.py``.
"""

import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..ksef.decoding import Unpromised
from ..ksef.encryption import sha256_base64
from ..ksef.environments import environment
from ..ksef.links import invoice_link
from ..ksef.numbers import KsefNumber
from ..ksef.received_metadata import ReceivedMetadata
from .received_values import role_in, values_of
from .transactions import commit_point

STATES = [
    ("announced", "Expected"),
    ("kept", "Waiting"),
    ("billed", "Bill made"),
    ("linked", "Linked"),
    ("attention", "Needs attention"),
    ("by_hand", "By hand"),
    ("ignored", "Ignored"),
]
ROLES = [
    ("subject1", "Seller"),
    ("subject2", "Buyer"),
    ("subject3", "Third party"),
    ("authorised", "Authorised party"),
]
# What of a document that concerns the company in several ways counts: a purchase is a bill.
WEIGHT_OF_ROLE = {"subject2": 3, "subject1": 2, "subject3": 1, "authorised": 0}
# What a person may still decide about.
OPEN_STATES = ("announced", "kept", "attention", "by_hand", "ignored")
# Filled in once, when the bytes come in; afterwards nobody changes them.
EVIDENCE_FIELDS = {"document", "sha256", "ksef_number", "company_id", "environment"}

NO_ENVIRONMENT = "none"


class KsefReceived(models.Model):
    _name = "l10n_pl_ksef.received"
    _description = "Document received from KSeF"
    _rec_name = "invoice_number"
    _order = "received_on desc, id desc"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        help="The company whose KSeF connection brought it.",
    )
    environment = fields.Char(required=True, readonly=True)
    role = fields.Selection(
        ROLES, required=True, readonly=True, default="subject2", help="What the company is in it."
    )
    state = fields.Selection(STATES, required=True, readonly=True, default="kept", index=True)
    problem = fields.Text(readonly=True, help="Why it needs somebody, and what to do.")
    ignored_reason = fields.Char(readonly=True)
    move_id = fields.Many2one(
        "account.move",
        string="Bill",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        copy=False,
    )

    # -- the document as it came
    ksef_number = fields.Char(string="KSeF number", required=True, readonly=True, index="trigram")
    document = fields.Binary(string="XML", attachment=True, readonly=True, copy=False)
    document_filename = fields.Char(compute="_compute_document_filename")
    genuine = fields.Boolean(
        string="Checked",
        readonly=True,
        help="The bytes are those that KSeF announced: the number and the SHA-256 are right.",
    )
    sha256 = fields.Char(string="SHA-256", readonly=True, index=True, help="Base64, as KSeF does.")

    # -- what KSeF tells of it
    form = fields.Char(readonly=True, help="Such as FA (3).")
    kind = fields.Char(readonly=True, help="KSeF's word for the kind of invoice: Vat, Kor, ...")
    mode = fields.Char(readonly=True, help="Online or Offline, as KSeF says.")
    invoice_number = fields.Char(readonly=True, index="trigram")
    issue_date = fields.Date(readonly=True)
    received_on = fields.Date(
        string="Received on",
        readonly=True,
        index=True,
        help="The day of the KSeF number: the day on which the law takes the invoice as received.",
    )
    acquired_at = fields.Datetime(string="Number given at", readonly=True)
    stored_at = fields.Datetime(string="Stored at KSeF", readonly=True)
    seller_nip = fields.Char(string="Seller's NIP", readonly=True, index=True)
    seller_name = fields.Char(string="Seller", readonly=True)
    buyer_name = fields.Char(string="Buyer", readonly=True)
    currency_code = fields.Char(readonly=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    net = fields.Monetary(readonly=True, aggregator=None)
    vat = fields.Monetary(
        string="VAT",
        readonly=True,
        aggregator=None,
        currency_field="zloty_id",
        help="KSeF tells the VAT in PLN, whatever the currency of the document.",
    )
    zloty_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    gross = fields.Monetary(readonly=True, aggregator=None)
    self_billing = fields.Boolean(readonly=True)
    has_attachment = fields.Boolean(string="With attachment", readonly=True)
    metadata = fields.Json(readonly=True, copy=False)
    url = fields.Char(
        string="KOD I link", compute="_compute_url", help="The page of KSeF for this document."
    )

    # -- where it has to be fetched by its number
    tries = fields.Integer(readonly=True, help="How often KSeF was asked for this document alone.")
    asked_at = fields.Datetime(readonly=True, help="When it was asked for last.")
    next_try_at = fields.Datetime(readonly=True)

    _one_per_number = models.UniqueIndex(
        "(company_id, environment, ksef_number)", "This document was received already."
    )
    _waiting = models.Index(
        "(company_id, state, id) WHERE state IN ('announced', 'kept', 'attention')"
    )
    _orphans = models.Index("(id) WHERE move_id IS NULL AND state IN ('billed', 'linked')")
    _asked = models.Index("(company_id, asked_at) WHERE asked_at IS NOT NULL")

    # -- computes -----------------------------------------------------------------

    @api.depends("ksef_number")
    def _compute_document_filename(self):
        for received in self:
            received.document_filename = f"{received.ksef_number}.xml"

    @api.depends("invoice_number", "ksef_number")
    def _compute_display_name(self):
        for received in self:
            received.display_name = received.invoice_number or received.ksef_number

    @api.depends("currency_code")
    def _compute_currency_id(self):
        currencies = self.env["res.currency"].with_context(active_test=False)
        by_code = {
            currency.name: currency
            for currency in currencies.search([("name", "in", self.mapped("currency_code"))])
        }
        zloty = currencies.search([("name", "=", "PLN")], limit=1)
        self.zloty_id = zloty
        for received in self:
            received.currency_id = by_code.get(received.currency_code, zloty)

    @api.depends("environment", "seller_nip", "issue_date", "sha256")
    def _compute_url(self):
        simulator_url = self.env["res.company"]._l10n_pl_ksef_simulator_url()
        for received in self:
            complete = received.seller_nip and received.issue_date and received.sha256
            try:
                target = environment(received.environment, simulator_url)
            except ValueError:
                target = None
            received.url = bool(complete and target) and invoice_link(
                target,
                received.seller_nip,
                received.issue_date,
                base64.b64decode(received.sha256),
            )

    def _xml(self):
        """The document, the very bytes; b"" where there is none."""
        self.ensure_one()
        return base64.b64decode(self.with_context(bin_size=False).document or b"")

    # -- the record's own laws ----------------------------------------------------

    def write(self, vals):
        if EVIDENCE_FIELDS & vals.keys() and any(received.genuine for received in self):
            raise UserError(
                self.env._("A document that came from KSeF is evidence and cannot be changed.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "Documents that came from KSeF are kept as evidence and cannot be deleted. Ignore "
                "the document instead, with a reason."
            )
        )

    # -- keeping ------------------------------------------------------------------

    @api.model
    def _receive(self, company, xml_bytes, metadata, role=None):
        """Keep one document, then try to make a bill of it.

        :param company: the company it is for; a branch stands for the one whose connection it uses
        :param bytes xml_bytes: the document as it came
        :param metadata: a ``ReceivedMetadata``, or a mapping shaped as KSeF's InvoiceMetadata
        :param str role: one of ``ROLES``; read off the metadata where it is not given
        :return: the record; the same one, unchanged, for a document that is kept already
        :raises UserError: where the metadata name no KSeF number
        """
        received = self.sudo()._keep(company, [(xml_bytes, metadata)], role)
        commit_point(self.env)
        received.filtered(lambda one: one.state == "kept")._understand()
        return received.with_env(self.env)

    @api.model
    def _keep(self, company, documents, role=None, environment_code=None):
        """Store documents, each once. The caller commits before anything is acknowledged.

        :param documents: pairs of bytes and metadata; None instead of bytes that are still to be
            fetched
        :param str environment_code: where they are from; the present one of the connection, unless
            it is given
        :return: the records, in the order of ``documents``
        """
        connection = company._l10n_pl_ksef_root() or company.sudo()
        code = environment_code or connection.l10n_pl_ksef_environment or NO_ENVIRONMENT
        told = [(xml, self._read_metadata(metadata)) for xml, metadata in documents]
        known = self._known(connection, code, [meta.ksef_number for _xml, meta in told])
        fresh = {}
        for xml, meta in told:
            if meta.ksef_number in known:
                known[meta.ksef_number]._complete(xml, meta, role or role_in(connection, meta))
            elif meta.ksef_number not in fresh:
                fresh[meta.ksef_number] = {
                    "company_id": connection.id,
                    "environment": code,
                    "role": role or role_in(connection, meta),
                    **values_of(meta),
                    **self._evidence(xml, meta.ksef_number, meta.invoice_hash),
                }
        records = self.sudo().create(list(fresh.values()))
        known.update({record.ksef_number: record for record in records})
        return self.sudo().browse([known[meta.ksef_number].id for _xml, meta in told])

    @api.model
    def _known(self, connection, code, numbers):
        """Those of ``numbers`` that are kept already, by number."""
        found = self.sudo().search(
            [
                ("company_id", "=", connection.id),
                ("environment", "=", code),
                ("ksef_number", "in", numbers),
            ]
        )
        return {received.ksef_number: received for received in found}

    @api.model
    def _read_metadata(self, metadata):
        if isinstance(metadata, ReceivedMetadata):
            return metadata
        try:
            return ReceivedMetadata.read(metadata)
        except Unpromised as error:
            raise UserError(
                self.env._(
                    "The document cannot be kept, because nothing says which KSeF number it has."
                )
            ) from error

    @api.model
    def _evidence(self, xml, number, announced_hash):
        """What is known of the bytes: whether they are the document that KSeF announced.

        :param xml: bytes, or None where they are still to be fetched one by one
        """
        if xml is None:
            return {"state": "announced", "genuine": False}
        problem = self._why_not_genuine(xml, number, announced_hash)
        return {
            "state": "attention" if problem else "kept",
            "problem": problem or False,
            "genuine": not problem,
            "document": base64.b64encode(xml) if xml else False,
            "sha256": sha256_base64(xml) if xml else False,
        }

    @api.model
    def _why_not_genuine(self, xml, number, announced_hash):
        """Why these cannot be the bytes of that document, in words; '' where they can."""
        _ = self.env._
        try:
            KsefNumber.parse(number)
        except ValueError:
            return _(
                "The KSeF number %s has a wrong checksum, so no bill is made of it: nobody can "
                "tell which invoice it really is. Look the invoice up in KSeF.",
                number,
            )
        if announced_hash and sha256_base64(xml) != announced_hash:
            return _(
                "What came is not the document that KSeF announced (its SHA-256 does not match), "
                "so no bill is made of it. Press “Try again” to ask for it once more."
            )
        return ""

    def _complete(self, xml, meta, role):
        """The same document once more: take what was lacking, leave what is there."""
        self.ensure_one()
        self._take_role(role)
        if not self.genuine and xml is not None:
            evidence = self._evidence(xml, self.ksef_number, meta.invoice_hash)
            if evidence["genuine"] or not self.document:
                self._take_bytes(evidence, **values_of(meta))

    def _take_bytes(self, evidence, **values):
        """Keep what came. What a person decided of the document meanwhile stays as it is."""
        if self.move_id or self.state == "ignored":
            evidence = {name: evidence[name] for name in evidence.keys() - {"state", "problem"}}
        self.write({**values, **evidence})

    def _take_role(self, role):
        """Count it as what weighs more: a purchase is a bill, whoever else is named."""
        if WEIGHT_OF_ROLE[role] > WEIGHT_OF_ROLE[self.role]:
            self.role = role
            if self.state == "by_hand" and not self.move_id:
                self.state = "kept"
