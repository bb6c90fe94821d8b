"""Whether a bill comes to what its document says: P_13, P_14 and P_15."""

from decimal import Decimal

from odoo.tools import formatLang

from ..ksef.fa3.billing_model import Source

CENT = Decimal("0.01")


def expected(document):
    """Give what the bill must come to, as plain data; positive on refunds too.

    ``explained``: whether the document's own lines and VAT come to its total; ``rate``: Odoo's rate
    by the document's own, for its ``currency``, else None; ``refund``: which way the money goes.
    """
    totals = document.bill.totals
    # P_15 may be rounded; Odoo has no other place for that than the untaxed amount
    rounding = sum(
        (
            line.net
            for line in document.bill.lines
            if line.source is Source.ROUNDING and not line.group
        ),
        Decimal(0),
    )
    lines = sum((line.net for line in document.bill.lines), Decimal(0))
    return {
        "explained": lines + totals.vat == totals.gross,
        "net": f"{document.sign * (totals.net + rounding):f}",
        "vat": f"{document.sign * totals.vat:f}",
        "gross": f"{document.sign * totals.gross:f}",
        "refund": document.refund,
        "currency": document.invoice.currency,
        "rate": document.rate,
    }


def differences(move):
    """Give {"net" | "vat" | "gross": (what the document says, what the bill has)} that differ."""
    told = move.l10n_pl_ksef_expected or {}
    has = {"net": move.amount_untaxed, "vat": move.amount_tax, "gross": move.amount_total}
    turned = "refund" in told and told["refund"] != move.move_type.endswith("_refund")
    sign = -1 if turned else 1
    pairs = {name: (Decimal(told[name]), sign * Decimal(repr(has[name]))) for name in has if told}
    return {name: pair for name, pair in pairs.items() if abs(pair[0] - pair[1]) >= CENT / 2}


def sentence(move):
    """Say by how much a bill differs from its document and why; "" where it does not."""
    found = differences(move)
    if not found:
        return ""
    _ = move.env._
    labels = {"net": _("net"), "vat": _("VAT"), "gross": _("total")}
    told = ", ".join(
        _(
            "%(what)s %(bill)s instead of %(document)s (%(difference)s)",
            what=labels[name],
            bill=_money(move, has),
            document=_money(move, wanted),
            difference=_signed(move, has - wanted),
        )
        for name, (wanted, has) in found.items()
    )
    return _(
        "This bill does not come to what its document in KSeF says: %(differences)s. %(why)s",
        differences=told,
        why=_why(move, found),
    )


def _why(move, found):
    _ = move.env._
    if "gross" not in found:
        return _(
            "The total is right, but the VAT is not divided as in the document: a line has no tax "
            "or another one than the document says."
        )
    if move.l10n_pl_ksef_expected.get("explained"):
        return _("Somebody changed its lines since it came in.")
    return _("Its lines do not come to its own totals; look at the document.")


def _money(move, amount):
    return formatLang(move.env, float(amount), currency_obj=move.currency_id)


def _signed(move, amount):
    sign = "+" if amount > 0 else "−"
    return sign + _money(move, abs(amount))
