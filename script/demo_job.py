"""What script/demo shows: a Polish company whose invoices go to KSeF and come back with a number.

Runs in ``odoo shell`` (which gives ``env``), as often as one likes: the company, the customers and
the products are made once; credentials and invoices are new each time, because the simulator
forgets everything when it stops.
"""

import os
import sys
import time
from datetime import timedelta
from pathlib import Path

from odoo import fields
from odoo.fields import Command

sys.path.insert(0, os.environ["KSEF_DEMO_SCRIPTS"])
from demo_tools import control, say

FOLDER = Path(os.environ["KSEF_DEMO_FOLDER"])
NIP = "1111111111"
PATIENCE = 120  # seconds until every invoice must have its number
UNSETTLED = ("to_send", "sending", "sent", "in_doubt")


def once(name, model, values):
    """The record of this name, made on first use."""
    record = env.ref(f"ksef_demo.{name}", raise_if_not_found=False)
    if not record:
        record = env[model].create(values)
        env["ir.model.data"].create(
            {
                "module": "ksef_demo",
                "name": name,
                "model": model,
                "res_id": record.id,
                "noupdate": True,
            }
        )
    return record


# -- the company and its people -------------------------------------------------------------------


def polish_company():
    company = env.ref("base.main_company")
    company.write(
        {
            "name": "Przykładowa Pracownia Sp. z o.o.",
            "street": "ul. Przykładowa 1/2",
            "zip": "00-001",
            "city": "Warszawa",
            "country_id": env.ref("base.pl").id,
            "vat": f"PL{NIP}",
            "email": "biuro@pracownia.example",
            "phone": "+48 22 000 00 00",
            "external_report_layout_id": env.ref("web.external_layout_standard").id,
        }
    )
    if company.chart_template != "pl":
        env["account.chart.template"].try_loading("pl", company, install_demo=False)
    # After the chart of accounts, so that journals and accounts are named in both languages.
    company.partner_id.lang = "pl_PL"
    env.ref("base.EUR").active = True
    once(
        "eur_rate",
        "res.currency.rate",
        {
            "name": fields.Date.today() - timedelta(days=30),
            "currency_id": env.ref("base.EUR").id,
            "company_id": company.id,
            "inverse_company_rate": 4.2635,
        },
    )
    return company


def people():
    env.ref("base.user_admin").tz = "Europe/Warsaw"
    groups = env.ref("account.group_account_user") | env.ref("base.group_user")
    once(
        "accountant",
        "res.users",
        {
            "name": "Krystyna Księgowa",
            "login": "ksiegowa",
            "password": "ksiegowa",
            "lang": "pl_PL",
            "tz": "Europe/Warsaw",
            "group_ids": [Command.set(groups.ids)],
        },
    )


def connect(company):
    """Give the company fresh credentials of the simulator, as an administrator would."""
    password = "demo-" + os.urandom(8).hex()
    pair = control(
        "certificates",
        {"nip": NIP, "purpose": "authentication", "password": password, "algorithm": "EC"},
    )
    company.write(
        {
            "l10n_pl_ksef_environment": "simulator",
            "l10n_pl_ksef_auth_method": "certificate",
            "l10n_pl_ksef_fetch_mode": "automatic",
            "l10n_pl_ksef_go_live_date": company.l10n_pl_ksef_go_live_date
            or fields.Date.today().replace(day=1),
        }
    )
    # The simulator that knew these sessions is gone.
    env["l10n_pl_ksef.session"].search([("state", "in", ("open", "closing"))])._abandon()
    env["l10n_pl_ksef.certificate"]._import_pair(
        company, "authentication", pair["certificate"].encode(), pair["key"].encode(), password
    )
    company.action_l10n_pl_ksef_connect()
    env.cr.commit()
    if company.l10n_pl_ksef_connection_state != "connected":
        sys.exit(f"Not connected to KSeF: {company.l10n_pl_ksef_connection_message}")


# -- what it sells, and to whom -------------------------------------------------------------------


def customers():
    poland = env.ref("base.pl").id
    return {
        "shop": once(
            "shop",
            "res.partner",
            {
                "name": "Księgarnia Pod Lipą sp.j.",
                "is_company": True,
                "street": "ul. Lipowa 7",
                "zip": "31-002",
                "city": "Kraków",
                "country_id": poland,
                "vat": "PL2222222222",
                "lang": "pl_PL",
                "email": "zakupy@podlipa.example",
            },
        ),
        "factory": once(
            "factory",
            "res.partner",
            {
                "name": "Zakłady Mechaniczne Źródło S.A.",
                "is_company": True,
                "street": "al. Fabryczna 15",
                "zip": "40-003",
                "city": "Katowice",
                "country_id": poland,
                "vat": "PL3333333333",
                "lang": "pl_PL",
                "email": "faktury@zrodlo.example",
            },
        ),
    }


