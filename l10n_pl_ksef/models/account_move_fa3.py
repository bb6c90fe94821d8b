"""From a customer invoice to FA(3): the entry points. The parts are in the files fa3_*.py."""

import logging
from functools import lru_cache

from odoo import fields, models
from odoo.tools.misc import file_path

from ..ksef import fa3
from ..ksef.calendar import previous_working_day, warsaw_day
from ..ksef.fa3.findings import Unwritable
from ..ksef.texts import _
from . import (
    fa3_advances,
    fa3_annotations,
    fa3_attachment,
    fa3_corrections,
    fa3_former_parties,
    fa3_lines,
    fa3_parties,
    fa3_payments,
    fa3_related,
    fa3_totals,
)
from .explanations import translated
from .fa3_places import place_of
from .fa3_problems import OWN, Problems
from .fa3_rates import Rates
from .fa3_source import prefetch, read
from .fa3_texts import one_line
from .reading import SELDOM_READ

_logger = logging.getLogger(__name__)

SYSTEM = "Odoo l10n_pl_ksef"
DOCUMENT_LANGUAGE = "pl_PL"
SCHEMA = "l10n_pl_edi/data/fa3_schema.xsd"
"""The official schema as Odoo itself carries it, in another addon."""


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_pl_ksef_fa3_original_number = fields.Char(
        string="KSeF Number of the Corrected Invoice",
        copy=False,
        help="Only for a correction of an invoice whose KSeF number Odoo does not know, because "
        "another program sent it to KSeF. Empty: the number that Odoo knows, or the statement "
        "that the corrected invoice was issued outside KSeF.",
        prefetch=SELDOM_READ,
    )

    def _l10n_pl_ksef_fa3_invoice(self, generated_at):
        """Give this invoice as a `fa3.Invoice`.

        Pure reading: nothing is written or fetched from outside. Called on each record of a larger
        recordset it reads for all of them at once.

        :param generated_at: the aware moment that the document is made, in its header
        :raises NotExpressible: with a finding for each thing that keeps it from being told
        """
        invoice, problems = self._l10n_pl_ksef_fa3_build(generated_at)
        problems.stop_on_errors()
        return invoice

    def _l10n_pl_ksef_xml(self, generated_at):
        """Give the document for KSeF and what is to be said about it.

        :param generated_at: as in `_l10n_pl_ksef_fa3_invoice`
        :return: (bytes, findings), or (None, findings) where the invoice cannot be told; the bytes
            may leave only where no finding is an error
        """
        invoice, problems = self._l10n_pl_ksef_fa3_build(generated_at)
        if invoice is None:
            return None, problems.findings
        try:
            document = fa3.write(invoice)
        except Unwritable as refusal:
            return None, [*problems.findings, refusal.finding]
        _use_official_schema()
        checked = fa3.check(document, invoice=invoice, today=warsaw_day(generated_at))
        return document, [*problems.findings, *checked]

    def _l10n_pl_ksef_fa3_build(self, generated_at):
        """Give (invoice, problems); the invoice is None where a problem is an error."""
        self.ensure_one()
        move = self._l10n_pl_ksef_in_document_language()
        prefetch(move)
        problems = Problems()
        _check_kind(move, problems)
        if problems.errors:
            return None, problems
        source = read(move, problems)
        _check_heading(source, generated_at)
        invoice = _assemble(source, generated_at) if _can_be_counted(source) else None
        return (None if problems.errors else invoice), problems

    def _l10n_pl_ksef_in_document_language(self):
        """The move in Polish where Odoo speaks it, whoever asks: the same invoice must always give
        the same bytes."""
        code = DOCUMENT_LANGUAGE
        if not self.env["res.lang"]._get_data(code=code):
            code = self.company_id.partner_id.lang or "en_US"
        return self if self.env.context.get("lang") == code else self.with_context(lang=code)

    def _l10n_pl_ksef_findings_text(self, findings):
        """Give a sentence for each finding, in the language of the user.

        Findings made here name the Odoo record and field to correct; those of the document's own
        check name the element, and the field of Odoo it comes from is added to them.
        """
        return [self._l10n_pl_ksef_finding_text(finding) for finding in findings]

    def _l10n_pl_ksef_finding_text(self, finding):
        sentence = translated(self.env, finding.template, finding.values)
        place = None if finding.code.startswith(OWN) else place_of(finding.element)
        if not place:
            return sentence
        names = {
            "company": self[:1].company_id.name or "",
            "customer": self[:1].commercial_partner_id.name or "",
        }
        where = translated(self.env, place, names)
        return self.env._(
            "%(sentence)s In Odoo: %(where)s.", sentence=sentence.rstrip(), where=where
        )


