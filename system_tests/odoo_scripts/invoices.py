# Runs in `odoo shell`: posts some invoices that nobody has sent yet, and prints their ids.
import os

from odoo import Command

buyer = env["res.partner"].search([("vat", "=", "PL1111111111")], limit=1)
invoices = env["account.move"].create(
    [
        {
            "move_type": "out_invoice",
            "partner_id": buyer.id,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": "towar",
                        "price_unit": 100,
                        "tax_ids": [Command.set(env.company.account_sale_tax_id.ids)],
                    }
                )
            ],
        }
        for _number in range(int(os.environ["KSEF_SYSTEM_COUNT"]))
    ]
)
invoices.action_post()
env.cr.commit()
print("INVOICES", *invoices.ids)
