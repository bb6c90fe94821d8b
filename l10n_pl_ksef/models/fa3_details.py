"""The details entered on an invoice, by kind: notes, orders, documents, what is settled beside."""

from decimal import Decimal

from ..ksef import fa3
from ..ksef.texts import _
from .fa3_texts import one_line

TEXT_SIZE = 256


class Details:
    """The rows of the invoice's list of details. ``source``: see fa3_source.py."""

    def __init__(self, source):
        self._source = source
        self._by_kind = {}
        for row in source.move.l10n_pl_ksef_fa3_detail_ids:
            self._by_kind.setdefault(row.kind, []).append(row)

    def _of(self, kind):
        return self._by_kind.get(kind, ())

    def _text(self, row, value):
        """Give ``value`` in one line, and report where it is missing or too long."""
        text = one_line(value)
        if not text:
            self._source.problems.error_once(
                "detail.empty",
                "Fa",
                _(
                    "A row of the KSeF details of %(invoice)s (%(kind)s) says nothing. Fill it in "
                    "or remove it."
                ),
                invoice=self._source.move,
                kind=dict(row._fields["kind"]._description_selection(row.env))[row.kind],
            )
        return text[:TEXT_SIZE]

    def settlement_items(self):
        """Give (whether it is a charge, item) of what is entered beside the total."""
        for kind in ("charge", "deduction"):
            for row in self._of(kind):
                amount = Decimal(f"{row.amount:.2f}")
                reason = self._text(row, row.text or row.label)
                yield kind == "charge", fa3.SettlementItem(amount=amount, reason=reason)

    def notes(self, numbers):
        """Give DodatkowyOpis. ``numbers``: the number of each line by its id."""
        return [
            fa3.Note(
                line_number=numbers.get(row.line_id.id),
                key=self._text(row, row.label or self._source.env._("Note")),
                value=self._text(row, row.text),
            )
            for row in self._of("note")
        ]

    def orders(self):
        """Give Zamowienia, the buyer's orders."""
        return [
            fa3.PurchaseOrder(ordered_on=row.date or None, number=one_line(row.text)[:256] or None)
            for row in self._of("order")
        ]

    def contracts(self):
        """Give Umowy."""
        return tuple(
            fa3.Contract(signed_on=row.date or None, number=one_line(row.text)[:256] or None)
            for row in self._of("contract")
        )

    def texts(self, kind):
        """Give the texts of the rows of one kind: warehouse documents, batches."""
        return tuple(self._text(row, row.text) for row in self._of(kind))
