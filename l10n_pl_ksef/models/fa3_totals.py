"""The totals: P_13 to P_15 and Rozliczenie, from the journal items and checked against them."""

from decimal import Decimal

from ..ksef import fa3
from ..ksef.texts import _
from .fa3_rates import MARGIN, OSS, ZERO, total_key
from .fa3_source import RATE_PLACES, number
from .fa3_texts import one_line

REASON_SIZE = 256
SIMPLIFIED_PLN = Decimal(450)
SIMPLIFIED_EUR = Decimal(100)
GROSZ = Decimal("0.01")


def totals_by_rate(source, goods):
    """Give the `Total` of each rate code that is on the invoice, and of `OSS` and `MARGIN`.

    Net values from the lines' journal items; VAT from those of the taxes, in the invoice's currency
    and in PLN. Nothing is multiplied here.
    """
    net = {}
    for item in goods:
        key = item.rate.key
        net[key] = net.get(key, ZERO) + item.value
    vat = {item.rate.key: [ZERO, ZERO] for item in goods if item.rate.taxed}
    for line in source.taxes:
        booked = vat.get(total_key(line.tax_line_id.l10n_pl_ksef_rate_code))
        if booked is None:
            _report_stray_tax(source, line)
            continue
        booked[0] += source.amount(line.amount_currency)
        booked[1] += source.amount(line.balance)
    totals = {}
    for key, value in net.items():
        in_currency, in_pln = vat.get(key, (None, None))
        polish = source.foreign and key != OSS
        totals[key] = fa3.Total(net=value, vat=in_currency, vat_pln=in_pln if polish else None)
    return totals


def check_line_rates(source, goods, totals):
    """Report where lines have exchange rates of their own that do not make the VAT in the ledger.

    The ledger knows one rate for the whole invoice: the mean by which its VAT in PLN is theirs.
    """
    field = "l10n_pl_ksef_fa3_exchange_rate"
    if not source.foreign or not any(item.record[field] for item in goods):
        return
    expected, count = ZERO, 0
    taxed = {item.rate.key: totals[item.rate.key] for item in goods if item.rate.taxed_in_poland}
    for item in goods:
        if item.rate.taxed_in_poland:
            own = item.record[field]
            rate = number(own, RATE_PLACES) if own else source.exchange_rate
            expected += item.value * item.rate.percent / 100 * rate
            count += 1
    booked = sum((total.vat_pln for total in taxed.values()), ZERO)
    vat = sum((total.vat for total in taxed.values()), ZERO)
    if vat and abs(expected - booked) > GROSZ * (count + 1):
        source.problems.error(
            "currency.line_rates",
            "Fa/FaWiersz/KursWaluty",
            _(
                "At the exchange rates of its lines the VAT of %(invoice)s comes to %(expected)s "
                "PLN, but the journal entry holds %(booked)s PLN. Reset it to draft and enter "
                "%(rate)s PLN for one %(currency)s as the rate of the invoice, which is the mean "
                "of its lines."
            ),
            invoice=source.move,
            expected=expected.quantize(GROSZ),
            booked=booked,
            rate=(expected / vat).quantize(GROSZ**3),
            currency=source.move.currency_id.name,
        )


def vat_totals(totals):
    """Give P_13 and P_14 from what `totals_by_rate` gave."""
    by_rate = {key: total for key, total in totals.items() if isinstance(key, fa3.RateCode)}
    return fa3.VatTotals.by_rate(by_rate, oss=totals.get(OSS), margin=totals.get(MARGIN))


def _report_stray_tax(source, line):
    source.problems.error(
        "total.stray_tax",
        "Fa/P_14_1",
        _(
            "The journal entry of %(invoice)s holds %(amount)s of the tax “%(tax)s”, but no line "
            "that KSeF knows VAT of has this tax. Remove it, or choose it on the lines it belongs "
            "to."
        ),
        invoice=source.move,
        amount=source.amount(line.amount_currency),
        tax=line.tax_line_id.name or line.name or "",
    )


def owed(source):
    """What the customer owes by the journal entry, in the invoice's currency."""
    return -sum((source.amount(line.amount_currency) for line in source.terms), ZERO)


def total(source, totals):
    """Give P_15, and report where it is not what the customer owes by the journal entry."""
    counted = sum((one.net + (one.vat or ZERO) for one in totals.values()), ZERO)
    counted_beside = sum((source.amount(line.amount_currency) for line in beside(source)), ZERO)
    booked = owed(source)
    if counted + counted_beside != booked:
        source.problems.error(
            "total.not_the_ledgers",
            "Fa/P_15",
            _(
                "The lines and VAT of %(invoice)s come to %(counted)s, but the customer owes "
                "%(owed)s by its journal entry. KSeF must not get another amount than your books. "
                "Check the journal items for entries made by hand."
            ),
            invoice=source.move,
            counted=counted + counted_beside,
            owed=booked,
        )
    return counted


def check_simplified(source, invoice_total):
    """Report a simplified invoice that may be none (art. 106e(5)(3))."""
    if not source.simplified:
        return
    if source.move.currency_id.name == "EUR":
        allowed = invoice_total <= SIMPLIFIED_EUR
    else:
        allowed = invoice_total * (source.exchange_rate or 1) <= SIMPLIFIED_PLN
    if not allowed:
        source.problems.error(
            "simplified.limit",
            "Fa/RodzajFaktury",
            _(
                "%(invoice)s is for %(total)s %(currency)s, but a simplified invoice may be for "
                "450 PLN or 100 EUR at most. Empty Simplified Invoice on the page KSeF Details."
            ),
            invoice=source.move,
            total=invoice_total,
            currency=source.move.currency_id.name,
        )


def beside(source):
    """The journal items that the customer owes beside what is sold: deposits and cash rounding."""
    return [*source.beside, *source.roundings]


def settlement(source, invoice_total):
    """Give Rozliczenie: what is to be paid or deducted besides the invoice's total.

    From lines whose tax says that they are no sale, from cash rounding, and from what is entered
    among the details of the invoice; only the last is not in the journal entry.
    """
    items = [*_booked_items(source), *source.details.settlement_items()]
    if not items:
        return None
    charges = tuple(item for is_charge, item in items if is_charge)
    deductions = tuple(item for is_charge, item in items if not is_charge)
    charged = sum((item.amount for item in charges), ZERO)
    deducted = sum((item.amount for item in deductions), ZERO)
    to_pay = invoice_total + charged - deducted
    return fa3.Settlement(
        charges=charges,
        charges_total=charged if charges else None,
        deductions=deductions,
        deductions_total=deducted if deductions else None,
        to_pay=to_pay if to_pay >= 0 else None,
        to_settle=-to_pay if to_pay < 0 else None,
    )


def _booked_items(source):
    for line in beside(source):
        value = source.amount(line.amount_currency)
        reason = source.env._("Cash rounding")
        if line.display_type == "product":
            reason = one_line(line.name)[:REASON_SIZE] or reason
        yield value >= 0, fa3.SettlementItem(amount=abs(value), reason=reason)
