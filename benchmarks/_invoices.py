"""The invoices that benchmarks are run on: ordinary ones of a Polish company."""

BUYERS = 50
PRODUCTS = 20
BATCH = 20
ISSUE_DAY = "2026-02-15"


def polish_company(env):
    """Give a company with l10n_pl's chart and everything that KSeF asks for.

    Where l10n_pl_ksef is installed the company uses it, so that its work on posting is measured.
    """
    company = env["res.company"].search([("chart_template", "=", "pl")], limit=1) or env.company
    company.write(
        {
            "vat": "PL5265877635",
            "street": "ul. Kwiatowa 1",
            "zip": "00-001",
            "city": "Warszawa",
            "country_id": env.ref("base.pl").id,
        }
    )
    if company.chart_template != "pl":
        company.currency_id = env.ref("base.PLN")
        env["account.chart.template"].try_loading("pl", company=company, install_demo=False)
    if "l10n_pl_ksef_environment" in company._fields:
        company.write(
            {
                "l10n_pl_ksef_environment": "test",
                "l10n_pl_ksef_auth_method": "token",
                "l10n_pl_ksef_token_sealed": "not a token",
                "l10n_pl_ksef_go_live_date": "2026-02-01",
                "l10n_pl_ksef_send_mode": "on_post",
            }
        )
    return company


def draft_invoices(env, company, invoices, lines):
    """Make draft invoices: products, three rates, a discount here and there, a bank account."""
    env = env(context={**env.context, "allowed_company_ids": company.ids, "tracking_disable": True})
    chart = env["account.chart.template"].with_company(company)
    taxes = [chart.ref(name) for name in ("vs_kraj_23", "vs_kraj_8", "vs_kraj_5")]
    products = _products(env)
    buyers = _buyers(env)
    bank = env["res.partner.bank"].create(
        {"acc_number": "73111111111111111111111111", "partner_id": company.partner_id.id}
    )
    _hold_statistics(env)
    moves = env["account.move"]
    for start in range(0, invoices, BATCH):
        moves += env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": buyers[number % BUYERS].id,
                    "invoice_date": ISSUE_DAY,
                    "partner_bank_id": bank.id,
                    "invoice_line_ids": [
                        (0, 0, _line(number, row, products, taxes)) for row in range(lines)
                    ],
                }
                for number in range(start, min(start + BATCH, invoices))
            ]
        )
        env.flush_all()
        env.cr.execute("ANALYZE account_move, account_move_line")
    return moves


def _hold_statistics(env):
    """Keep PostgreSQL from counting the rows itself until this transaction ends.

    It would count none of ours, since they are not committed, and then choose plans that never
    end. Autovacuum does not get at a table that is locked like this.
    """
    env.cr.execute("LOCK TABLE account_move, account_move_line IN SHARE UPDATE EXCLUSIVE MODE")


def _products(env):
    return env["product.product"].create(
        [
            {
                "name": f"Produkt {number}",
                "default_code": f"P{number:03}",
                "list_price": 10 + number,
            }
            for number in range(PRODUCTS)
        ]
    )


def _buyers(env):
    return env["res.partner"].create(
        [
            {
                "name": f"Nabywca {number} sp. z o.o.",
                "is_company": True,
                "vat": "PL1111111111",
                "street": f"ul. Polna {number}",
                "zip": "00-001",
                "city": "Warszawa",
                "country_id": env.ref("base.pl").id,
                "email": f"nabywca{number}@example.com",
            }
            for number in range(BUYERS)
        ]
    )


def _line(number, row, products, taxes):
    return {
        "product_id": products[(number + row) % PRODUCTS].id,
        "quantity": 1 + (row * 7 + number) % 5,
        "price_unit": 19.99 + row * 3.33,
        "discount": 10.0 if row % 4 == 3 else 0.0,
        "tax_ids": [(6, 0, taxes[row % 3].ids)],
    }
