# Runs in `odoo shell`: posts one invoice and prints its id.
buyer = env["res.partner"].search([("vat", "=", "PL1111111111")], limit=1)
invoice = env["account.move"].create(
    {
        "move_type": "out_invoice",
        "partner_id": buyer.id,
        "invoice_line_ids": [(0, 0, {"name": "towar", "price_unit": 100, "quantity": 1})],
    }
)
invoice.action_post()
env.cr.commit()
print("INVOICE", invoice.id, invoice.name)
