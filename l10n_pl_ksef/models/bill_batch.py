"""A batch of documents of one company, with everything that was looked up for them."""

from decimal import Decimal

from markupsafe import Markup

from odoo.exceptions import UserError

from ..ksef.texts import _
from . import bill_payments, bill_remarks
from .bill_corrections import Corrections
from .bill_default import Defaults
from .bill_doubles import Doubles
from .bill_lines import Lines
from .bill_partners import Partners
from .bill_payments import Accounts
from .bill_products import Products
from .bill_purchase import Purchases
from .bill_taxes import Taxes
from .bill_units import Units

POLISH = "pl_PL"
PLN = "PLN"


class Batch:
    """Looks up once and builds many.

    ``env``: superuser, with ``company`` as the only one allowed.
    """

    def __init__(self, env, company):
        self.env = env
        self.company = env["res.company"].browse(company.id)
        languages = _languages(env)
        self.partners = Partners(env, self.company)
        self.products = Products(env, self.company, languages)
        self.doubles = Doubles(env, self.company)
        self.corrections = Corrections(env, self.company)
        self.purchases = Purchases(env, self.company, self.products)
        self.defaults = Defaults(env, self.company)
        self.accounts = Accounts(env, self.company)
        self._taxes = {sale: Taxes(env, self.company, sale=sale) for sale in (False, True)}
        self.lines = Lines(
            env, self.products, Units(env, languages), lambda one: self._taxes[one.own_sale]
        )
        self._currencies = {}
        self._journals = {}
        self._frequent = {}

    # -- what is there already ----------------------------------------------------------------

    def sorted_out(self, documents):
        """Tell what is there already from what is not.

        :return: pairs (document, the move that it is), and the documents that have none
        """
        self.doubles.prepare_known(documents)
        known = [(one, self.doubles.known(one)) for one in documents]
        rest = [document for document, move in known if not move]
        for document in rest:
            document.currency = self._currency(document.invoice.currency)
        self.partners.find([one.party for one in rest])
        for document in rest:
            document.partner = self.partners.found(document.party)
        self.doubles.prepare_typed(rest)
        typed = [(one, self.doubles.typed(one)) for one in rest]
        return (
            [(document, move) for document, move in (*known, *typed) if move],
            [document for document, move in typed if not move],
        )

    # -- new ones -----------------------------------------------------------------------------

    def values(self, documents):
        """Give the values for ``create`` of the bill of each document."""
        self._prepare(documents)
        return [self._values(document) for document in documents]

    def _prepare(self, documents):
        self.partners.make([one.party for one in documents])
        for document in documents:
            document.partner = self.partners.of(document.party, document.notes)
            document.currency = document.currency or self._currency(document.invoice.currency)
            document.rate = _rate(document, self.company)
            settings = self.defaults.of(document.partner, document.role)
            document.journal = settings["journal_id"] or self._journal(document)
            document.account = settings["account_id"] or self._account(document)
            document.analytic = settings["analytic_distribution"]
            document.responsible = settings["user_id"]
        self.products.prepare([(one.partner, one.bill.lines) for one in documents])
        self.purchases.prepare(documents)
        self.corrections.prepare(documents)
        wanted = []
        for document in documents:
            account, factored = bill_payments.account_of(document.invoice)
            if account and not document.own_sale:
                holder = _factor(document.invoice) if factored else ""
                wanted.append((document.partner, account, holder))
        self.accounts.prepare(wanted)

    def _values(self, document):
        invoice = document.invoice
        bill_remarks.remark(document)
        values = {
            "move_type": document.move_type,
            "company_id": self.company.id,
            "journal_id": document.journal.id,
            "partner_id": document.partner.id,
            "currency_id": document.currency.id,
            "ref": invoice.number,
            "invoice_date": invoice.issue_date,
            "taxable_supply_date": _supplied_on(invoice) or False,
            **bill_payments.values(document),
            **self.corrections.values(document),
            **self.purchases.values(document),
            **self._of_document(document),
        }
        if document.rate:
            values["invoice_currency_rate"] = document.rate
        told = bill_remarks.narration(invoice)
        if told:
            values["narration"] = Markup("<br/>").join(told)
        if document.responsible:
            values["invoice_user_id"] = document.responsible.id
        if document.own_sale:
            values.update(self._of_own_sale(document))
        else:
            self._add_account(document, values)
        # Last, so that the orders of the document are known.
        values["invoice_line_ids"] = self.lines.of(document)
        values["l10n_pl_ksef_notes"] = document.notes.data
        return values

    def _of_document(self, document):
        """The fields that say which document it is."""
        return {
            "l10n_pl_ksef_received_id": document.received.id,
            "l10n_pl_ksef_received_on": document.received.received_on,
            "l10n_pl_ksef_sha256": document.sha256,
            "l10n_pl_ksef_expected": document.expected,
        }

    def _of_own_sale(self, document):
        """A sale that another program issued: never sent again, and its number is its own."""
        values = {
            "l10n_pl_ksef_outside_reason": "other_program",
            "l10n_pl_ksef_number_elsewhere": document.ksef_number,
        }
        if self.defaults.of(document.partner, document.role)["journal_id"]:
            values["name"] = document.invoice.number
        else:
            document.notes.warn(
                _(
                    "Another program issued this invoice under the number %(number)s. Give it "
                    "that number before you confirm it."
                ),
                number=document.invoice.number,
            )
        return values

    def _add_account(self, document, values):
        account, factored = bill_payments.account_of(document.invoice)
        if not account:
            return
        values["partner_bank_id"] = self.accounts.of(document.partner, account).id
        if not values["partner_bank_id"]:
            document.notes.warn(
                _("The account %(number)s of the supplier is archived, so the bill has none."),
                number=account.number,
            )
        elif factored:
            document.notes.warn(
                _("To be paid to a factor: %(name)s, account %(number)s."),
                name=_factor(document.invoice) or account.bank_name or "?",
                number=account.number,
            )

    # -- what a bill starts with ----------------------------------------------------------------

    def _currency(self, code):
        if code not in self._currencies:
            currencies = self.env["res.currency"].with_context(active_test=False)
            self._currencies[code] = currencies.search([("name", "=", code)], limit=1).with_env(
                self.env
            )
        if not self._currencies[code]:
            raise UserError(self.env._("Odoo does not know the currency %s; please add it.", code))
        return self._currencies[code]

    def _journal(self, document):
        """The first journal there is, of the document's currency where there is such a one."""
        kind = "sale" if document.own_sale else "purchase"
        key = kind, document.currency
        if key not in self._journals:
            journals = self.env["account.journal"]
            found = journals.search(
                [
                    *journals._check_company_domain(self.company),
                    ("type", "=", kind),
                    ("is_self_billing", "=", False),
                ]
            )
            if not found:
                raise UserError(
                    journals._build_no_journal_error_msg(self.company.display_name, [kind])
                )
            in_currency = found.filtered(lambda one: one.currency_id == document.currency)
            without = found.filtered(lambda one: not one.currency_id)
            self._journals[key] = (in_currency or without or found)[:1]
        return self._journals[key]

    def _account(self, document):
        """What the supplier's bills mostly went to, else what the journal proposes."""
        key = document.partner.id, document.move_type, document.journal
        if key not in self._frequent:
            accounts = self.env["account.account"]
            found = accounts._get_most_frequent_account_for_partner(
                self.company.id, document.partner.id, document.move_type
            )
            usual = self.company.expense_account_id
            if document.own_sale:
                usual = self.company.income_account_id
            account = accounts.browse(found) if found else document.journal.default_account_id
            if not (account or usual):
                raise UserError(
                    self.env._(
                        "Nothing says to which account the lines of this bill belong. Choose a "
                        "default account in the journal %s.",
                        document.journal.display_name,
                    )
                )
            self._frequent[key] = account or usual
        return self._frequent[key]


