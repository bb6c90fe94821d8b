"""What the invoice states: annotations, corrections, advances, further descriptions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...texts import Term, _
from .. import model
from ..fields import Kind
from .leaves import SAY_ABSENCE, elements, facts
from .parties import before_correction
from .parts import (
    Amounts,
    Cell,
    Fact,
    Facts,
    Form,
    Heading,
    Leaf,
    Line,
    Paragraph,
    Part,
    Section,
    Table,
)

_OF_THE_INVOICE = ("receipt", "related_parties", "excise_refund")


def correction(invoice: model.Invoice) -> Iterator[Part]:
    """What a correction corrects, and why."""
    what = invoice.correction
    if what is None:
        return
    amounts = ("total_before",)
    parts: list[Part] = []
    about = facts(what, invoice.currency, without=amounts)
    if about:
        parts.append(Facts(about))
    if what.corrected:
        parts.append(_corrected(what.corrected))
    parts.extend(before_correction(what))
    if what.total_before is not None:
        before = Leaf(what.total_before, Form.AMOUNT, invoice.currency)
        parts.append(Amounts((Fact(_("Payment before the correction"), before),)))
    yield Section(_("Correction"), tuple(parts))


def _corrected(invoices: tuple[model.CorrectedInvoice, ...]) -> Table:
    headings = (
        Heading(_("Corrected invoice"), 2.0),
        Heading(_("Issue date"), 1.0),
        Heading(_("KSeF number"), 2.4),
    )
    rows = (
        (
            Cell(Leaf(one.number)),
            Cell(Leaf(one.issue_date, Form.DAY)),
            Cell(Leaf(one.ksef_number or SAY_ABSENCE["NrKSeFN"])),
        )
        for one in invoices
    )
    return Table(headings, tuple(Line(cells) for cells in rows))


def advances(invoice: model.Invoice) -> Iterator[Part]:
    """The payments an advance invoice documents, and the advances a settlement settles."""
    parts: list[Part] = []
    if invoice.part_advances:
        parts.append(_part_advances(invoice))
    if invoice.advance_invoices:
        parts.append(_advance_invoices(invoice.advance_invoices))
    if parts:
        yield Section(_("Advance payments"), tuple(parts))


def _part_advances(invoice: model.Invoice) -> Table:
    headings = (
        Heading(_("Date of the payment"), 1.0),
        Heading(_("Exchange rate"), 1.0, numeric=True),
        Heading(_("Amount"), 1.0, numeric=True),
    )
    rows = (
        (
            Cell(Leaf(one.received_on, Form.DAY)),
            Cell(None if one.exchange_rate is None else Leaf(one.exchange_rate, Form.NUMBER)),
            Cell(Leaf(one.amount, Form.AMOUNT, invoice.currency)),
        )
        for one in invoice.part_advances
    )
    return Table(headings, tuple(Line(cells) for cells in rows))


def _advance_invoices(invoices: tuple[model.AdvanceInvoice, ...]) -> Table:
    """KSeF numbers, or numbers of invoices that were issued outside KSeF."""
    headings = (Heading(_("Advance invoice"), 2.4), Heading(_("In KSeF"), 2.0))
    return Table(headings, tuple(_advance_invoice(one) for one in invoices))


def _advance_invoice(invoice: model.AdvanceInvoice) -> Line:
    if invoice.ksef_number is not None:
        return Line((Cell(Leaf(invoice.ksef_number)), Cell(Leaf(True, Form.YES_NO))))
    outside = Cell(Leaf(SAY_ABSENCE["NrKSeFN"]))
    return Line((Cell(None if invoice.number is None else Leaf(invoice.number)), outside))


def stated(invoice: model.Invoice) -> Iterator[Part]:
    """What the invoice states of itself: first what applies, then in small what does not."""
    marks = invoice.annotations
    yes = [*facts(marks, "", also_no=False), *_exemption(marks)]
    yes += [one for one in facts(invoice, "") if one.name in _OF_THE_INVOICE]
    parts: list[Part] = [Facts(tuple(yes))] if yes else []
    if marks.new_transport:
        parts.extend(_new_transport(marks.new_transport))
    no = tuple(_not_stated(marks))
    if no:
        parts.append(Facts(no, aside=True))
    yield Section(_("Annotations"), tuple(parts))


def _exemption(marks: model.Annotations) -> tuple[Fact, ...]:
    if marks.exemption is None:
        return ()
    return (
        Fact(_("Exempt from VAT"), Leaf(True, Form.YES_NO)),
        *facts(marks.exemption, ""),
    )


def _not_stated(marks: model.Annotations) -> Iterator[Fact]:
    for name, element in elements(type(marks)).items():
        value = getattr(marks, name)
        if value is None or value is False and element.kind is Kind.YES_NO:
            yield Fact(Term(element.label), Leaf(False, Form.YES_NO))


def _new_transport(transport: model.NewTransport) -> Iterator[Part]:
    yield Facts(facts(transport, ""))
    for vehicle in transport.vehicles:
        yield Section(_("New means of transport"), (Facts(facts(vehicle, "")),), level=2)


def notes(invoice: model.Invoice) -> Iterator[Part]:
    """Further data, as pairs that the seller has named."""
    if not invoice.notes:
        return
    of_lines = any(note.line_number is not None for note in invoice.notes)
    headings: tuple[Heading, ...] = (
        Heading(_("What it is"), 2.0),
        Heading(_("Information"), 4.0),
    )
    if of_lines:
        headings = (Heading(_("Line"), 0.6), *headings)
    rows = tuple(Line(tuple(_note(note, of_lines))) for note in invoice.notes)
    yield Section(_("Additional description"), (Table(headings, rows),))


def _note(note: model.Note, with_line: bool) -> Iterator[Cell]:
    if with_line:
        number = note.line_number
        yield Cell(None if number is None else Leaf(number, Form.INTEGER))
    yield Cell(Leaf(note.key))
    yield Cell(Leaf(note.value))


def footer(invoice: model.Invoice) -> Iterator[Part]:
    """The seller's closing words and its numbers in other registers."""
    foot = invoice.footer
    if foot is None:
        return
    parts: list[Part] = [Paragraph(Leaf(note.text)) for note in foot.notes if note.text is not None]
    registers: tuple[Any, ...] = foot.registers
    parts.extend(Facts(facts(register, "")) for register in registers)
    if parts:
        yield Section(_("Footer"), tuple(parts))