def _check_kind(move, problems):
    """Report what is no sales invoice of a Polish company at all."""
    if not move._l10n_pl_ksef_is_own_sale() and not move._l10n_pl_ksef_is_self_billed():
        problems.error(
            "invoice.kind",
            "",
            _("%(invoice)s is no customer invoice or credit note; only these go to KSeF."),
            invoice=move,
        )
    elif not move.name or move.name == "/" or move.state == "cancel":
        problems.error(
            "invoice.draft",
            "Fa/P_2",
            _("%(invoice)s has no number yet or was cancelled. Confirm it first."),
            invoice=move,
        )
    if move.company_id.currency_id.name != "PLN":
        problems.error(
            "company.currency",
            "Fa/KodWaluty",
            _(
                "The books of %(company)s are kept in %(currency)s, so VAT in PLN is not known. "
                "KSeF invoices need a company with PLN as its currency."
            ),
            company=move.company_id.name,
            currency=move.company_id.currency_id.name,
        )


def _check_heading(source, generated_at):
    """Report what is wrong with days, currency and what this addon cannot tell yet."""
    move, problems = source.move, source.problems
    if not move.invoice_date:
        problems.error(
            "invoice.no_date",
            "Fa/P_1",
            _("%(invoice)s has no date. Fill in the field Invoice Date."),
            invoice=move,
        )
    elif move.invoice_date > warsaw_day(generated_at):
        problems.error(
            "invoice.future",
            "Fa/P_1",
            _(
                "%(invoice)s is dated %(date)s, which is in the future, and KSeF refuses such "
                "invoices. Wait for that day, or reset it to draft and correct the Invoice Date."
            ),
            invoice=move,
            date=move.invoice_date.isoformat(),
        )
    if not source.goods and not source.only_data:
        problems.error(
            "invoice.no_lines",
            "Fa/FaWiersz",
            _("%(invoice)s has no lines. Add what is sold."),
            invoice=move,
        )
    _check_currency(source)
    _check_foreign_registration(source)


def _check_day_of_rate(source):
    """Warn where the rate is not that of the working day before (art. 31a of the VAT act).

    Only rates that Odoo knows are compared; a company that enters none by the day is not warned.
    """
    move = source.move
    days = [day for day in (move.invoice_date, move.taxable_supply_date) if day]
    if not days:
        return
    day = previous_working_day(min(days))
    right = move.env["res.currency"]._get_conversion_rate(
        move.company_currency_id, move.currency_id, move.company_id, day
    )
    if not right or round(1 / right, 4) == round(1 / move.invoice_currency_rate, 4):
        return
    source.problems.warning(
        "currency.other_day",
        "Fa/FaWiersz/KursWaluty",
        _(
            "%(invoice)s uses the rate %(used)s of %(currency)s, but that of the working day "
            "before, %(day)s, is %(right)s. VAT in PLN goes by the latter unless the law says "
            "otherwise."
        ),
        invoice=move,
        currency=move.currency_id.name,
        used=f"{1 / move.invoice_currency_rate:.4f}",
        right=f"{1 / right:.4f}",
        day=day.isoformat(),
    )


def _check_currency(source):
    move = source.move
    if not source.foreign:
        return
    if move.invoice_currency_rate <= 0 or move.invoice_currency_rate == 1.0:
        source.problems.error(
            "currency.no_rate",
            "Fa/FaWiersz/KursWaluty",
            _(
                "No exchange rate of %(currency)s is known for %(invoice)s, so its VAT in PLN is "
                "not known. Enter the rate in Invoicing, Configuration, Currencies, reset the "
                "invoice to draft and confirm it again."
            ),
            currency=move.currency_id.name,
            invoice=move,
        )
    else:
        _check_day_of_rate(source)
    if move.currency_id.decimal_places > 2:
        source.problems.error(
            "currency.decimals",
            "Fa/KodWaluty",
            _(
                "%(currency)s has amounts of %(places)s decimals, but KSeF takes two. Choose "
                "another currency for %(invoice)s."
            ),
            currency=move.currency_id.name,
            places=move.currency_id.decimal_places,
            invoice=move,
        )


def _check_foreign_registration(source):
    position = source.move.fiscal_position_id
    if position.foreign_vat and position.country_id.code != "PL":
        source.problems.error(
            "seller.foreign_vat",
            "Podmiot1/DaneIdentyfikacyjne/NIP",
            _(
                "%(invoice)s is issued under the VAT number %(vat)s of another country (fiscal "
                "position %(position)s). KSeF is for invoices under a Polish NIP: mark it as "
                "issued outside KSeF, or choose another fiscal position."
            ),
            invoice=source.move,
            vat=position.foreign_vat,
            position=position.name,
        )


