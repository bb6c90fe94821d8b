"""Which bills a correction corrects, and which advances an invoice settles."""

from odoo import Command
from odoo.fields import Domain

from ..ksef.texts import _
from .bill_doubles import NUMBER_FIELDS, comparable

EFFECTS = {
    "1": _("in the period of the corrected invoice"),
    "2": _("in the period of the correction"),
    "3": _("in another period, or in several"),
}
MOST_NAMED = 5


class Corrections:
    """Finds the originals of a batch of documents at once."""

    def __init__(self, env, company):
        self._env = env
        self._company = company
        self._by_ksef_number = {}
        self._by_number = {}

    def prepare(self, documents):
        """Look for everything that these documents name."""
        named = [(one, number) for one in documents for number in _named(one.invoice)]
        ksef_numbers = {number.ksef_number for _one, number in named if number.ksef_number}
        numbers = {number.number for _one, number in named if number.number}
        days = {number.issue_date for _one, number in named if hasattr(number, "issue_date")}
        partners = {one.partner.commercial_partner_id.id for one, _number in named}
        if ksef_numbers:
            self._find_ksef_numbers(list(ksef_numbers))
        if numbers:
            self._find_numbers(list(numbers), list(partners), list(days - {None}))

    def values(self, document):
        """Give the fields that link a correction with its originals, and say what is not there."""
        invoice = document.invoice
        found, missing = self._env["account.move"], []
        for named in _named(invoice):
            original = self._of(document, named)
            if original:
                found |= original
            else:
                missing.append(named)
        values = {}
        if missing:
            _tell_missing(document, [one.number or one.ksef_number for one in missing])
            values["l10n_pl_ksef_missing"] = "\n".join(map(_kept, missing))
        if invoice.correction:
            _tell_correction(document)
        if found:
            values["l10n_pl_ksef_original_ids"] = [Command.set(found.ids)]
        for stranger in _strangers(document, found):
            _tell_stranger(document, stranger)
        if len(found) == 1 and invoice.kind.is_correction and _reverses(document, found):
            values["reversed_entry_id"] = found.id
        return values

    def tie_earlier(self, documents, moves):
        """Tie those corrections and settlements to these new bills that came before them."""
        partners = moves.commercial_partner_id.ids
        waiting = self._search(
            Domain("l10n_pl_ksef_missing", "!=", False)
            & Domain("commercial_partner_id", "in", partners)
        )
        if not waiting:
            return
        by_key = {}
        for document, move in zip(documents, moves, strict=True):
            for number in (document.ksef_number, comparable(document.invoice.number)):
                by_key[_side(move), number] = move
        for move in waiting - moves:
            self._tie(move, by_key)

    def _tie(self, move, by_key):
        found, left = self._env["account.move"], []
        for kept in move.l10n_pl_ksef_missing.splitlines():
            ksef_number, _bar, number = kept.partition("|")
            original = by_key.get((_side(move), ksef_number or number))
            if original:
                found |= original
            else:
                left.append(kept)
        if not found:
            return
        values = {
            "l10n_pl_ksef_missing": "\n".join(left) or False,
            "l10n_pl_ksef_original_ids": [Command.link(one.id) for one in found],
        }
        if not left:
            values["l10n_pl_ksef_notes"] = _without_missing(move.l10n_pl_ksef_notes)
            originals = move.l10n_pl_ksef_original_ids | found
            kinds = move.move_type, originals.mapped("move_type")
            if move.state == "draft" and kinds == ("in_refund", ["in_invoice"]):
                values["reversed_entry_id"] = originals.id
        move.with_context(skip_is_manually_modified=True).write(values)

    def _of(self, document, named):
        for original in self._by_ksef_number.get(named.ksef_number, ()):
            if original.is_sale_document() == document.own_sale:
                return original
        key = document.partner.commercial_partner_id.id, comparable(named.number)
        candidates = [
            one
            for one in self._by_number.get(key, ())
            if one.is_sale_document() == document.own_sale
        ]
        day = getattr(named, "issue_date", None)
        fitting = [one for one in candidates if not day or one.invoice_date in (day, False)]
        return fitting[0] if len(fitting) == 1 else None

    def _search(self, domain):
        lineage = self._company.parent_ids[:1] or self._company
        return self._env["account.move"].search(
            Domain("company_id", "child_of", lineage.id) & Domain("state", "!=", "cancel") & domain
        )

    def _find_ksef_numbers(self, numbers):
        names = [name for name in NUMBER_FIELDS if name in self._env["account.move"]._fields]
        for move in self._search(Domain.OR(Domain(name, "in", numbers) for name in names)):
            for name in names:
                self._by_ksef_number.setdefault(move[name], []).append(move)

    def _find_numbers(self, numbers, partners, days):
        # by the day, too: whoever typed a bill in may have written its number with blanks
        domain = (
            Domain("move_type", "!=", "entry")
            & Domain("commercial_partner_id", "in", partners)
            & (
                Domain("ref", "in", numbers)
                | Domain("name", "in", numbers)
                | Domain("invoice_date", "in", days)
            )
        )
        for move in self._search(domain):
            for number in {comparable(move.ref), comparable(move.name)} - {""}:
                key = move.commercial_partner_id.id, number
                self._by_number.setdefault(key, []).append(move)


