"""The lines of the invoice: FaWiersz.

A line's value is what its journal item holds, so that the values of the lines sum up to the totals
and the totals are the ledger's. Quantity and price are the line's own; the last grosz that Odoo
spreads over the lines when a company rounds globally shows in the value, not in the price.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from odoo import models

from ..ksef import fa3
from ..ksef.texts import _
from .fa3_rates import MARGIN, ZERO, Rate
from .fa3_source import RATE_PLACES, amount, number
from .fa3_texts import one_line, pieces

CENT = Decimal("0.01")
PRICE_PLACES = 8
QUANTITY_PLACES = 6
HUNDRED = Decimal(100)
NAME_SIZE = 512
NOTE_SIZE = 256
UNIT_SIZE = 256
CODE_SIZE = 50
GTIN_SIZES = frozenset({8, 12, 13, 14})
PROCEDURES = {
    "l10n_pl_vat_b_spv": fa3.Procedure.B_SPV,
    "l10n_pl_vat_b_spv_dostawa": fa3.Procedure.B_SPV_DOSTAWA,
    "l10n_pl_vat_b_mpv_prowizja": fa3.Procedure.B_MPV_PROWIZJA,
}
PROCEDURE_TAGS = {"I_42": fa3.Procedure.I_42, "I_63": fa3.Procedure.I_63}


@dataclass(slots=True)
class Goods:
    """A line on its way: numbers from the buyer's side, in the invoice's currency.

    ``discount`` in percent; ``value`` without VAT; ``forced``: Odoo fixed the line's value by other
    means than its price, as it does for discounts on a whole order.
    """

    record: models.Model
    rate: Rate
    quantity: Decimal
    price: Decimal
    discount: Decimal
    value: Decimal
    forced: bool = False

    @property
    def gross_value(self):
        """Quantity by price with the tax in it; only for prices that contain it."""
        counted = self.quantity * self.price * (HUNDRED - self.discount) / HUNDRED
        return counted.quantize(CENT, ROUND_HALF_UP)


def read_goods(source, rates, repriced):
    """Give the `Goods` of each line, and report those that have no rate.

    ``repriced``: ids of lines that correct a price; all others on a credit note take goods back.
    """
    goods = []
    for line in source.goods:
        rate = rates.of(line)
        if rate is None:
            continue
        quantity = number(line.quantity, QUANTITY_PLACES)
        price = Decimal(repr(line.price_unit))
        discount = Decimal(repr(line.discount))
        if line.id in repriced:
            price = -price * (HUNDRED - discount) / HUNDRED
            discount = ZERO
        elif source.is_credit_note:
            quantity = -quantity
        if discount < 0:
            price, discount = price * (HUNDRED - discount) / HUNDRED, ZERO
        goods.append(
            Goods(
                record=line,
                rate=rate,
                quantity=quantity,
                price=price,
                discount=discount,
                value=source.amount(line.amount_currency),
                forced=bool(line.extra_tax_data),
            )
        )
    rates.report_untaxed()
    return goods


def write_lines(source, goods, totals):
    """Give the lines, and notes with what is too long for them.

    ``totals``: the `Total` of each rate code, to see where gross values can be shown.
    """
    writer = _LineWriter(source, goods, totals)
    return tuple(writer.line(number, item) for number, item in enumerate(goods, 1)), writer.notes


class _LineWriter:
    def __init__(self, source, goods, totals):
        self.notes = []
        self._source = source
        self._gross_rates = _rates_shown_gross(goods, totals)
        self._vat = _vat_of_lines(source, goods, totals)
        self._procedure = _procedure_of_invoice(source)
        rounding = Decimal(repr(source.move.currency_id.rounding))
        # Rounding globally moves at most half a unit for each line, all of it maybe to one line.
        self._tolerance = rounding * (len(goods) + 2) / 2

    def line(self, number, item):
        record = item.record
        product = record.product_id
        barcode = product.barcode or ""
        gtu = record.l10n_pl_ksef_fa3_gtu or product.l10n_pl_vat_gtu
        simplified = self._source.simplified
        if simplified:
            rate = item.rate if simplified == "rates" else None
            return fa3.Line(
                number=number,
                name=self._name(number, record),
                rate=rate and rate.code,
                oss_rate=rate and rate.oss_percent,
            )
        net_price, gross_price, discount = self._prices(item)
        return fa3.Line(
            number=number,
            supplied_on=record.l10n_pl_ksef_fa3_supplied_on or None,
            name=self._name(number, record),
            index=one_line(product.default_code)[:CODE_SIZE] or None,
            gtin=barcode if barcode.isdecimal() and len(barcode) in GTIN_SIZES else None,
            pkwiu=one_line(product.l10n_pl_ksef_pkwiu)[:CODE_SIZE] or None,
            cn=one_line(product.l10n_pl_ksef_cn)[:CODE_SIZE] or None,
            pkob=one_line(product.l10n_pl_ksef_pkob)[:CODE_SIZE] or None,
            unit=one_line(record.product_uom_id.name)[:UNIT_SIZE] or None,
            quantity=item.quantity,
            net_price=net_price,
            gross_price=gross_price,
            discount=discount,
            net_amount=None if item.rate.key == MARGIN else item.value,
            gross_amount=self._gross_amount(item, gross_price),
            vat_amount=self._vat.get(record.id),
            rate=item.rate.code,
            oss_rate=item.rate.oss_percent,
            annex_15=record._l10n_pl_ksef_annex_15(),
            gtu=fa3.GoodsCode(gtu) if gtu else None,
            procedure=self._procedure_of(item),
            exchange_rate=self._exchange_rate(item) if item.rate.taxed_in_poland else None,
        )

    def _procedure_of(self, item):
        chosen = item.record.l10n_pl_ksef_fa3_procedure
        if chosen:
            return fa3.Procedure(chosen)
        return self._procedure or _procedure_of_tax(item.rate)

    def _exchange_rate(self, item):
        """The line's own rate, else the invoice's; None in PLN."""
        own = item.record.l10n_pl_ksef_fa3_exchange_rate
        if own and self._source.foreign:
            return number(own, RATE_PLACES)
        return self._source.exchange_rate

    def _name(self, number, record):
        """What is sold; the part that P_7 cannot hold goes to notes of this line."""
        text = one_line(record.name) or one_line(record.product_id.display_name)
        if not text:
            self._source.problems.error(
                "line.no_name",
                "Fa/FaWiersz/P_7",
                _("Line %(number)s of %(invoice)s does not say what is sold. Fill in its name."),
                number=number,
                invoice=self._source.move,
            )
        if len(text) <= NAME_SIZE:
            return text
        first, rest = _cut(text, NAME_SIZE)
        key = self._source.env._("Description, continued")
        self.notes.extend(
            fa3.Note(line_number=number, key=key, value=part) for part in pieces(rest, NOTE_SIZE)
        )
        return first

    def _prices(self, item):
        """Give net price, gross price and the discount on one unit, of which one price is None."""
        if item.rate.key == MARGIN and item.forced and item.quantity:
            return None, _price(item.value / item.quantity), None
        if item.rate.key == MARGIN or (item.rate.taxed and item.rate.key in self._gross_rates):
            price = _price(item.price)
            return None, price, _discount(price, item.discount)
        price = item.price
        if item.rate.gross:
            price = price / (1 + item.rate.percent / HUNDRED)
        fixed_value = item.forced or (item.rate.gross and not item.discount)
        if fixed_value and item.quantity:
            return _price(item.value / item.quantity), None, None
        price = _price(price)
        discount = _discount(price, item.discount)
        self._check_value(item, price - (discount or ZERO))
        return price, None, discount

    def _gross_amount(self, item, gross_price):
        """Give P_11A; under a margin scheme it is the journal item of the line."""
        if item.rate.key == MARGIN:
            return item.value
        return item.gross_value if gross_price is not None else None

    def _check_value(self, item, price):
        counted = item.quantity * price
        if abs(counted - item.value) > self._tolerance:
            self._source.problems.error(
                "line.value",
                "Fa/FaWiersz/P_11",
                _(
                    "The line “%(line)s” comes to %(counted)s by quantity, price and discount, "
                    "but its journal item holds %(booked)s. Reset the invoice to draft, enter the "
                    "line again and confirm it."
                ),
                line=item.record.name or "",
                counted=counted.quantize(CENT, ROUND_HALF_UP),
                booked=item.value,
            )


def _discount(price, percent):
    if not percent:
        return None
    return _price(price * percent / HUNDRED)


def _price(value):
    """Round to the decimals that a price may have, and leave out zeros at the end."""
    return Decimal(f"{value:.{PRICE_PLACES}f}".rstrip("0").rstrip("."))


def _cut(text, size):
    first = pieces(text, size)[0]
    return first, text[len(first) :].lstrip()


def _rates_shown_gross(goods, totals):
    """Keys of the rates whose lines can be shown with gross prices and values (art. 106e(7)).

    That is where all their prices contain the tax, and where the gross values, each rounded, sum
    up to the total with VAT. Elsewhere net prices tell the same.
    """
    sums = {}
    for item in goods:
        if not item.rate.taxed:
            continue
        key = item.rate.key
        usable = item.rate.gross and not item.forced and sums.get(key, ZERO) is not None
        sums[key] = sums.get(key, ZERO) + item.gross_value if usable else None
    return {
        key
        for key, total in sums.items()
        if total is not None and total == totals[key].net + totals[key].vat
    }


def _vat_of_lines(source, goods, totals):
    """Give the VAT of each line by its id, where the invoice's VAT is the sum of them.

    So it is in companies that round per line (art. 106e(10)); elsewhere lines have no VAT of their
    own.
    """
    if source.move.company_id.tax_calculation_rounding_method != "round_per_line":
        return {}
    sign = -1 if source.is_credit_note else 1
    by_line, by_key = {}, {}
    for item in goods:
        if item.rate.taxed:
            vat = sign * amount(-item.record.price_total) - item.value
            by_line[item.record.id] = vat
            by_key[item.rate.key] = by_key.get(item.rate.key, ZERO) + vat
    if any(totals[key].vat != vat for key, vat in by_key.items()):
        return {}
    return by_line


def _procedure_of_invoice(source):
    marked = [name for name in PROCEDURES if source.move[name]]
    if len(marked) > 1:
        source.problems.error(
            "line.several_procedures",
            "Fa/FaWiersz/Procedura",
            _(
                "%(invoice)s is marked with several voucher procedures (B_SPV, B_SPV_Dostawa, "
                "B_MPV_Prowizja), but KSeF takes one for each line. Leave one of them."
            ),
            invoice=source.move,
        )
    return PROCEDURES[marked[0]] if marked else None


def _procedure_of_tax(rate):
    if rate.triangular:
        return fa3.Procedure.TT_D
    if rate.code != fa3.RateCode.ZERO_EU_SUPPLY:
        return None
    tags = rate.tax._l10n_pl_ksef_tag_names()
    return next((procedure for tag, procedure in PROCEDURE_TAGS.items() if tag in tags), None)