def _can_be_counted(source):
    """Whether there is enough to go on, so that one cause gives one sentence."""
    return bool((source.goods or source.only_data) and source.move.invoice_date)


def _assemble(source, generated_at):
    move = source.move
    correction = fa3_corrections.correction(source)
    rates = Rates(source)
    goods = fa3_lines.read_goods(source, rates, fa3_corrections.repriced_lines(source))
    if len(goods) < len(source.goods):
        # What a line without a rate does to the totals is not worth a sentence of its own.
        _parties(source, rates)
        return None
    totals = fa3_totals.totals_by_rate(source, goods)
    total = fa3_totals.total(source, totals)
    fa3_totals.check_line_rates(source, goods, totals)
    fa3_totals.check_simplified(source, total)
    settlement = fa3_totals.settlement(source, total)
    lines, line_notes = fa3_corrections.told_lines(source, goods, totals)
    order = fa3_advances.order(source, rates)
    fa3_corrections.check_rate(source)
    seller, buyer = _parties(source, rates)
    period = _period(source)
    return fa3.Invoice(
        generated_at=generated_at.replace(microsecond=0),
        system=SYSTEM,
        seller=seller,
        buyer=buyer,
        third_parties=fa3_related.third_parties(source),
        authorised_party=fa3_related.authorised_party(source),
        currency=move.currency_id.name,
        issue_date=move.invoice_date,
        issue_place=one_line(move.l10n_pl_ksef_fa3_issue_place) or None,
        number=one_line(move.name),
        warehouse_documents=source.details.texts("warehouse"),
        sale_date=None if period else _sale_date(source),
        period=period,
        totals=_told_totals(source, totals),
        total=total,
        advance_rate=fa3_advances.advance_rate(source, totals),
        annotations=fa3_annotations.annotations(source, rates),
        kind=source.kind,
        correction=correction,
        receipt=move.l10n_pl_ksef_fa3_receipt,
        related_parties=move.commercial_partner_id.l10n_pl_links_with_customer,
        notes=(*line_notes, *fa3_annotations.notes(source)),
        part_advances=fa3_advances.part_advances(source, fa3_totals.owed(source)),
        advance_invoices=fa3_advances.advance_invoices(source),
        lines=lines,
        settlement=settlement,
        payment=fa3_payments.payment(source, fa3_totals.owed(source)),
        terms=fa3_annotations.terms(source),
        order=order,
        footer=fa3_annotations.footer(source),
        attachment=fa3_attachment.attachment(source),
    )


def _told_totals(source, totals):
    """Give P_13 and P_14; a simplified invoice that says the rates of its lines has none."""
    if source.simplified == "rates":
        return fa3.VatTotals()
    return fa3_totals.vat_totals(fa3_corrections.told_totals(source, totals))


def _period(source):
    """Give OkresFa, or None where the supply is of one day."""
    move = source.move
    start = move.l10n_pl_ksef_fa3_period_start
    end = move.l10n_pl_ksef_fa3_period_end
    if not start and not end:
        return None
    if not start or not end or start > end:
        source.problems.error(
            "invoice.period",
            "Fa/OkresFa",
            _(
                "The period of supply of %(invoice)s needs a first day and a last day that is not "
                "before it. Correct Period From and Period To on the page KSeF Details."
            ),
            invoice=move,
        )
        return None
    return fa3.Period(start=start, end=end)


def _parties(source, rates):
    buyer = fa3_parties.buyer(source, rates.codes)
    return (
        fa3_parties.seller(source, rates.codes),
        fa3_former_parties.buyer_of_correction(source, buyer),
    )


def _sale_date(source):
    """Give P_6, the day of supply where it is not the issue date.

    On a correction it is the original's day, unless the correction says another one: its content is
    the state after the correction, and that moves no delivery.
    """
    move = source.move
    day = move.taxable_supply_date or move.delivery_date
    if not day and source.original:
        day = source.original.taxable_supply_date or source.original.delivery_date
    return day if day and day != move.invoice_date else None


@lru_cache(maxsize=1)
def _use_official_schema():
    """Point the check at the schema in Odoo's own addon; without it the check says so."""
    try:
        path = file_path(SCHEMA)
    except FileNotFoundError:
        _logger.warning("The FA(3) schema (%s) is missing, so it is not checked.", SCHEMA)
        return
    fa3.schema.use(path)
