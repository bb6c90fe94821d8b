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
    try:
        state = _state_before(source)
        after = [_Entry(entry.what, entry.line) for entry in state]
        touched = _apply(after, goods, lines)
    except Unmatched:
        return None
    if source.kind in SETTLEMENTS:
        # What remains to be paid depends on the whole order.
        touched |= set(range(len(state)))
    return tuple(_pairs(state, after, touched))


def what(line):
    """What identifies goods across an invoice and its corrections."""
    return line.product_id.id or one_line(line.name)


class _Entry:
    """A line of the invoice as it stands at some moment."""

    def __init__(self, what_is_sold, line):
        self.what = what_is_sold
        self.line = line


def _state_before(source):
    root, *corrections = history_of(source.move)
    state = [_Entry(*told) for told in _told(root)]
    for correction in corrections:
        _apply_lines(state, _told(correction))
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


def _apply(state, goods, lines):
    return _apply_lines(
        state, [(what(item.record), line) for item, line in zip(goods, lines, strict=True)]
    )


def _apply_lines(state, differences):
    """Change ``state`` by the differences; give the places that they touched."""
    touched = set()
    for what_is_sold, difference in differences:
        place = _place(state, what_is_sold, difference)
        if place is not None:
            state[place] = _Entry(what_is_sold, _changed(state[place].line, difference))
            touched.add(place)
        elif (difference.net_amount or ZERO) < 0:
            raise Unmatched
        else:
            number = max((entry.line.number for entry in state), default=0) + 1
            state.append(_Entry(what_is_sold, replace(difference, number=number)))
            touched.add(len(state) - 1)
    return touched


def _place(state, what_is_sold, difference):
    """Where the line stands that a difference changes; that of the same price first."""
    places = [
        place
        for place, entry in enumerate(state)
        if entry.what == what_is_sold
        and entry.line.rate == difference.rate
        and entry.line.oss_rate == difference.oss_rate
        and (entry.line.gross_price is None) == (difference.gross_price is None)
    ]
    same = [place for place in places if _price(state[place].line) == _price(difference)]
    enough = [
        place for place in same if state[place].line.quantity + (difference.quantity or ZERO) >= 0
    ]
    return next(iter([*enough, *same, *places]), None)


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
            yield replace(before[place].line, before=True)
        yield after[place].line


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
