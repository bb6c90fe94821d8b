"""Reads one invoice for FA(3): its journal items sorted by what they are, nothing computed yet."""

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import islice

from odoo import models
from odoo.exceptions import AccessError

from ..ksef import fa3
from ..ksef.texts import _
from . import fa3_related
from .fa3_details import Details
from .fa3_kinds import kind_of, original_of
from .fa3_problems import Problems
from .fa3_rates import SETTLEMENT, TRIANGULAR
from .fa3_texts import one_line

PREFETCH_LIMIT = 500
RATE_PLACES = 6
MOVE_FIELDS = (
    "commercial_partner_id",
    "company_id",
    "currency_id",
    "delivery_date",
    "fiscal_position_id",
    "invoice_currency_rate",
    "invoice_date",
    "invoice_incoterm_id",
    "invoice_payment_term_id",
    "journal_id",
    "l10n_pl_ksef_fa3_corrected_period",
    "l10n_pl_ksef_fa3_correction_effect",
    "l10n_pl_ksef_fa3_correction_reason",
    "l10n_pl_ksef_fa3_corrects_buyer",
    "l10n_pl_ksef_fa3_corrects_seller",
    "l10n_pl_ksef_fa3_factor_account_id",
    "l10n_pl_ksef_fa3_issue_place",
    "l10n_pl_ksef_fa3_period_end",
    "l10n_pl_ksef_fa3_period_start",
    "l10n_pl_ksef_fa3_receipt",
    "l10n_pl_ksef_fa3_simplified",
    "l10n_pl_ksef_fa3_split_payment",
    "l10n_pl_vat_b_mpv_prowizja",
    "l10n_pl_vat_b_spv",
    "l10n_pl_vat_b_spv_dostawa",
    "line_ids",
    "move_type",
    "name",
    "narration",
    "partner_bank_id",
    "partner_id",
    "preferred_payment_method_line_id",
    "ref",
    "reversed_entry_id",
    "state",
    "taxable_supply_date",
)
OPTIONAL_MOVE_FIELDS = ("debit_origin_id",)
PART_FIELDS = (
    "l10n_pl_ksef_fa3_block_ids",
    "l10n_pl_ksef_fa3_corrected_ids",
    "l10n_pl_ksef_fa3_detail_ids",
    "l10n_pl_ksef_fa3_party_ids",
    "l10n_pl_ksef_fa3_transport_ids",
    "l10n_pl_ksef_fa3_vehicle_ids",
)
"""Lists of rows that few invoices have."""
LINE_FIELDS = (
    "amount_currency",
    "balance",
    "date_maturity",
    "discount",
    "display_type",
    "extra_tax_data",
    "l10n_pl_ksef_fa3_annex_15",
    "l10n_pl_ksef_fa3_exchange_rate",
    "l10n_pl_ksef_fa3_gtu",
    "l10n_pl_ksef_fa3_procedure",
    "l10n_pl_ksef_fa3_supplied_on",
    "matched_credit_ids",
    "name",
    "price_total",
    "price_unit",
    "product_id",
    "product_uom_id",
    "quantity",
    "sequence",
    "tax_ids",
    "tax_line_id",
)
OPTIONAL_LINE_FIELDS = ("is_downpayment",)
PARTNER_FIELDS = (
    "city",
    "country_id",
    "email",
    "is_company",
    "l10n_pl_ksef_eori",
    "l10n_pl_ksef_gln",
    "l10n_pl_ksef_internal_id",
    "l10n_pl_ksef_party_ids",
    "l10n_pl_links_with_customer",
    "name",
    "phone",
    "ref",
    "state_id",
    "street",
    "street2",
    "vat",
    "zip",
)
PRODUCT_FIELDS = (
    "barcode",
    "default_code",
    "l10n_pl_ksef_annex_15",
    "l10n_pl_ksef_cn",
    "l10n_pl_ksef_pkob",
    "l10n_pl_ksef_pkwiu",
    "l10n_pl_vat_gtu",
)
IGNORED_ITEMS = frozenset({"cogs", "discount", "line_section", "line_subsection"})
"""Journal items that are no part of what the buyer is told: costs of goods, the entry that moves a
discount to an account of its own (it sums to zero), and headings, which only lay out a page."""


