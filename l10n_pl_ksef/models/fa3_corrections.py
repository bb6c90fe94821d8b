"""What a credit note or debit note corrects: DaneFaKorygowanej and what goes with it."""

from ..ksef import fa3
from ..ksef.numbers import KsefNumber
from ..ksef.texts import _
from . import fa3_advances, fa3_before_after, fa3_former_parties, fa3_lines
from .fa3_kinds import ADVANCES, is_advance
from .fa3_rates import ZERO
from .fa3_texts import one_line, plain_text

REASON_SIZE = 256
PERIOD_SIZE = 256
NUMBER_SIZE = 256

repriced_lines = fa3_before_after.repriced_lines


def correction(source):
    """Give what the invoice corrects, or None for an ordinary invoice."""
    if not source.originals:
        if source.is_credit_note:
            _report_no_original(source)
        return None
    before = fa3_advances.before(source)
    return fa3.Correction(
        reason=_reason(source)[:REASON_SIZE] or None,
        effect=_effect(source),
        corrected=tuple(_corrected(source, original) for original in source.originals),
        period=one_line(source.move.l10n_pl_ksef_fa3_corrected_period)[:PERIOD_SIZE] or None,
        right_number=one_line(source.move.l10n_pl_ksef_fa3_right_number)[:NUMBER_SIZE] or None,
        seller_before=fa3_former_parties.seller_before(source),
        buyers_before=fa3_former_parties.buyers_before(source),
        total_before=before.total,
        rate_before=before.rate,
    )


def _corrected(source, original):
    return fa3.CorrectedInvoice(
        issue_date=original.issue_date,
        number=one_line(original.number),
        ksef_number=_ksef_number(source, original),
    )


def _report_no_original(source):
    if any(is_advance(line) for line in source.goods):
        source.problems.error(
            "advance.exceeds",
            "Fa/P_15",
            _(
                "The down payments that %(invoice)s deducts are more than the order is worth now. "
                "Correct the down payment invoice with a credit note first; then create the "
                "invoice of the order again."
            ),
            invoice=source.move,
        )
        return
    source.problems.error(
        "correction.no_original",
        "Fa/DaneFaKorygowanej",
        _(
            "%(invoice)s does not say which invoice it corrects. Name it in the list Corrected "
            "Invoices on the page Correction, or open that invoice and make the credit note with "
            "its button Credit Note."
        ),
        invoice=source.move,
    )


# -- the numbers of what is corrected ------------------------------------------------------


def _ksef_number(source, original):
    """The original's KSeF number, or None where it was issued outside KSeF.

    An original that goes to KSeF but has no number yet stops the correction: the mark "outside
    KSeF" would be untrue, and it could never be undone.
    """
    number = original.known_number or original.typed_number
    if not number:
        _check_outside(source, original)
    elif not KsefNumber.is_valid(number):
        source.problems.error(
            "correction.wrong_number",
            "Fa/DaneFaKorygowanej/NrKSeFFaKorygowanej",
            _(
                "%(number)s, the KSeF number of the invoice that %(invoice)s corrects, is not a "
                "KSeF number. Copy it once more from KSeF into the field KSeF Number of the "
                "Corrected Invoice."
            ),
            number=number,
            invoice=source.move,
        )
    return number or None


def _check_outside(source, original):
    """Report where the original cannot be said to be outside KSeF, or may not be."""
    invoice = original.invoice
    values = {"original": original.number or "", "invoice": source.move}
    if invoice._l10n_pl_ksef_is_released():
        return
    if invoice.l10n_pl_ksef_state or is_on_its_way_by_core(invoice):
        source.problems.error(
            "correction.original_waits",
            "Fa/DaneFaKorygowanej/NrKSeFFaKorygowanej",
            _(
                "%(original)s, which %(invoice)s corrects, has no KSeF number yet, and a "
                "correction must name it. Send %(original)s first; once its number is there, "
                "%(invoice)s can go."
            ),
            **values,
        )
    elif invoice.l10n_pl_ksef_outside_reason == "other_program":
        source.problems.error(
            "correction.original_elsewhere",
            "Fa/DaneFaKorygowanej/NrKSeFFaKorygowanej",
            _(
                "%(original)s, which %(invoice)s corrects, was sent to KSeF by another program, "
                "so its KSeF number is not known here. Copy it from KSeF into the field KSeF "
                "Number of the Corrected Invoice."
            ),
            **values,
        )
    elif not invoice.l10n_pl_ksef_outside_reason and not original.outside:
        source.problems.warning(
            "correction.original_outside",
            "Fa/DaneFaKorygowanej/NrKSeFN",
            _(
                "%(invoice)s says that %(original)s was issued outside KSeF, because it has no "
                "KSeF number here. If it is in KSeF, copy its number into the field KSeF Number "
                "of the Corrected Invoice before you send this one."
            ),
            **values,
        )


