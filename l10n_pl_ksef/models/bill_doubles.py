"""Whether the bill of a document is there already, whoever brought it."""

from decimal import Decimal

from odoo.fields import Domain

CENT = Decimal("0.01")
PURCHASES = ("in_invoice", "in_refund")
SALES = ("out_invoice", "out_refund")
NUMBER_FIELDS = ("l10n_pl_ksef_number", "l10n_pl_ksef_number_elsewhere", "l10n_pl_edi_number")
"""Where a KSeF number may stand; the last one only where Odoo's own module is installed."""


def comparable(number):
    """An invoice number as two people would type it: without blanks, in any letters."""
    return "".join((number or "").split()).casefold()


class Doubles:
    """Finds the invoices and bills that a batch of documents would repeat.

    A company and its branches are one here: what one of them has, none of them gets again.
    """

    def __init__(self, env, company):
        self._env = env
        self._company = company
        self._by_number = {}
        self._by_hash = {}
        self._by_typing = {}
        self._taken = set()

    def prepare_known(self, documents):
        """Look for what has the number or the very bytes of one of them."""
        self._find_numbers([one.ksef_number for one in documents if one.ksef_number])
        self._find_hashes([one.sha256 for one in documents])

    def known(self, document):
        """Give the ``account.move`` with the number or the bytes of the document, or none."""
        candidates = [
            *self._by_number.get(document.ksef_number, ()),
            *self._by_hash.get(document.sha256, ()),
        ]
        return self._take(next((one for one in candidates if self._is_of_us(document, one)), None))

    def _is_of_us(self, document, move):
        """Whether ``move`` is on our side of the sale: what one branch sells, another may buy."""
        if document.own_sale:
            return move.is_sale_document()
        if document.role != "subject2" or not move.is_sale_document():
            return True
        return document.invoice.seller.identity.nip == document.invoice.buyer.identity.nip

    def prepare_typed(self, documents):
        """Look for what somebody may have typed in; the documents know their contacts by now."""
        self._find_typed([one for one in documents if one.partner])

    def typed(self, document):
        """Give the ``account.move`` with the supplier, number, day and total, or an empty one."""
        return self._take(self._typed(document) if document.partner else None)

    def _take(self, move):
        if not move or move.id in self._taken:
            return self._env["account.move"]
        self._taken.add(move.id)
        return move

    def _search(self, domain):
        lineage = self._company.parent_ids[:1] or self._company
        return self._env["account.move"].search(
            Domain("company_id", "child_of", lineage.id) & Domain("state", "!=", "cancel") & domain
        )

    def _find_numbers(self, numbers):
        moves = self._env["account.move"]
        names = [name for name in NUMBER_FIELDS if name in moves._fields]
        if not numbers:
            return
        for move in self._search(Domain.OR(Domain(name, "in", numbers) for name in names)):
            for name in names:
                if move[name]:
                    self._by_number.setdefault(move[name], []).append(move)

    def _find_hashes(self, hashes):
        if not hashes:
            return
        for move in self._search(Domain("l10n_pl_ksef_sha256", "in", hashes)):
            self._by_hash.setdefault(move.l10n_pl_ksef_sha256, []).append(move)
        lineage = self._company.parent_ids[:1] or self._company
        submissions = self._env["l10n_pl_ksef.submission"].search(
            [
                ("sha256", "in", hashes),
                ("company_id", "child_of", lineage.id),
                ("state", "not in", ("rejected", "withdrawn")),
            ]
        )
        for submission in submissions:
            self._by_hash.setdefault(submission.sha256, []).append(submission.move_id)

    # -- typed in by hand, or read from a scan --------------------------------------------

    def _find_typed(self, documents):
        if not documents:
            return
        types = {kind for one in documents for kind in (SALES if one.own_sale else PURCHASES)}
        days = [one.invoice.issue_date for one in documents]
        undated = Domain("invoice_date", "=", False) & Domain("state", "=", "draft")
        domain = (
            Domain("move_type", "in", list(types))
            & Domain("l10n_pl_ksef_received_id", "=", False)
            & Domain(
                "commercial_partner_id",
                "in",
                list({one.partner.commercial_partner_id.id for one in documents}),
            )
            & (Domain("invoice_date", "in", list(set(days))) | undated)
        )
        for move in self._search(domain):
            for number in {comparable(move.ref), comparable(move.name)} - {"", "/"}:
                key = move.commercial_partner_id.id, number
                self._by_typing.setdefault(key, []).append(move)

    def _typed(self, document):
        key = document.partner.commercial_partner_id.id, comparable(document.invoice.number)
        total = document.sign * document.bill.totals.gross
        for move in self._by_typing.get(key, ()):
            if (
                move.id not in self._taken
                and move.move_type == document.move_type
                and move.currency_id == document.currency
                and (move.invoice_date or document.invoice.issue_date)
                == document.invoice.issue_date
                and abs(Decimal(repr(move.amount_total)) - total) < CENT / 2
            ):
                return move
        return None
