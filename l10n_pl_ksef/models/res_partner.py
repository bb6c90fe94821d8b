from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    l10n_pl_ksef_sending = fields.Selection(
        [
            ("always", "Always through KSeF"),
            ("by_hand", "Through KSeF, sent by hand"),
            ("never", "Never through KSeF"),
        ],
        string="KSeF",
        company_dependent=True,
        help="How invoices for this customer go to KSeF. Leave it empty to follow the company's "
        "settings.",
    )

    l10n_pl_ksef_party_ids = fields.One2many(
        "l10n_pl_ksef.invoice.party",
        "owner_id",
        string="KSeF Third Parties",
        help="Who else stands on every invoice for this contact: the recipient unit of a local "
        "government, the payer, the factor …",
    )
    l10n_pl_ksef_internal_id = fields.Char(
        string="KSeF Internal Identifier",
        help="The NIP of the taxpayer, a hyphen and five digits: names a unit that has no NIP of "
        "its own. Only on third parties.",
    )
    l10n_pl_ksef_eori = fields.Char(string="EORI")
    l10n_pl_ksef_gln = fields.Char(
        string="GLN of the Address",
        help="Global location number. Empty: the one of the delivery address, where it has one.",
    )

    def _commercial_fields(self):
        return [*super()._commercial_fields(), "l10n_pl_ksef_sending"]
