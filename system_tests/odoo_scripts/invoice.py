# Runs in `odoo shell`: posts one invoice and prints its id. KSEF_SYSTEM_NAME: its number.
import os

from odoo import Command

buyer = env["res.partner"].search([("vat", "=", "PL1111111111")], limit=1)
invoice = env["account.move"].create(
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
)
if os.environ.get("KSEF_SYSTEM_NAME"):
    invoice.name = os.environ["KSEF_SYSTEM_NAME"]
invoice.action_post()
env.cr.commit()
print("INVOICE", invoice.id, invoice.name)
