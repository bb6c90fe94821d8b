"""What an invoice is among the kinds of FA(3), and which others it belongs to."""

from ..ksef import fa3

KIND_OF_CORRECTION = {
    fa3.InvoiceKind.VAT: fa3.InvoiceKind.CORRECTION,
    fa3.InvoiceKind.ADVANCE: fa3.InvoiceKind.ADVANCE_CORRECTION,
    fa3.InvoiceKind.SETTLEMENT: fa3.InvoiceKind.SETTLEMENT_CORRECTION,
}
ADVANCES = frozenset({fa3.InvoiceKind.ADVANCE, fa3.InvoiceKind.ADVANCE_CORRECTION})
SETTLEMENTS = frozenset({fa3.InvoiceKind.SETTLEMENT, fa3.InvoiceKind.SETTLEMENT_CORRECTION})


def original_of(move):
    """The one invoice or correction that ``move`` was made from to correct it; none otherwise.

    A credit note that is reversed in turn gives an invoice that corrects the credit note.
    """
    if move.reversed_entry_id:
        return move.reversed_entry_id
    if "debit_origin_id" in move._fields:
        return move.debit_origin_id
    return move.browse()


def root_of(move):
    """The invoice at the start of a chain of corrections."""
    root, seen = move, move
    while True:
        original = original_of(root) or root.l10n_pl_ksef_fa3_corrected_ids[:1].invoice_id
        if not original or original in seen:
            return root
        root = original
        seen |= root


def is_correction(move):
    """Whether ``move`` corrects anything, in Odoo or outside it."""
    return bool(original_of(move) or move.l10n_pl_ksef_fa3_corrected_ids)


def kind_of(move):
    """RodzajFaktury of ``move``; of a correction, by what stands at the start of the chain."""
    if not is_correction(move):
        return kind_of_sale(move)
    return KIND_OF_CORRECTION[kind_of_sale(root_of(move))]


def kind_of_sale(move):
    """The kind of what is no correction, from its down payments (module ``sale``)."""
    if "is_downpayment" not in move.line_ids._fields:
        return fa3.InvoiceKind.VAT
    goods = [line for line in move.line_ids if line.display_type == "product"]
    advances = [line for line in goods if is_advance(line)]
    if not advances:
        return fa3.InvoiceKind.VAT
    if len(advances) == len(goods):
        return fa3.InvoiceKind.ADVANCE
    return fa3.InvoiceKind.SETTLEMENT


def is_advance(line):
    """Whether a line is a down payment, or the deduction of one."""
    return "is_downpayment" in line._fields and line.is_downpayment


def corrections_of(move):
    """The posted credit notes and debit notes of ``move``, theirs included."""
    found = move.browse()
    waiting = move
    while waiting:
        waiting = (_made_from(waiting) - found - move).filtered(
            lambda one: one.state == "posted" and one.is_invoice()
        )
        found |= waiting
    return found


def charged(move):
    """What ``move`` charges the buyer, VAT included: negative where it gives back."""
    sign = -1 if move.move_type in ("out_refund", "in_refund") else 1
    return sign * move.amount_total


def _made_from(moves):
    if "debit_note_ids" in moves._fields:
        return moves.reversal_move_ids | moves.debit_note_ids
    return moves.reversal_move_ids


def history_of(move):
    """What told the sale before ``move``, oldest first: the first invoice and its corrections."""
    root = root_of(move)
    when = _moment(move)
    earlier = corrections_of(root).filtered(lambda one: one != move and _moment(one) < when)
    return [root, *earlier.sorted(_moment)]


def waiting_for(move):
    """The invoices that name ``move`` by its KSeF number: corrections and settlements of it."""
    found = (
        _made_from(move)
        | move.env["l10n_pl_ksef.corrected_invoice"].search([("invoice_id", "=", move.id)]).move_id
    )
    advances = move.line_ids.filtered(is_advance)
    if advances:
        found |= advances.sale_line_ids.invoice_lines.move_id
    return found - move


def _moment(move):
    return str(move.invoice_date or move.date), move._origin.id or move.id
