"""An FA(3) file that somebody drops on the list of bills becomes a bill in the same way."""

from odoo import api, models

from ..ksef import fa3
from ..ksef.fa3 import form
from ..ksef.forms import root_of
from ..ksef.numbers import normalise_nip
from ..ksef.texts import _
from .bill_batch import Batch
from .bill_document import Document
from .explanations import translated

FILE_TYPE = "l10n_pl_ksef.fa3"
PRIORITY = 20
READ = (form.tag(form.ROOT), f"{{{form.FORMER_NAMESPACE}}}{form.ROOT}")
"""The root elements of FA(3) and FA(2)."""


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.model
    def _get_import_file_type(self, file_data):
        tree = file_data.get("xml_tree")
        # A file cut short has no tree, but a beginning; whoever drops it is owed a sentence.
        root = root_of(file_data.get("raw") or b"") if tree is None else tree.tag
        if root in READ:
            return FILE_TYPE
        return super()._get_import_file_type(file_data)

    def _get_edi_decoder(self, file_data, new=False):
        if file_data["import_file_type"] == FILE_TYPE:
            return {"priority": PRIORITY, "decoder": _decode}
        return super()._get_edi_decoder(file_data, new=new)


def _decode(move, file_data, _new):
    """Fill an empty invoice or bill; give a reason where that cannot be."""
    reason = move._reason_cannot_decode_has_invoice_lines()
    return reason or move.env["l10n_pl_ksef.bill"]._fill(move, file_data["raw"])


class KsefBill(models.AbstractModel):
    _inherit = "l10n_pl_ksef.bill"

    def _fill(self, move, xml):
        """Make an empty draft the bill of a document that a person has as a file.

        Its number in KSeF is not known then, unless KSeF brought the same file before. When KSeF
        brings it later, the two are tied.

        :return: None, or why it could not be, as a sentence
        """
        try:
            invoice = fa3.read_any(xml)
        except fa3.Unreadable as error:
            finding = error.finding
            return translated(self.env, finding.template, finding.values)
        company = move.company_id
        role = _role(company, invoice, move)
        if (role == "subject1") != _sells(move):
            return self._sentence_wrong_list(role, invoice)
        env = self._environment(company)
        document = Document(xml=xml, invoice=invoice, received=None, role=role)
        document.received = self._received_before(env, company, document)
        batch = Batch(env, company)
        there, _fresh = batch.sorted_out([document])
        if there:
            return self._sentence_there(there[0][1])
        if not _is_ours(company, invoice):
            document.notes.warn(
                _(
                    "Neither the seller nor the buyer of this document has the NIP of your "
                    "company. Please check that it is meant for you."
                )
            )
        self._fill_in(batch, document, move.with_env(env))
        return None

    def _fill_in(self, batch, document, move):
        values = batch.values([document])[0]
        for name in ("company_id", "journal_id"):
            del values[name]
        if values["move_type"] == move.move_type:
            del values["move_type"]
        with move.with_context(skip_is_manually_modified=True)._get_edi_creation() as draft:
            draft.write(values)
        if document.received:
            document.received._became(move)

    def _received_before(self, env, company, document):
        """What KSeF brought of the very same file, unless a bill was made of it."""
        root = company._l10n_pl_ksef_root() or company
        return env["l10n_pl_ksef.received"].search(
            [
                ("company_id", "=", root.id),
                ("sha256", "=", document.sha256),
                ("genuine", "=", True),
                ("move_id", "=", False),
            ],
            limit=1,
        )

    def _sentence_there(self, move):
        return self.env._(
            "this document is %(name)s (%(number)s) already. You can delete this draft.",
            name=move.display_name,
            number=move.ref or move.name or "-",
        )

    def _sentence_wrong_list(self, role, invoice):
        if role == "subject1":
            return self.env._(
                "your own company is the seller of %s, so it is no vendor bill. Drop it on the "
                "list of customer invoices.",
                invoice.number,
            )
        return self.env._(
            "your company is the buyer of %s, so it is no customer invoice. Drop it on the list "
            "of vendor bills.",
            invoice.number,
        )


def _nips(company):
    """The NIP of a company, or of the nearest one above it that has one."""
    while company and not company.sudo().vat:
        company = company.sudo().parent_id
    return normalise_nip(company.sudo().vat or "")


def _role(company, invoice, move):
    own = _nips(company)
    if own and invoice.buyer.identity.nip == own:
        return "subject2"
    if own and invoice.seller.identity.nip == own:
        return "subject1"
    return "subject1" if _sells(move) else "subject2"


def _sells(move):
    """Whether it was dropped among sales: what has no type yet has a journal."""
    return move.journal_id.type == "sale"


def _is_ours(company, invoice):
    return _nips(company) in (invoice.buyer.identity.nip, invoice.seller.identity.nip)