@dataclass
class Original:
    """One invoice that is corrected. ``invoice``: none where Odoo does not hold it;
    ``typed_number``: its KSeF number as a person gave it; ``outside``: a person said that it is
    outside KSeF."""

    invoice: models.Model
    number: str
    issue_date: object
    typed_number: str = ""
    outside: bool = False

    @property
    def known_number(self):
        """Its KSeF number as Odoo knows it."""
        return self.invoice._l10n_pl_ksef_known_number() if self.invoice else False


@dataclass
class Source:
    """One invoice as its journal entry tells it, and where to put what is wrong with it.

    ``move``: in the language of the document; ``kind``: RodzajFaktury; ``original``: the first of
    the corrected invoices as Odoo has it, none where it has none; ``originals``: an `Original` for
    each; ``goods``: the lines sold, in the order of the
    printed invoice; ``taxes``, ``terms``, ``roundings``: journal items of VAT, of what is due and
    of cash rounding; ``notes``: lines that are only text; ``beside``: lines that are no sale by
    their tax; ``parties``, ``details``: rows of third parties and of what else is entered.
    """

    move: models.Model
    problems: Problems
    original: models.Model = None
    originals: list = field(default_factory=list)
    kind: fa3.InvoiceKind = fa3.InvoiceKind.VAT
    goods: list = field(default_factory=list)
    taxes: list = field(default_factory=list)
    terms: list = field(default_factory=list)
    roundings: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    beside: list = field(default_factory=list)
    parties: list = field(default_factory=list)
    details: Details = None
    foreign: bool = False
    exchange_rate: Decimal = None

    @property
    def env(self):
        """The environment, in the language of the document."""
        return self.move.env

    @property
    def only_data(self):
        """Whether nothing is corrected but data of the parties: without lines then."""
        move = self.move
        return move.l10n_pl_ksef_fa3_corrects_buyer or move.l10n_pl_ksef_fa3_corrects_seller

    @cached_property
    def line_numbers(self):
        """The number of each line on the invoice, by the id of its journal item."""
        return {line.id: number for number, line in enumerate(self.goods, 1)}

    @cached_property
    def triangular(self):
        """Whether the second taxpayer of a triangular transaction sells."""
        return TRIANGULAR in self.rate_codes

    @cached_property
    def rate_codes(self):
        """The KSeF Rates of the taxes of all lines, as the taxes have them."""
        by_ids = {line.tax_ids._ids: line.tax_ids for line in (*self.goods, *self.beside)}
        return {tax.l10n_pl_ksef_rate_code for taxes in by_ids.values() for tax in taxes}

    @property
    def simplified(self):
        """How the VAT of a simplified invoice is told, or False on others."""
        ordinary = self.kind in (fa3.InvoiceKind.VAT, fa3.InvoiceKind.SIMPLIFIED)
        return ordinary and self.move.l10n_pl_ksef_fa3_simplified

    @cached_property
    def self_billed(self):
        """Whether we, the buyer, issue the invoice in the name of its seller (art. 106d)."""
        return self.move._l10n_pl_ksef_is_self_billed()

    def amount(self, value):
        """Give the amount of a journal item from the buyer's side: what is charged is positive.

        On a sale that is what was credited, on a purchase that we bill ourselves what was debited.
        """
        return -amount(value) if self.self_billed else amount(value)

    @property
    def is_credit_note(self):
        return self.move.move_type in ("out_refund", "in_refund")


def read(move, problems):
    """Sort the journal items of ``move``; what FA(3) has no place for is reported."""
    source = Source(move=move, problems=problems, originals=originals_of(move))
    source.original = next((one.invoice for one in source.originals), move.browse())
    source.kind = kind_of(move)
    if source.simplified:
        source.kind = fa3.InvoiceKind.SIMPLIFIED
    source.foreign = move.currency_id.name != "PLN"
    if source.foreign and move.invoice_currency_rate:
        source.exchange_rate = number(1 / move.invoice_currency_rate, RATE_PLACES)
    places = {
        "product": source.goods,
        "tax": source.taxes,
        "payment_term": source.terms,
        "rounding": source.roundings,
        "line_note": source.notes,
    }
    for line in move.line_ids:
        place = places.get(line.display_type)
        if place is not None:
            place.append(line)
        elif line.display_type not in IGNORED_ITEMS:
            _report_item(source, line)
    if source.only_data:
        source.goods[:] = [line for line in source.goods if line.amount_currency]
    _set_beside(source)
    source.goods.sort(key=_printed_order)
    source.notes.sort(key=_printed_order)
    source.parties = list(fa3_related.rows(move))
    source.details = Details(source)
    _check_items(source)
    return source


