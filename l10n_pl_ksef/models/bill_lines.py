"""The lines of a bill, with amounts that are the document's to the grosz.

What Odoo would count from quantity, price and tax is the same in nearly all cases; where a grosz is
rounded elsewhere, or the quantity has more decimals than Odoo keeps, the amounts that the document
states stand in ``extra_tax_data``. That is Odoo's own place for amounts that are known beforehand.
It holds until somebody changes the line's price, quantity, discount or tax.
"""

from decimal import Decimal

from odoo import Command

from ..ksef.fa3.billing_model import price_for
from ..ksef.texts import _
from .bill_taxes import OSS, code_of
from .explanations import translated

ZERO = Decimal(0)
GROSZ = Decimal("0.01")
HUNDRED = Decimal(100)
NAME_SIZE = 2000
NO_TAX = {"0": {}}
"""Stands for "no tax" where Odoo wants the amounts of each."""


class Lines:
    """Builds the lines of the bills of one batch."""

    def __init__(self, env, products, units, taxes_of):
        """:param taxes_of: gives the `Taxes` for a document"""
        self._env = env
        self._products = products
        self._units = units
        self._taxes_of = taxes_of
        precision = env["decimal.precision"].precision_get
        self._quantity_places = precision("Product Unit")
        self._discount_places = precision("Discount")
        self._in_pln = env.company.currency_id.name == "PLN"

    def of(self, document):
        """Give the commands for ``invoice_line_ids``."""
        bill = document.bill
        if not bill.lines:
            return [Command.create(self._nothing(document))]
        vats = _shares(bill, self._in_pln)
        return [
            Command.create(
                self._values(document, line, vat, vat_pln, document.purchase_lines.get(place))
            )
            for place, (line, (vat, vat_pln)) in enumerate(zip(bill.lines, vats, strict=True))
        ]

    def _nothing(self, document):
        """Stands for a document that moves no money: Odoo confirms no bill without lines."""
        values = {
            "name": self._env._("Nothing to pay: only data are corrected"),
            "quantity": 1.0,
            "price_unit": 0.0,
            "tax_ids": [Command.clear()],
            "is_imported": True,
        }
        if document.account:
            values["account_id"] = document.account.id
        return values

    def _values(self, document, line, vat, vat_pln, order_line):
        product = self._products.of(line, document.partner)
        if order_line:
            product = product or order_line.product_id
        account = self._env["account.account"] if product else document.account
        choice = self._taxes_of(document).of(line, document.partner, product, account)
        if choice.open:
            _note_open(document, line, vat)
        net = line.net
        if not choice.tax and vat:
            # Without a tax nothing is lost: the VAT stays part of the amount.
            net, vat, vat_pln = net + vat, ZERO, None
        fitted = line.with_quantity_places(self._quantity_places)
        quantity, price, discount = self._priced(fitted, net, vat, choice.tax)
        if document.refund:
            quantity, price = (quantity, -price) if price < 0 else (-quantity, price)
            net, vat, vat_pln = -net, -vat, -vat_pln if vat_pln is not None else None
        values = {
            "name": self._name(line, fitted),
            "quantity": float(quantity),
            "price_unit": float(price),
            "discount": float(discount),
            "tax_ids": [Command.set(choice.tax.ids)],
            "is_imported": True,
            "extra_tax_data": {
                "currency_id": document.currency.id,
                "quantity": float(quantity),
                "price_unit": float(price),
                "discount": float(discount),
                "rate": document.rate,
                "manual_total_excluded_currency": float(net),
                "manual_tax_amounts": _amounts(choice, net, vat, vat_pln),
            },
        }
        unit = self._units.of(line.unit, product)
        if product:
            values["product_id"] = product.id
        elif account:
            values["account_id"] = account.id
        if unit:
            values["product_uom_id"] = unit.id
        if document.analytic:
            values["analytic_distribution"] = document.analytic
        if order_line:
            values["purchase_line_id"] = order_line.id
        return values

    def _priced(self, line, net, vat, tax):
        """Quantity, price and discount that give the amount in the way the tax counts."""
        gross_price = bool(tax) and tax.price_include
        discount = line.discount_percent
        kept = discount == round(discount, self._discount_places)
        if line.price_includes_tax == gross_price and net == line.net and kept:
            return line.quantity, line.unit_price, discount
        amount = net + vat if gross_price else net
        return line.quantity, price_for(amount, line.quantity), ZERO

    def _name(self, line, fitted):
        """What was sold; with the quantity where Odoo rounds it."""
        wording = line.wording
        name = translated(self._env, wording.template, wording.values) if wording else line.name
        if fitted.quantity != line.quantity:
            name = f"{name} ({line.quantity.normalize():f} {line.unit or ''}".rstrip() + ")"
        return name[:NAME_SIZE] or "-"


