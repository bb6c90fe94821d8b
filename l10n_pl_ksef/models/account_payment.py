"""How FA(3) calls ways of payment, due dates and bank accounts."""

from odoo import fields, models


class AccountPaymentMethodLine(models.Model):
    _inherit = "account.payment.method.line"

    l10n_pl_ksef_form = fields.Selection(
        [
            ("1", "Cash"),
            ("2", "Card"),
            ("3", "Voucher"),
            ("4", "Cheque"),
            ("5", "Credit"),
            ("6", "Transfer"),
            ("7", "Mobile"),
            ("other", "Another one, by its name"),
        ],
        string="KSeF Form of Payment",
        help="Empty: cash, card or transfer, as the journal is.",
    )


class AccountPaymentTerm(models.Model):
    _inherit = "account.payment.term"

    l10n_pl_ksef_due_quantity = fields.Integer(
        string="KSeF Due After",
        help="Where the customer has to pay some time after an event, such as 30 days after the "
        "receipt of the invoice, and not on a fixed day.",
    )
    l10n_pl_ksef_due_unit = fields.Char(string="Unit of Time", translate=True)
    l10n_pl_ksef_due_event = fields.Char(string="Event It Counts From", translate=True)


class ResPartnerBank(models.Model):
    _inherit = "res.partner.bank"

    l10n_pl_ksef_bank_own = fields.Selection(
        [
            ("1", "Settles receivables that the bank acquired"),
            ("2", "The bank collects and passes the payment on"),
            ("3", "The bank's own economy"),
        ],
        string="Bank's Own Account",
        help="Only for accounts that belong to the bank itself (art. 96b(3a) of the VAT Act).",
    )
