"""Corrections told as before and after: FaWiersz with StanPrzed.

What was sold is taken from the corrected invoice and its earlier corrections, as each of them was
told. Each line of this correction then changes one of those lines.
"""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from . import fa3_lines, fa3_totals
from .fa3_kinds import SETTLEMENTS, history_of, is_advance
from .fa3_problems import Problems
from .fa3_rates import ZERO, Rates
from .fa3_source import read
from .fa3_texts import one_line

PRICE = Decimal("0.00000001")
SAME_PRICE = 0.005


class Unmatched(Exception):
    """A line takes back what the corrected invoice did not sell: it has no state before."""


def before_and_after(source, goods, lines):
    """Give the lines as they were and as they are, or None where only differences can be told.

    ``goods``, ``lines``: those of the correction as differences, one for one.
    """
    if len(source.originals) != 1 or not source.original:
        return None
    differences = [(what(item.record), line) for item, line in zip(goods, lines, strict=True)]
    try:
        state = _state_before(source)
        before = list(state.lines)
        touched = state.apply(differences)
    except Unmatched:
        return None
    if source.kind in SETTLEMENTS:
        # What remains to be paid depends on the whole order.
        touched |= set(range(len(before)))
    return tuple(_pairs(before, state.lines, touched))


def what(line):
    """What identifies goods across an invoice and its corrections."""
    return line.product_id.id or one_line(line.name)


class _State:
    """The lines of an invoice as they stand at some moment, in their order.

    Found by what they sell, without going through all of them for each difference.
    """

    def __init__(self, told):
        self.lines = []
        self._places = {}
        for what_is_sold, line in told:
            self._append(what_is_sold, line)

    def apply(self, differences):
        """Change the lines by the differences; give the places that they touched."""
        touched = set()
        for what_is_sold, difference in differences:
            place = self._place(what_is_sold, difference)
            if place is not None:
                self._change(place, what_is_sold, difference)
            elif (difference.net_amount or ZERO) < 0:
                raise Unmatched
            else:
                place = self._append(what_is_sold, replace(difference, number=len(self.lines) + 1))
            touched.add(place)
        return touched

    def _append(self, what_is_sold, line):
        place = len(self.lines)
        self.lines.append(line)
        self._places.setdefault(_key(what_is_sold, line), []).append(place)
        return place

    def _place(self, what_is_sold, difference):
        """Where the line stands that a difference changes; that of the same price first."""
        places = self._places.get(_key(what_is_sold, difference), [])
        price, quantity = _price(difference), difference.quantity
        same = [
            lambda place: (
                _price(self.lines[place]) == price and self.lines[place].quantity + quantity >= 0
            ),
            lambda place: _price(self.lines[place]) == price,
            lambda place: True,
        ]
        return next((place for fits in same for place in places if fits(place)), None)

    def _change(self, place, what_is_sold, difference):
        changed = _changed(self.lines[place], difference)
        self.lines[place] = changed
        places = self._places[_key(what_is_sold, difference)]
        if not changed.quantity and len(places) > 1:
            # All of it went back, and others of the kind remain.
            places.remove(place)


def _key(what_is_sold, line):
    return what_is_sold, line.rate, line.oss_rate, line.gross_price is None


def _state_before(source):
    root, *corrections = history_of(source.move)
    state = _State(_told(root))
    for correction in corrections:
        state.apply(_told(correction))
    return state


def _told(move):
    """What each line of an invoice sells, and the line as a difference."""
    source = read(move, Problems())
    source.goods = [line for line in source.goods if not is_advance(line)]
    rates = Rates(source)
    goods = fa3_lines.read_goods(source, rates, repriced_lines(source))
    totals = fa3_totals.totals_by_rate(source, goods)
    lines, _notes = fa3_lines.write_lines(source, goods, totals)
    return [(what(item.record), line) for item, line in zip(goods, lines, strict=True)]


def _changed(line, difference):
    """Give ``line`` as it is after ``difference``."""
    values = {
        name: _sum(getattr(line, name), getattr(difference, name))
        for name in ("net_amount", "gross_amount", "vat_amount")
    }
    if not difference.net_amount:
        values["name"] = difference.name
    elif difference.quantity < 0 or _price(difference) == _price(line):
        values["quantity"] = line.quantity + difference.quantity
        if not values["quantity"] and values["net_amount"]:
            raise Unmatched
    else:
        values.update(_new_price(line, difference, values))
    return replace(line, exchange_rate=difference.exchange_rate, **values)


def _new_price(line, difference, values):
    if not line.quantity:
        raise Unmatched
    if difference.quantity == line.quantity:
        price = _price(line) + _price(difference)
    else:
        value = values["net_amount"] if line.gross_price is None else values["gross_amount"]
        price = (value / line.quantity).quantize(PRICE, ROUND_HALF_UP)
    name = "net_price" if line.gross_price is None else "gross_price"
    return {name: Decimal(f"{price:f}"), "discount": None}


def _price(line):
    """The price of one unit with the discount taken off."""
    price = line.net_price if line.gross_price is None else line.gross_price
    return price - (line.discount or ZERO)


def _sum(first, second):
    return None if first is None or second is None else first + second


def _pairs(before, after, touched):
    for place in sorted(touched):
        if place < len(before):
            yield replace(before[place], before=True)
        yield after[place]


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
            sold.setdefault(what(line), []).append(_unit_price(line))
    return frozenset(
        line.id
        for line in source.goods
        if what(line) in sold
        and all(abs(price - _unit_price(line)) > SAME_PRICE for price in sold[what(line)])
    )


def _unit_price(line):
    return line.price_unit * (1 - line.discount / 100.0)
