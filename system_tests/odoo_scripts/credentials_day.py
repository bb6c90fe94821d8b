# Runs in `odoo shell`: everything that handles a secret in the course of a day. Prints the
# secrets it can lay hands on, each base64 of its bytes, for the test to search for.
import base64
import os
import time
from urllib.parse import urlsplit

import requests

from odoo import Command
from odoo.exceptions import UserError

from odoo.addons.l10n_pl_ksef.models import batch_documents, master_key
from odoo.addons.l10n_pl_ksef.models.batch_session import UPLOADS_PURPOSE
from odoo.addons.l10n_pl_ksef.models.certificate import KEY_PURPOSE
from odoo.addons.l10n_pl_ksef.models.connection import TOKEN_PURPOSE
from odoo.addons.l10n_pl_ksef.models.enrolment import ENROLMENT_KEY_PURPOSE
from odoo.addons.l10n_pl_ksef.models.login_tokens import (
    ACCESS_PURPOSE,
    PENDING_PURPOSE,
    REFRESH_PURPOSE,
)
from odoo.addons.l10n_pl_ksef.models.session import SEALED_KEY_PURPOSE

SIMULATOR = os.environ["KSEF_SYSTEM_SIMULATOR"]
PASSWORD = os.environ["KSEF_SYSTEM_PASSWORD"]
NIP = "5265877635"
PURPOSES = {
    ("l10n_pl_ksef.certificate", "private_key_sealed"): KEY_PURPOSE,
    ("l10n_pl_ksef.enrolment", "key_sealed"): ENROLMENT_KEY_PURPOSE,
    ("l10n_pl_ksef.session", "key_sealed"): SEALED_KEY_PURPOSE,
    ("l10n_pl_ksef.session", "uploads_sealed"): UPLOADS_PURPOSE,
    ("l10n_pl_ksef.login", "access_token_sealed"): ACCESS_PURPOSE,
    ("l10n_pl_ksef.login", "refresh_token_sealed"): REFRESH_PURPOSE,
    ("l10n_pl_ksef.signed_login", "access_token_sealed"): f"signed-{ACCESS_PURPOSE}",
    ("l10n_pl_ksef.signed_login", "refresh_token_sealed"): f"signed-{REFRESH_PURPOSE}",
    ("l10n_pl_ksef.enrolment", "pending_token_sealed"): f"trial-{PENDING_PURPOSE}",
    ("l10n_pl_ksef.token", "token_sealed"): TOKEN_PURPOSE,
    ("res.company", "l10n_pl_ksef_token_sealed"): TOKEN_PURPOSE,
}
company = env.company
vault = env["l10n_pl_ksef.vault"]


def tell(kind, secret):
    print("SECRET", kind, base64.b64encode(secret).decode())


def tell_all(step):
    """Whatever is sealed at this moment, opened."""
    env.flush_all()
    for (model, name), purpose in PURPOSES.items():
        for record in env[model].sudo().search([(name, "!=", False)]):
            tell(f"{step}:{model}.{name}", vault._open(record[name], purpose))


def issued(purpose, algorithm):
    body = {"nip": NIP, "purpose": purpose, "password": PASSWORD, "algorithm": algorithm}
    return requests.post(f"{SIMULATOR}/_control/certificates", json=body, timeout=30).json()


def upload_pair(purpose, algorithm):
    """Through the settings form, as a browser does."""
    pair = issued(purpose, algorithm)
    names = ("certificate", "key") if purpose == "authentication" else (
        "offline_certificate", "offline_key")  # fmt: skip
    form = env["res.config.settings"].create(
        {
            "company_id": company.id,
            f"l10n_pl_ksef_{names[0]}_file": base64.b64encode(pair["certificate"].encode()),
            f"l10n_pl_ksef_{names[1]}_file": base64.b64encode(pair["key"].encode()),
            f"l10n_pl_ksef_{names[1]}_password": PASSWORD,
        }
    )
    form.execute()
    tell(f"{purpose} key file", pair["key"].encode())


tell("password", PASSWORD.encode())
tell("master key", master_key.read_file(vault._key_file()).material)
for algorithm in ("RSA", "EC"):
    upload_pair("authentication", algorithm)
upload_pair("offline", "EC")
company.action_l10n_pl_ksef_connect()
env.cr.commit()
tell_all("uploaded")

enrolments = env["l10n_pl_ksef.enrolment"]
for purpose in ("authentication", "offline"):
    enrolments._request(company, purpose)
tell_all("requested")
enrolments.search([]).write({"next_step_at": False})
enrolments._cron_l10n_pl_ksef_enrolments()
env.cr.commit()
assert set(enrolments.search([]).mapped("state")) == {"issued"}, enrolments.search([]).mapped(
    "message"
)
company.action_l10n_pl_ksef_connect()
env.cr.commit()
tell_all("renewed")

token = env["l10n_pl_ksef.token"].sudo()._make(company)
token._put_in_use()
company.action_l10n_pl_ksef_connect()
env.cr.commit()
tell_all("by token")

# What goes wrong: refusals, lost answers, answers that cannot be read.
for match, kind in (
    ("POST /v2/auth/challenge", "garbage"),
    ("POST /v2/auth/ksef-token", "drop_after"),
    ("POST /v2/auth/token/redeem", "status"),
):
    fault = [{"match": match, "kind": kind, "times": 1, "code": 500}]
    requests.post(f"{SIMULATOR}/_control/faults", json=fault, timeout=30)
    company.action_l10n_pl_ksef_connect()
    env.cr.commit()
requests.delete(f"{SIMULATOR}/_control/faults", timeout=30)
wrong = {
    "company_id": company.id,
    "l10n_pl_ksef_certificate_file": base64.b64encode(
        issued("authentication", "EC")["key"].encode()
    ),
    "l10n_pl_ksef_key_file": base64.b64encode(b"nonsense"),
    "l10n_pl_ksef_key_password": PASSWORD,
}
try:
    env["res.config.settings"].create(wrong)
except UserError as error:
    print("REFUSED", type(error).__name__)
    env.cr.rollback()

company.l10n_pl_ksef_auth_method = "certificate"
company.action_l10n_pl_ksef_connect()
env["res.company"]._cron_l10n_pl_ksef_renewals()
env.cr.commit()

# A package whose upload breaks off: the links of its parts are kept until it goes on.
invoice = env["account.move"].create(
    {
        "move_type": "out_invoice",
        "partner_id": env["res.partner"].search([("vat", "=", "PL1111111111")], limit=1).id,
        "invoice_line_ids": [
            Command.create(
                {
                    "name": "towar",
                    "price_unit": 100,
                    "tax_ids": [Command.set(company.account_sale_tax_id.ids)],
                }
            )
        ],
    }
)
invoice.action_post()
invoice._l10n_pl_ksef_prepare()
fault = [{"match": "PUT /storage/**", "kind": "status", "times": 1, "code": 503}]
requests.post(f"{SIMULATOR}/_control/faults", json=fault, timeout=30)
batch_documents.PACKAGE_FROM = 1
package = env["l10n_pl_ksef.submission"]._next_package(company)
package._advance(time.monotonic() + 30)
env.cr.commit()
for upload in package._uploads():
    tell("upload link", urlsplit(upload.url).query.encode())
tell_all("evening")
