# Runs in `odoo shell` before the addon is there: invoices posted in the years before.
from odoo import Command

company = env.company
company.write({"country_id": env.ref("base.pl").id, "vat": "PL5265877635"})
if company.chart_template != "pl":
    env["account.chart.template"].try_loading("pl", company, install_demo=False)
buyer = env["res.partner"].create({"name": "Dawny Klient", "vat": "PL1111111111"})
for day in ("2025-03-01", "2025-06-30", "2026-01-31"):
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": buyer.id,
            "invoice_date": day,
            "invoice_line_ids": [Command.create({"name": "towar", "price_unit": 100})],
        }
    )
    invoice.action_post()
env.cr.commit()