def _amounts(choice, net, vat, vat_pln):
    if not choice.tax:
        return NO_TAX
    own = choice.own_vat(net, vat).quantize(GROSZ, rounding="ROUND_HALF_UP")
    amounts = {"base_amount_currency": float(net), "tax_amount_currency": float(own)}
    if vat_pln is not None:
        amounts["tax_amount"] = float(vat_pln)
    return {str(choice.tax.id): amounts}


def _note_open(document, line, vat):
    """Say once for each rate what is missing, where to choose it and what the lines show now."""
    code = code_of(line)
    if code is None:
        document.notes.ask_for_tax(
            _(
                "The document does not say which VAT rate some of its lines have. They came in "
                "without a tax; please choose it."
            )
        )
    elif vat:
        document.notes.ask_for_tax(
            _(
                "No tax is chosen for the KSeF rate %(code)s, so its lines came in without one, "
                "and the VAT is part of their amounts. Choose the tax in Invoicing, "
                "Configuration, Taxes of Bills from KSeF, and press “Make Lines Again”."
            ),
            code=code.upper() if code == OSS else code,
        )
    else:
        document.notes.ask_for_tax(
            _(
                "No tax is chosen for the KSeF rate %(code)s, so its lines came in without one. "
                "Choose it in Invoicing, Configuration, Taxes of Bills from KSeF, and press “Make "
                "Lines Again”."
            ),
            code=code.upper() if code == OSS else code,
        )


# -- VAT by line ----------------------------------------------------------------------------


def _shares(bill, with_pln):
    """Give (VAT, VAT in PLN or None) of each line; those of a group come to its P_14_x."""
    shares = [(ZERO, None)] * len(bill.lines)
    for group in bill.groups:
        places = [place for place, line in enumerate(bill.lines) if line.group == group.name]
        lines = [bill.lines[place] for place in places]
        if not lines:
            continue
        vats = _spread(group.vat, [_guess(group, line) for line in lines], lines)
        in_pln = [None] * len(lines)
        if with_pln and group.vat_pln is not None:
            ratio = group.vat_pln / group.vat if group.vat else ZERO
            in_pln = _spread(group.vat_pln, [vat * ratio for vat in vats], lines)
        for place, vat, pln in zip(places, vats, in_pln, strict=True):
            shares[place] = vat, pln
    return shares


def _guess(group, line):
    """The VAT that a line would have by itself."""
    if not group.vat:
        return ZERO
    if line.price_includes_tax and line.gross is not None:
        return line.gross - line.net
    percent = line.rate.percent if line.rate else line.oss_rate
    if percent is not None:
        return line.net * percent / HUNDRED
    return line.net * group.vat / group.net if group.net else ZERO


def _spread(total, guesses, lines):
    """Round the guesses so that they come to ``total``: a grosz each on the largest lines."""
    found = [guess.quantize(GROSZ, rounding="ROUND_HALF_UP") for guess in guesses]
    missing = total - sum(found, ZERO)
    if not missing:
        return found
    order = sorted(range(len(lines)), key=lambda place: -abs(lines[place].net))
    steps = int(abs(missing) / GROSZ)
    step = GROSZ if missing > 0 else -GROSZ
    if steps > len(order):
        found[order[0]] += missing
        return found
    for place in order[:steps]:
        found[place] += step
    return found
