"""Advances and their settlement, from the down payments of sales orders (module ``sale``).

An advance invoice (ZAL) says what was paid and what for: Zamowienie. The invoice that settles it
(ROZ) shows the whole order and names its advances.
"""

from collections import namedtuple
from dataclasses import replace
from decimal import Decimal

from ..ksef import fa3
from ..ksef.numbers import KsefNumber
from ..ksef.texts import _
from . import fa3_payments
from .fa3_kinds import ADVANCES, SETTLEMENTS, charged, history_of, is_advance, root_of
from .fa3_rates import ZERO
from .fa3_source import RATE_PLACES, number
from .fa3_texts import one_line

CENT = Decimal("0.01")
PRICE_PLACES = 8
QUANTITY_PLACES = 6
NAME_SIZE = 512
UNIT_SIZE = 256
CODE_SIZE = 50
GTIN_SIZES = frozenset({8, 12, 13, 14})

Before = namedtuple("Before", "total rate")


def before(source):
    """What was to be paid before a correction of an advance or a settlement: P_15ZK and the rate.

    Of other corrections nothing of the kind is told.
    """
    if source.kind not in ADVANCES | SETTLEMENTS:
        return Before(None, None)
    history = history_of(source.move)
    total = sum((Decimal(f"{charged(one):.2f}") for one in history), ZERO)
    rate = None
    if source.kind in ADVANCES and source.foreign and history[0].invoice_currency_rate:
        rate = number(1 / history[0].invoice_currency_rate, RATE_PLACES)
    return Before(total, rate)


def advance_rate(source, totals):
    """Give KursWalutyZ: the rate at which the VAT of an advance was counted in PLN."""
    if source.kind in ADVANCES and source.foreign and any(one.vat for one in totals.values()):
        return source.exchange_rate
    return None


def part_advances(source, owed):
    """Give ZaliczkaCzesciowa: the payments that make up an advance, where there are several."""
    if source.kind is not fa3.InvoiceKind.ADVANCE:
        return ()
    paid = fa3_payments.paid_before_issue(source)
    if len(paid) < 2 or sum((one.amount for one in paid), ZERO) != owed:
        return ()
    return tuple(fa3.PartAdvance(received_on=one.day, amount=one.amount) for one in paid)


# -- the settlement ----------------------------------------------------------------------------


def advance_invoices(source):
    """Give FakturaZaliczkowa: each advance invoice that a settlement deducts, once."""
    if source.kind not in SETTLEMENTS:
        return ()
    advances = _advances_of(source.move)
    if not advances:
        advances = _advances_of(root_of(source.move))
    if not advances:
        _report_no_advances(source)
    return tuple(_advance_invoice(source, advance) for advance in advances)


def _advances_of(move):
    lines = move.invoice_line_ids.filtered(is_advance)._get_downpayment_lines()
    advances = lines.move_id.filtered(
        lambda one: (
            one.state == "posted"
            and one.move_type == "out_invoice"
            and one != move
            and root_of(one) == one
        )
    )
    return advances.sorted(lambda one: (one.invoice_date, one.id))


def _advance_invoice(source, advance):
    known = advance._l10n_pl_ksef_known_number()
    if known:
        if not KsefNumber.is_valid(known):
            _report_wrong_number(source, advance, known)
        return fa3.AdvanceInvoice(ksef_number=known)
    _check_outside(source, advance)
    return fa3.AdvanceInvoice(number=one_line(advance.name))


def _check_outside(source, advance):
    """Report an advance that is not outside KSeF, but has no number yet."""
    if advance._l10n_pl_ksef_is_released():
        return
    values = {"advance": advance.name or "", "invoice": source.move}
    by_core = "l10n_pl_edi_ref" in advance._fields and advance.l10n_pl_edi_ref
    if advance.l10n_pl_ksef_state or by_core:
        source.problems.error(
            "advance.waits",
            "Fa/FakturaZaliczkowa/NrKSeFFaZaliczkowej",
            _(
                "%(invoice)s settles the advance invoice %(advance)s, which has no KSeF number "
                "yet, and a settlement must name it. Send %(advance)s first; once its number is "
                "there, %(invoice)s can go."
            ),
            **values,
        )
    elif advance.l10n_pl_ksef_outside_reason == "other_program":
        source.problems.error(
            "advance.elsewhere",
            "Fa/FakturaZaliczkowa/NrKSeFFaZaliczkowej",
            _(
                "%(invoice)s settles the advance invoice %(advance)s, which another program sent "
                "to KSeF, so its number is not known here. Copy it from KSeF into the field KSeF "
                "Number of the Other Program of %(advance)s."
            ),
            **values,
        )
    elif not advance.l10n_pl_ksef_outside_reason:
        source.problems.warning(
            "advance.outside",
            "Fa/FakturaZaliczkowa/NrKSeFZN",
            _(
                "%(invoice)s says that the advance invoice %(advance)s was issued outside KSeF, "
                "because it has no KSeF number here."
            ),
            **values,
        )