def is_on_its_way_by_core(invoice):
    """Whether Odoo's own KSeF module gave it to KSeF and has no answer yet."""
    return "l10n_pl_edi_ref" in invoice._fields and bool(invoice.l10n_pl_edi_ref)


# -- reason and effect -----------------------------------------------------------------------


def _reason(source):
    """What the user gave as the reason: in its field, or after the number of the original in the
    reference.

    Odoo's wizards write "Reversal of: INV/1, reason" in the customer's language.
    """
    move = source.move
    written = one_line(move.l10n_pl_ksef_fa3_correction_reason)
    if written:
        return written
    reference = one_line(move.ref)
    number = source.original.name or "\n"
    _prefix, found, reason = reference.partition(f"{number}, ")
    if found:
        return reason
    if reference.endswith(number):
        return plain_text(move.narration)
    return reference or plain_text(move.narration)


def _effect(source):
    """TypKorekty as somebody chose it, else as Odoo books it: by default in the period of the
    correction."""
    chosen = source.move.l10n_pl_ksef_fa3_correction_effect
    if chosen:
        return fa3.CorrectionEffect(chosen)
    day = source.move.taxable_supply_date
    original = source.original
    original_day = original.taxable_supply_date or original.invoice_date
    if day and original_day and (day.year, day.month) == (original_day.year, original_day.month):
        return fa3.CorrectionEffect.ORIGINAL_DATE
    return fa3.CorrectionEffect.CORRECTION_DATE


# -- lines and totals ------------------------------------------------------------------------


def told_lines(source, goods, totals):
    """Give FaWiersz and the notes of what is too long for it.

    Advances have an order instead; on a settlement the deduction of an advance is no sale but told
    by its number; a rebate for a period says at most which goods it is for.
    """
    if source.kind in ADVANCES:
        return (), []
    goods = [item for item in goods if not is_advance(item.record)]
    lines, notes = fa3_lines.write_lines(source, goods, totals)
    if not source.kind.is_correction:
        return lines, notes
    if source.move.l10n_pl_ksef_fa3_corrected_period:
        return _without_prices(goods, lines), []
    if _style(source) == "before_after":
        pairs = fa3_before_after.before_and_after(source, goods, lines)
        if pairs is not None:
            return pairs, notes
    return lines, notes


def _style(source):
    company = source.move.company_id
    company = company._l10n_pl_ksef_root() or company
    return company.sudo().l10n_pl_ksef_correction_style


def _without_prices(goods, lines):
    """What a rebate is for: only lines with a product, and of them what and how many."""
    told = [line for item, line in zip(goods, lines, strict=True) if item.record.product_id]
    return tuple(
        fa3.Line(
            number=number,
            name=line.name,
            index=line.index,
            gtin=line.gtin,
            pkwiu=line.pkwiu,
            cn=line.cn,
            pkob=line.pkob,
            unit=line.unit,
            quantity=abs(line.quantity),
        )
        for number, line in enumerate(told, 1)
    )


def told_totals(source, totals):
    """The totals without what a correction does not change."""
    if not source.kind.is_correction:
        return totals
    return {
        key: total
        for key, total in totals.items()
        if total.net != ZERO or (total.vat or ZERO) != ZERO or (total.vat_pln or ZERO) != ZERO
    }


def check_rate(source):
    """Warn where a correction in a foreign currency is not at the original's rate."""
    original = source.original
    if not source.foreign or not original or original.currency_id != source.move.currency_id:
        return
    if abs(original.invoice_currency_rate - source.move.invoice_currency_rate) > 1e-9:
        source.problems.warning(
            "correction.rate",
            "Fa/FaWiersz/KursWaluty",
            _(
                "%(invoice)s is converted at another exchange rate than %(original)s, which it "
                "corrects. As a rule a correction uses the rate of the original: you can set it "
                "in the field Currency Rate of the draft."
            ),
            invoice=source.move,
            original=original.name or "",
        )
