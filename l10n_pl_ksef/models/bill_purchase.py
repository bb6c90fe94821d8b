"""Purchase orders that a document names, matched line by line, where ``purchase`` is installed.

The lines stay the document's own, and so do its totals: each is only tied to the line of the order
that it delivers.
"""

from decimal import Decimal

from odoo.fields import Domain

from ..ksef.texts import _
from .bill_doubles import comparable

CLOSE = Decimal("0.005")


class Purchases:
    """Finds the orders of a batch of documents at once."""

    def __init__(self, env, company, products):
        self._env = env
        self._company = company
        self._products = products
        self._installed = "purchase.order" in env
        self._by_number = {}
        self._used = set()

    def prepare(self, documents):
        """Look up the orders that the documents name."""
        numbers = {number for one in documents for number in _numbers(one)}
        if not self._installed or not numbers:
            return
        orders = self._env["purchase.order"].search(
            Domain("company_id", "=", self._company.id)
            & Domain("state", "in", ("purchase", "done"))
            & (Domain("name", "in", list(numbers)) | Domain("partner_ref", "in", list(numbers)))
        )
        for order in orders:
            for number in {comparable(order.name), comparable(order.partner_ref)} - {""}:
                key = order.partner_id.commercial_partner_id.id, number
                self._by_number[key] = self._by_number.get(key, orders.browse()) | order

    def values(self, document):
        """Tie the lines to those of the orders, and give the fields of the bill itself."""
        numbers = _numbers(document)
        if not numbers:
            return {}
        orders = self._orders(document, numbers) if self._installed else None
        if not orders:
            if self._installed and not document.own_sale:
                document.notes.tell(
                    _("The document names an order that is not in Odoo: %(numbers)s."),
                    numbers=", ".join(numbers),
                )
            return {"invoice_origin": ", ".join(numbers)}
        if not document.refund:
            self._match(document, orders.order_line)
        if not (document.purchase_lines or document.refund):
            document.notes.tell(
                _(
                    "The purchase order %(orders)s was found, but none of its lines fits one of "
                    "the document. Tie them with “Purchase Matching”."
                ),
                orders=", ".join(orders.mapped("name")),
            )
        return {"invoice_origin": ", ".join(orders.mapped("name"))}

    def _orders(self, document, numbers):
        entity = document.partner.commercial_partner_id.id
        found = self._env["purchase.order"]
        for number in numbers:
            found |= self._by_number.get((entity, comparable(number)), found)
        return found

    def _match(self, document, order_lines):
        """The most telling first: the product, then quantity and price, then the name."""
        lines = [
            (place, line, self._products.of(line, document.partner))
            for place, line in enumerate(document.bill.lines)
            if line.number
        ]
        for fits in (_same_product, _same_price, _same_name):
            for place, line, product in lines:
                if place in document.purchase_lines:
                    continue
                open_lines = order_lines.filtered(
                    lambda one: one.id not in self._used and not one.display_type
                )
                fitting = [one for one in open_lines if fits(line, product, one)]
                if len(fitting) == 1 or (fitting and fits is _same_product):
                    best = min(fitting, key=lambda one: _lacks(line, one))
                    document.purchase_lines[place] = best
                    self._used.add(best.id)


def _numbers(document):
    terms = document.invoice.terms
    orders = terms.orders if terms else ()
    return list(dict.fromkeys(order.number.strip() for order in orders if order.number))


def _lacks(line, order_line):
    """How much of a line is more than what is left to bill of one of the order; 0 where all is."""
    left = Decimal(repr(float(order_line.product_qty - order_line.qty_invoiced)))
    return max(line.quantity - left, Decimal(0))


def _same_product(_line, product, order_line):
    return bool(product) and order_line.product_id == product


def _same_price(line, product, order_line):
    if product and order_line.product_id:
        return False
    left = order_line.product_qty - order_line.qty_invoiced
    price = order_line.price_unit * (1 - order_line.discount / 100)
    return _close(line.quantity, left) and _close(line.net, left * price)


def _same_name(line, _product, order_line):
    return comparable(line.name) == comparable(order_line.name)


def _close(told, ordered):
    return abs(told - Decimal(repr(float(ordered)))) < CLOSE