def _set_beside(source):
    """Take the lines that are no sale by their tax away from what is sold."""
    if SETTLEMENT in source.rate_codes:
        kept = []
        for line in source.goods:
            code = line.tax_ids.l10n_pl_ksef_rate_code if len(line.tax_ids) == 1 else False
            (source.beside if code == SETTLEMENT else kept).append(line)
        source.goods[:] = kept


def _check_items(source):
    if any(line.tax_line_id for line in source.roundings):
        _report_rounded_tax(source)


def _printed_order(line):
    return line.sequence, line.id


def originals_of(move):
    """Give an `Original` for each corrected invoice, the one that ``move`` was made from first."""
    made_from = original_of(move)
    rows = move.l10n_pl_ksef_fa3_corrected_ids
    entry = next((row for row in rows if made_from and row.invoice_id == made_from), None)
    originals = []
    if made_from:
        typed = move.l10n_pl_ksef_fa3_original_number or (entry.ksef_number if entry else False)
        originals.append(
            Original(
                made_from,
                made_from.name,
                made_from.invoice_date,
                one_line(typed),
                bool(entry and entry.outside_ksef),
            )
        )
    originals.extend(
        Original(
            one.invoice_id,
            one.number,
            one.issue_date,
            one_line(one.ksef_number),
            one.outside_ksef,
        )
        for one in rows
        if one != entry
    )
    return originals


def _report_item(source, line):
    if line.display_type == "epd":
        source.problems.error_once(
            "total.early_discount",
            "Fa/P_14_1",
            _(
                "The payment terms of %(invoice)s lower VAT for an early payment before anybody "
                "has paid, which a KSeF invoice cannot tell. Choose another tax reduction in the "
                "early discount of the payment terms: on early payment, or never."
            ),
            invoice=source.move,
        )
        return
    source.problems.error_once(
        "total.unknown_item",
        "Fa/FaWiersz",
        _(
            "%(invoice)s has journal items of a kind that a KSeF invoice has no place for "
            "(%(items)s). Remove them."
        ),
        invoice=source.move,
        items=line.name or line.display_type or "",
    )


def _report_rounded_tax(source):
    source.problems.error(
        "total.rounded_tax",
        "Fa/P_14_1",
        _(
            "The cash rounding “%(rounding)s” of %(invoice)s changes the VAT, which the law does "
            "not allow. Choose a cash rounding that adds a rounding line."
        ),
        rounding=source.move.invoice_cash_rounding_id,
        invoice=source.move,
    )


def amount(value):
    """Give the amount of a journal item from the buyer's side: what was credited is positive.

    It has at most two decimals already; a float never takes part in a computation.
    """
    return Decimal(f"{0.0 - value:.2f}")


def number(value, places):
    """Give a float of Odoo as a `Decimal` of at most ``places`` decimals, without final zeros."""
    return Decimal(f"{value:.{places}f}".rstrip("0").rstrip("."))


def prefetch(move):
    """Read what FA(3) needs for all invoices that ``move`` was taken from together, in few queries.

    Without it the first access to a line would read all columns of all lines.
    """
    if "line_ids" in move._cache and _lines_are_read(move):
        return
    known = move._fields["line_ids"]._get_cache(move.env)
    waiting = (key for key in move._prefetch_ids if key and key not in known)
    moves = move.browse(islice(dict.fromkeys([move.id, *waiting]), PREFETCH_LIMIT))
    try:
        _fetch(moves)
    except AccessError:
        # Some of the others belong to companies that this user may not see.
        _fetch(move)


def _lines_are_read(move):
    first = move.line_ids[:1]
    return not first or "matched_credit_ids" in first._cache


def _fetch(moves):
    optional = [name for name in OPTIONAL_MOVE_FIELDS if name in moves._fields]
    moves.fetch([*MOVE_FIELDS, *optional, *PART_FIELDS])
    lines = moves.line_ids
    lines.fetch([*LINE_FIELDS, *(name for name in OPTIONAL_LINE_FIELDS if name in lines._fields)])
    lines.product_id.fetch(PRODUCT_FIELDS)
    partners = moves.commercial_partner_id | moves.partner_id | moves.company_id.partner_id
    partners.fetch(PARTNER_FIELDS)
