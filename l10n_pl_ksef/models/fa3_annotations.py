"""What every invoice states about itself: Adnotacje, TP, notes, footer and terms."""

from ..ksef import fa3
from ..ksef.texts import _
from .fa3_texts import one_line, pieces, plain_text
from .fa3_transport import new_transport, transports

NOTE_SIZE = 256
FOOTER_SIZE = 3500
FOOTER_PARTS = 3
TEXT_SIZE = 256
BUYER_PAYS_VAT = frozenset({fa3.RateCode.REVERSE_CHARGE, fa3.RateCode.EU_SERVICES})
EXEMPTION_FIELDS = {"act": "act", "directive": "directive", "other": "other"}


def annotations(source, rates):
    """Give Adnotacje, each from the taxes or fields that decide it."""
    triangular = any(rate.triangular for rate in rates.all())
    return fa3.Annotations(
        cash_accounting=any(rate.tax.tax_exigibility == "on_payment" for rate in rates.all()),
        reverse_charge=triangular or not BUYER_PAYS_VAT.isdisjoint(rates.codes),
        self_billing=source.self_billed,
        split_payment=source.move.l10n_pl_ksef_fa3_split_payment,
        exemption=_exemption(source, rates),
        new_transport=new_transport(source),
        triangular=triangular,
        margin=_margin(source, rates),
    )


def _margin(source, rates):
    schemes = {rate.margin_scheme for rate in rates.all()} - {None}
    if len(schemes) > 1:
        source.problems.error(
            "margin.several",
            "Fa/Adnotacje/PMarzy",
            _(
                "%(invoice)s sells under several margin schemes, but a KSeF invoice names one. "
                "Divide it into an invoice for each."
            ),
            invoice=source.move,
        )
    return next(iter(schemes), None)


def _exemption(source, rates):
    taxes = [rate.tax for rate in rates.all() if rate.code == fa3.RateCode.EXEMPT]
    if not taxes:
        return None
    position = source.move.fiscal_position_id
    if position.l10n_pl_ksef_exemption_kind and one_line(position.l10n_pl_ksef_exemption_basis):
        taxes = [position]
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
            "“%(tax)s” in Invoicing, Configuration, Taxes, on the page Advanced Options, or of "
            "the fiscal position of the invoice."
        ),
        invoice=source.move,
        tax=tax,
    )


def _report_several_kinds(source, taxes):
    source.problems.error(
        "exemption.several_kinds",
        "Fa/Adnotacje/Zwolnienie",
        _(
            "The exempt lines of %(invoice)s have different kinds of legal basis (taxes: "
            "%(taxes)s), but a KSeF invoice names one kind. Divide it into an invoice for each."
        ),
        invoice=source.move,
        taxes=taxes[0].concat(*taxes[1:]),
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
        taxes=taxes[0].concat(*taxes[1:]),
    )


def notes(source):
    """Give DodatkowyOpis of the invoice's details and of its lines that are only text.

    Headings are left out: they lay out the printed page and say nothing of their own.
    """
    key = source.env._("Note")
    return [
        *source.details.notes(source.line_numbers),
        *(
            fa3.Note(key=key, value=part)
            for line in source.notes
            for part in pieces(one_line(line.name), NOTE_SIZE)
        ),
    ]


def footer(source):
    """Give Stopka with the terms and conditions of the invoice and the registers of the company.

    None where there are neither.
    """
    parts = pieces(plain_text(source.move.narration), FOOTER_SIZE)
    registers = () if source.self_billed else _registers(source.move.company_id)
    if not parts and not registers:
        return None
    if len(parts) > FOOTER_PARTS:
        source.problems.error(
            "footer.size",
            "Stopka/Informacje/StopkaFaktury",
            _(
                "The terms and conditions under the lines of %(invoice)s are longer than the "
                "%(size)s characters that KSeF takes. Shorten them."
            ),
            invoice=source.move,
            size=FOOTER_SIZE * FOOTER_PARTS,
        )
    notes_ = tuple(fa3.FooterNote(text=part) for part in parts)
    return fa3.Footer(notes=notes_, registers=registers)


def _registers(company):
    """Rejestry, of the nearest company above a branch that has any."""
    while company:
        register = fa3.Register(
            krs=one_line(company.l10n_pl_ksef_krs) or None,
            regon=one_line(company.l10n_pl_ksef_regon) or None,
            bdo=one_line(company.l10n_pl_ksef_bdo) or None,
        )
        if register != fa3.Register():
            return (register,)
        company = company.parent_id
    return ()


def terms(source):
    """Give WarunkiTransakcji: orders, contracts, batches, incoterms and transport.

    The customer's reference is an order number too, except on a correction, where it tells the
    reason.
    """
    orders = source.details.orders()
    reference = "" if source.original else one_line(source.move.ref)[:TEXT_SIZE]
    if reference and all(order.number != reference for order in orders):
        orders.append(fa3.PurchaseOrder(number=reference))
    incoterm = source.move.invoice_incoterm_id
    place = one_line(source.move.incoterm_location) if incoterm else ""
    found = fa3.Terms(
        contracts=source.details.contracts(),
        orders=tuple(orders),
        batch_numbers=source.details.texts("batch"),
        delivery_terms=f"{incoterm.code or ''} {place}".strip()[:TEXT_SIZE] or None,
        transports=transports(source),
    )
    return found if found != fa3.Terms() else None