def _named(invoice):
    """What a document names by its number: the invoices it corrects, the advances it settles."""
    if invoice.correction:
        return invoice.correction.corrected
    return invoice.advance_invoices


def _side(move):
    """Whom we sell to, or buy from: the numbers of one side mean nothing on the other."""
    return move.commercial_partner_id.id, move.is_sale_document()


def _reverses(document, original):
    """Whether Odoo may settle the two against each other."""
    kinds = original.move_type, document.move_type
    fitting = kinds in (("in_invoice", "in_refund"), ("out_invoice", "out_refund"))
    return fitting and not _strangers(document, original)


def _strangers(document, originals):
    """Those that belong to another contact: a document may name any number in KSeF."""
    own = document.partner.commercial_partner_id
    return originals.filtered(lambda one: one.commercial_partner_id != own)


MISSING = (
    _("It corrects what is not in Odoo: %(numbers)s."),
    _("It settles advance invoices that are not in Odoo: %(numbers)s."),
)


def _kept(named):
    """What a document names, to be found when it comes later; see `Corrections.tie_earlier`."""
    return f"{named.ksef_number or ''}|{comparable(named.number)}"


def _without_missing(notes):
    return [one for one in notes or [] if one["template"] not in MISSING] or False


def _tell_missing(document, missing):
    shown = ", ".join(missing[:MOST_NAMED]) + (", …" if len(missing) > MOST_NAMED else "")
    document.notes.tell(MISSING[0 if document.invoice.correction else 1], numbers=shown)


def _tell_stranger(document, stranger):
    document.notes.warn(
        _(
            "It refers to %(number)s, but that belongs to %(partner)s, so the two are not settled "
            "against each other. Please check the document."
        ),
        number=stranger.ref or stranger.name or str(stranger.id),
        partner=stranger.commercial_partner_id.display_name or "?",
    )


def _tell_correction(document):
    correction, notes = document.invoice.correction, document.notes
    if correction.reason:
        notes.tell(_("Reason of the correction: %(reason)s."), reason=correction.reason.rstrip("."))
    if correction.effect:
        notes.tell(
            _("By the document the correction counts %(when)s (TypKorekty)."),
            when=EFFECTS[correction.effect.value],
        )
    if correction.period:
        notes.tell(_("It corrects the sales of a period: %(period)s."), period=correction.period)
    if correction.right_number:
        notes.tell(
            _("The right number of the corrected invoice is %(number)s."),
            number=correction.right_number,
        )
    if correction.seller_before or correction.buyers_before:
        notes.warn(_("It corrects the data of the seller or the buyer; look at the document."))