def _report_wrong_number(source, advance, known):
    source.problems.error(
        "advance.wrong_number",
        "Fa/FakturaZaliczkowa/NrKSeFFaZaliczkowej",
        _(
            "%(number)s is not a KSeF number. Copy that of the advance invoice %(advance)s once "
            "more from KSeF."
        ),
        number=known,
        advance=advance.name or "",
    )


def _report_no_advances(source):
    source.problems.error(
        "advance.unknown",
        "Fa/FakturaZaliczkowa",
        _(
            "%(invoice)s deducts a down payment, but no posted down payment invoice belongs to "
            "that line. Create the invoice from its sales order."
        ),
        invoice=source.move,
    )


# -- the order of an advance ---------------------------------------------------------------------


def order(source, rates):
    """Give Zamowienie, on corrections with the lines as they were before, where that is known."""
    if source.kind not in ADVANCES:
        return None
    orders = _orders(source)
    if not orders:
        source.problems.error(
            "advance.no_order",
            "Fa/Zamowienie",
            _(
                "%(invoice)s is for an advance, but belongs to no sales order, and an advance "
                "invoice must say what was ordered. Create it from the sales order with Create "
                "Invoice, Down payment."
            ),
            invoice=source.move,
        )
        return None
    lines = tuple(_order_lines(source, orders, rates))
    total = sum((line.net_amount + line.vat_amount for line in lines), ZERO)
    if source.kind.is_correction:
        lines = tuple(_with_before(_lines_before(source), lines))
    return fa3.Order(total=total, lines=lines)


def _orders(source):
    found = source.move.sudo().invoice_line_ids.sale_line_ids.order_id
    return found or root_of(source.move).sudo().invoice_line_ids.sale_line_ids.order_id


def _order_lines(source, orders, rates):
    position = 0
    for one in orders:
        ordered = one.order_line.filtered(
            lambda line: not line.display_type and not line.is_downpayment
        )
        for line, net, vat in _computed(source, one, ordered):
            rate = rates.of(line)
            if rate is not None:
                position += 1
                yield _order_line(position, line, rate, net, vat)


def _computed(source, one, ordered):
    """Odoo's own amounts of the order's lines, rounded so that they sum up to the order's."""
    engine = source.env["account.tax"]
    base_lines = [line._prepare_base_line_for_taxes_computation() for line in ordered]
    engine._add_tax_details_in_base_lines(base_lines, one.company_id)
    engine._round_base_lines_tax_details(base_lines, one.company_id)
    for line, base_line in zip(ordered, base_lines, strict=True):
        details = base_line["tax_details"]
        net = details["total_excluded_currency"] + details["delta_total_excluded_currency"]
        vat = sum(tax["tax_amount_currency"] for tax in details["taxes_data"])
        yield line, Decimal(f"{net:.2f}"), Decimal(f"{vat:.2f}")


def _order_line(position, line, rate, net, vat):
    product = line.product_id
    barcode = product.barcode or ""
    gtu = product.l10n_pl_vat_gtu
    quantity = number(line.product_uom_qty, QUANTITY_PLACES)
    return fa3.OrderLine(
        number=position,
        name=(one_line(line.name) or one_line(product.display_name))[:NAME_SIZE],
        index=one_line(product.default_code)[:CODE_SIZE] or None,
        gtin=barcode if barcode.isdecimal() and len(barcode) in GTIN_SIZES else None,
        unit=one_line(line.product_uom_id.name)[:UNIT_SIZE] or None,
        quantity=quantity,
        net_price=_net_price(line, quantity, net),
        net_amount=net,
        vat_amount=vat,
        rate=rate.code,
        gtu=fa3.GoodsCode(gtu) if gtu else None,
    )


def _net_price(line, quantity, net):
    """The price of one unit without VAT and with the discount taken off."""
    price = Decimal(repr(line.price_unit))
    if not quantity or (quantity * price).quantize(CENT) == net:
        return number(line.price_unit, PRICE_PLACES)
    return Decimal(f"{net / quantity:.{PRICE_PLACES}f}".rstrip("0").rstrip("."))


def _lines_before(source):
    """The order as the last document for KSeF told it before this correction."""
    for earlier in reversed(history_of(source.move)):
        told = earlier._l10n_pl_ksef_told_document()
        if told is not None and told.order is not None:
            return [line for line in told.order.lines if not line.before]
    return []


def _with_before(lines_before, lines_after):
    was = {line.number: line for line in lines_before}
    for line in lines_after:
        if line.number in was:
            yield replace(was.pop(line.number), before=True)
        yield line
    for line in was.values():
        yield replace(line, before=True)
