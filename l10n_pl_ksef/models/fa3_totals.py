"""The totals: P_13 to P_15 and Rozliczenie, from the journal items and checked against them."""

from ..ksef import fa3
from ..ksef.texts import _
from .fa3_rates import ZERO
from .fa3_source import amount


def totals_by_rate(source, goods):
    """Give the `Total` of each rate code that is on the invoice.

    Net values from the lines' journal items; VAT from those of the taxes, in the invoice's currency
    and in PLN. Nothing is multiplied here.
    """
    net = {}
    for item in goods:
        code = item.rate.code
        net[code] = net.get(code, ZERO) + item.value
    vat = {item.rate.code: [ZERO, ZERO] for item in goods if item.rate.taxed}
    for line in source.taxes:
        code = line.tax_line_id.l10n_pl_ksef_rate_code
        booked = vat.get(fa3.RateCode(code)) if code else None
        if booked is None:
            _report_stray_tax(source, line)
            continue
        booked[0] += amount(line.amount_currency)
        booked[1] += amount(line.balance)
    totals = {}
    for code, value in net.items():
        in_currency, in_pln = vat.get(code, (None, None))
        totals[code] = fa3.Total(
            net=value, vat=in_currency, vat_pln=in_pln if source.foreign else None
        )
    return totals


def _report_stray_tax(source, line):
    source.problems.error(
        "total.stray_tax",
        "Fa/P_14_1",
        _(
            "The journal entry of %(invoice)s holds %(amount)s of the tax “%(tax)s”, but no line "
            "that KSeF knows VAT of has this tax. Remove it, or choose it on the lines it belongs "
            "to."
        ),
        invoice=source.move.display_name,
        amount=amount(line.amount_currency),
        tax=line.tax_line_id.name or line.name or "",
    )


def owed(source):
    """What the customer owes by the journal entry, in the invoice's currency."""
    return -sum((amount(line.amount_currency) for line in source.terms), ZERO)


def total(source, totals):
    """Give P_15, and report where it is not what the customer owes by the journal entry."""
    counted = sum((one.net + (one.vat or ZERO) for one in totals.values()), ZERO)
    rounding = sum((amount(line.amount_currency) for line in source.roundings), ZERO)
    booked = owed(source)
    if counted + rounding != booked:
        source.problems.error(
            "total.not_the_ledgers",
            "Fa/P_15",
            _(
                "The lines and VAT of %(invoice)s come to %(counted)s, but the customer owes "
                "%(owed)s by its journal entry. KSeF must not get another amount than your books. "
                "Check the journal items for entries made by hand."
            ),
            invoice=source.move.display_name,
            counted=counted + rounding,
            owed=booked,
        )
    return counted


def settlement(source, invoice_total):
    """Give Rozliczenie for cash rounding, which is no sale and so stands beside the total."""
    rounding = sum((amount(line.amount_currency) for line in source.roundings), ZERO)
    if not rounding:
        return None
    items = (fa3.SettlementItem(amount=abs(rounding), reason=source.env._("Cash rounding")),)
    to_pay = invoice_total + rounding
    return fa3.Settlement(
        charges=items if rounding > 0 else (),
        charges_total=rounding if rounding > 0 else None,
        deductions=items if rounding < 0 else (),
        deductions_total=-rounding if rounding < 0 else None,
        to_pay=to_pay if to_pay >= 0 else None,
        to_settle=-to_pay if to_pay < 0 else None,
    )
