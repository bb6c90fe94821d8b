"""What every invoice states about itself: Adnotacje, TP, notes, footer and terms."""

from ..ksef import fa3
from ..ksef.texts import _
from .fa3_texts import one_line, pieces, plain_text

NOTE_SIZE = 256
FOOTER_SIZE = 3500
FOOTER_PARTS = 3
TEXT_SIZE = 256
BUYER_PAYS_VAT = frozenset({fa3.RateCode.REVERSE_CHARGE, fa3.RateCode.EU_SERVICES})
EXEMPTION_FIELDS = {"act": "act", "directive": "directive", "other": "other"}


def annotations(source, rates):
    """Give Adnotacje, each from the taxes or fields that decide it.

    Self-billing, new means of transport, triangular trade and margin schemes cannot be entered
    yet, and taxes for them have no rate code: they stop the invoice before it comes here.
    """
    return fa3.Annotations(
        cash_accounting=any(rate.tax.tax_exigibility == "on_payment" for rate in rates.all()),
        reverse_charge=not BUYER_PAYS_VAT.isdisjoint(rates.codes),
        split_payment=source.move.l10n_pl_ksef_fa3_split_payment,
        exemption=_exemption(source, rates),
    )


def _exemption(source, rates):
    taxes = [rate.tax for rate in rates.all() if rate.code == fa3.RateCode.EXEMPT]
    if not taxes:
        return None
    bases = {}
    for tax in taxes:
        basis = one_line(tax.l10n_pl_ksef_exemption_basis)
        kind = tax.l10n_pl_ksef_exemption_kind
        if not basis or not kind:
            _report_no_basis(source, tax)
            return None
        bases.setdefault(kind, {})[basis] = tax
    if len(bases) > 1:
        _report_several_kinds(source, taxes)
        return None
    kind, texts = next(iter(bases.items()))
    text = "; ".join(texts)
    if len(text) > TEXT_SIZE:
        _report_long_basis(source, taxes)
    return fa3.Exemption(**{EXEMPTION_FIELDS[kind]: text})


def _report_no_basis(source, tax):
    source.problems.error(
        "exemption.no_basis",
        "Fa/Adnotacje/Zwolnienie/P_19A",
        _(
            "%(invoice)s has exempt lines, and an invoice must name the provision that exempts "
            "them. Fill in KSeF Kind of Exemption Basis and KSeF Exemption Basis of the tax "
            "“%(tax)s” in Invoicing, Configuration, Taxes, on the page Advanced Options."
        ),
        invoice=source.move.display_name,
        tax=tax.name,
    )


def _report_several_kinds(source, taxes):
    source.problems.error(
        "exemption.several_kinds",
        "Fa/Adnotacje/Zwolnienie",
        _(
            "The exempt lines of %(invoice)s have different kinds of legal basis (taxes: "
            "%(taxes)s), but a KSeF invoice names one kind. Divide it into an invoice for each."
        ),
        invoice=source.move.display_name,
        taxes=", ".join(tax.name for tax in taxes),
    )


def _report_long_basis(source, taxes):
    source.problems.error(
        "exemption.size",
        "Fa/Adnotacje/Zwolnienie/P_19A",
        _(
            "The legal basis of the exemption has more than %(size)s characters. Shorten the KSeF "
            "Exemption Basis of these taxes: %(taxes)s."
        ),
        size=TEXT_SIZE,
        taxes=", ".join(tax.name for tax in taxes),
    )


def notes(source):
    """Give DodatkowyOpis of the invoice's lines that are only text.

    Headings are left out: they lay out the printed page and say nothing of their own.
    """
    key = source.env._("Note")
    return [
        fa3.Note(key=key, value=part)
        for line in source.notes
        for part in pieces(one_line(line.name), NOTE_SIZE)
    ]


def footer(source):
    """Give Stopka with the terms and conditions of the invoice, or None where it has none."""
    parts = pieces(plain_text(source.move.narration), FOOTER_SIZE)
    if not parts:
        return None
    if len(parts) > FOOTER_PARTS:
        source.problems.error(
            "footer.size",
            "Stopka/Informacje/StopkaFaktury",
            _(
                "The terms and conditions under the lines of %(invoice)s are longer than the "
                "%(size)s characters that KSeF takes. Shorten them."
            ),
            invoice=source.move.display_name,
            size=FOOTER_SIZE * FOOTER_PARTS,
        )
    return fa3.Footer(notes=tuple(fa3.FooterNote(text=part) for part in parts))


def terms(source):
    """Give WarunkiTransakcji: the customer's reference as the order number, and incoterms.

    The reference of a correction tells its reason and no order.
    """
    reference = "" if source.original else one_line(source.move.ref)
    incoterm = source.move.invoice_incoterm_id
    if not reference and not incoterm:
        return None
    place = one_line(source.move.incoterm_location) if incoterm else ""
    return fa3.Terms(
        orders=(fa3.PurchaseOrder(number=reference[:TEXT_SIZE]),) if reference else (),
        delivery_terms=f"{incoterm.code or ''} {place}".strip()[:TEXT_SIZE] or None,
    )