def products(company):
    def product(name, title, price, rate, kind):
        tax = env.ref(f"account.{company.id}_vs_kraj_{rate}")
        return once(
            name,
            "product.product",
            {
                "name": title,
                "type": kind,
                "list_price": price,
                "taxes_id": [Command.set(tax.ids)],
            },
        )

    return {
        "advice": product("advice", "Doradztwo, godzina", 240.00, "usl_23", "service"),
        "desk": product("desk", "Biurko dębowe", 1890.00, "23", "consu"),
        "book": product("book", "Podręcznik stolarstwa", 79.90, "5", "consu"),
        "repair": product("repair", "Naprawa mebli", 150.00, "8", "service"),
    }


# -- invoices -------------------------------------------------------------------------------------


def invoice(partner, lines, **values):
    move = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "invoice_user_id": env.ref("base.user_admin").id,
            "partner_id": partner.id,
            "invoice_date": fields.Date.context_today(env.user.with_context(tz="Europe/Warsaw")),
            "invoice_line_ids": [
                Command.create({"product_id": product.id, "quantity": quantity, **more})
                for product, quantity, more in lines
            ],
            **values,
        }
    )
    move.action_post()
    return move


def invoices(company):
    buyers, goods = customers(), products(company)
    return (
        invoice(buyers["factory"], [(goods["advice"], 12, {})])
        | invoice(
            buyers["shop"],
            [
                (goods["desk"], 2, {"discount": 10}),
                (goods["book"], 40, {}),
                (goods["repair"], 3, {}),
            ],
        )
        | invoice(
            buyers["factory"],
            [(goods["desk"], 5, {"price_unit": 430.00})],
            currency_id=env.ref("base.EUR").id,
        )
    )


def credit_note(original):
    """Two of the hours were not worked after all."""
    wizard = (
        env["account.move.reversal"]
        .with_context(active_model="account.move", active_ids=original.ids)
        .create({"reason": "Mniej godzin niż na fakturze", "journal_id": original.journal_id.id})
    )
    move = env["account.move"].browse(wizard.reverse_moves()["res_id"])
    move.invoice_line_ids[0].quantity = 2
    move.action_post()
    return move


def send(moves):
    """Send, then follow until KSeF has decided on each."""
    moves.action_l10n_pl_ksef_send()
    env.cr.commit()
    end = time.monotonic() + PATIENCE
    while waiting := moves.filtered(lambda move: move.l10n_pl_ksef_state in UNSETTLED):
        if time.monotonic() > end:
            break
        time.sleep(1)
        env.cr.rollback()  # what the server's own scheduled actions wrote meanwhile
        waiting.invalidate_recordset()
        waiting.action_l10n_pl_ksef_check_status()
        env.cr.commit()
    env.cr.rollback()
    moves.invalidate_recordset()


def print_pdf(move):
    env["account.move.send"]._generate_and_send_invoices(move, sending_methods=set())
    env.cr.commit()
    file = FOLDER / (move.name.replace("/", "-") + ".pdf")
    file.write_bytes(move.invoice_pdf_report_id.raw or b"")
    return file


def table(moves):
    states = dict(moves._fields["l10n_pl_ksef_state"]._description_selection(env))
    say(f"{'Invoice':<18}{'KSeF number':<38}{'State':<16}{'Total':>14}")
    for move in moves:
        total = f"{move.amount_total:,.2f} {move.currency_id.name}"
        say(
            f"{move.name:<18}{move.l10n_pl_ksef_number or '-':<38}"
            f"{states.get(move.l10n_pl_ksef_state, '-'):<16}{total:>14}"
        )
    say()
    for move in moves:
        say(f"{move.name:<18}QR code I   {move.l10n_pl_ksef_invoice_url or '-'}")
        second = move.l10n_pl_ksef_certificate_url or "none: only for invoices issued offline"
        say(f"{'':<18}QR code II  {second}")


def stop_unless_accepted(moves):
    refused = moves.filtered(lambda move: move.l10n_pl_ksef_state != "accepted")
    if not refused:
        return
    table(moves)
    for move in refused:
        reason = move.l10n_pl_ksef_submission_ids[:1]
        say(f"{move.name}: {reason.refusal or reason.trouble or move.l10n_pl_ksef_problems or '-'}")
    sys.exit(f"KSeF has not accepted {', '.join(refused.mapped('name'))}.")


def main():
    company = polish_company()
    people()
    env.cr.commit()
    connect(company)
    say(f"{company.name} is connected to the simulated KSeF.")
    say()
    moves = invoices(company)
    env.cr.commit()
    send(moves)
    stop_unless_accepted(moves)
    # A correction names its original's KSeF number, so it comes second.
    correction = credit_note(moves[0])
    env.cr.commit()
    send(correction)
    stop_unless_accepted(correction)
    table(moves | correction)
    say()
    say(f"The first one as PDF, with its QR code: {print_pdf(moves[0])}")


main()
