"""What a credit note or debit note corrects: DaneFaKorygowanej and what goes with it."""

from ..ksef import fa3
from ..ksef.numbers import KsefNumber
from ..ksef.texts import _
from .fa3_texts import one_line, plain_text

REASON_SIZE = 256
SAME_PRICE = 0.005


def correction(source):
    """Give what the invoice corrects, or None for an ordinary invoice."""
    original = source.original
    if not original:
        if source.is_credit_note:
            _report_no_original(source)
        return None
    return fa3.Correction(
        reason=_reason(source)[:REASON_SIZE] or None,
        effect=_effect(source),
        corrected=(
            fa3.CorrectedInvoice(
                issue_date=original.invoice_date,
                number=one_line(original.name),
                ksef_number=_ksef_number(source),
            ),
        ),
    )


def _report_no_original(source):
    source.problems.error(
        "correction.no_original",
        "Fa/DaneFaKorygowanej",
        _(
            "%(invoice)s does not say which invoice it corrects. Open that invoice, make the "
            "credit note with its button Credit Note, and cancel this one."
        ),
        invoice=source.move.display_name,
    )


def _ksef_number(source):
    """The original's KSeF number, or None where it was issued outside KSeF.

    An original that goes to KSeF but has no number yet stops the correction: the mark "outside
    KSeF" would be untrue, and it could never be undone.
    """
    move, original = source.move, source.original
    number = original._l10n_pl_ksef_known_number() or one_line(
        move.l10n_pl_ksef_fa3_original_number
    )
    if not number:
        _check_outside(source)
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
            invoice=move.display_name,
        )
    return number or None


def _check_outside(source):
    """Report where the original cannot be said to be outside KSeF, or may not be."""
    original = source.original
    values = {"original": original.name or "", "invoice": source.move.display_name}
    if original.l10n_pl_ksef_state or _is_on_its_way_by_core(original):
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
    elif original.l10n_pl_ksef_outside_reason == "other_program":
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
    elif not original.l10n_pl_ksef_outside_reason:
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


def _is_on_its_way_by_core(original):
    """Whether Odoo's own KSeF module gave it to KSeF and has no answer yet."""
    return "l10n_pl_edi_ref" in original._fields and bool(original.l10n_pl_edi_ref)


def _reason(source):
    """What the user gave as the reason: after the number of the original in the reference.

    Odoo's wizards write "Reversal of: INV/1, reason" in the customer's language.
    """
    reference = one_line(source.move.ref)
    _prefix, found, reason = reference.partition(f"{source.original.name}, ")
    if found:
        return reason
    if reference.endswith(source.original.name or "\n"):
        return plain_text(source.move.narration)
    return reference or plain_text(source.move.narration)


def _effect(source):
    """TypKorekty, as Odoo books it: by default in the period of the correction."""
    day = source.move.taxable_supply_date
    original = source.original
    original_day = original.taxable_supply_date or original.invoice_date
    if day and original_day and (day.year, day.month) == (original_day.year, original_day.month):
        return fa3.CorrectionEffect.ORIGINAL_DATE
    return fa3.CorrectionEffect.CORRECTION_DATE


def repriced_lines(source):
    """Ids of the credit note's lines that lower a price instead of taking goods back.

    Such a line has a product that the original sold, and only at other prices: nobody returns
    goods at a price they were never sold at.
    """
    if not source.is_credit_note or not source.original:
        return frozenset()
    sold = {}
    for line in source.original.invoice_line_ids:
        if line.display_type == "product":
            sold.setdefault(_what(line), []).append(_unit_price(line))
    return frozenset(
        line.id
        for line in source.goods
        if _what(line) in sold
        and all(abs(price - _unit_price(line)) > SAME_PRICE for price in sold[_what(line)])
    )


def _what(line):
    return line.product_id.id or one_line(line.name)


def _unit_price(line):
    return line.price_unit * (1 - line.discount / 100.0)


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
            invoice=source.move.display_name,
            original=original.name or "",
        )