def _languages(env):
    """The languages that names may be in: Polish, and that of the company."""
    installed = {code for code, _name in env["res.lang"].get_installed()}
    return [code for code in dict.fromkeys((env.lang, POLISH, "en_US")) if code in installed]


def _rate(document, company):
    """Odoo's rate of the day, as the document counts its VAT in PLN; None where it does not.

    Documents only know rates to PLN: they mean nothing to books in another currency.
    """
    rate = document.bill.exchange_rate
    if document.invoice.currency == PLN or company.currency_id.name != PLN:
        return None
    if not rate or rate <= 0:
        return None
    return float(1 / Decimal(rate))


def _supplied_on(invoice):
    """The day of supply: that of the invoice, else the last of its period or of its lines.

    A period that ends after the issue is no supply to come: electricity, leasing and the like are
    taxed when they are invoiced (art. 19a(5)(4)), and the bill belongs into that period.
    """
    if invoice.sale_date:
        return invoice.sale_date
    if invoice.period:
        return min(invoice.period.end, invoice.issue_date)
    return max((line.supplied_on for line in invoice.lines if line.supplied_on), default=None)


def _factor(invoice):
    """The name of the factor among the third parties, or ""."""
    factors = [one for one in invoice.third_parties if one.role and one.role.name == "FACTOR"]
    return (factors[0].identity.name or "") if factors else ""
