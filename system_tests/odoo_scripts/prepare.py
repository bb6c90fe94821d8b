# Runs in `odoo shell`: a Polish company connected to the simulator, with one customer.
import os

import requests

SIMULATOR = os.environ["KSEF_SYSTEM_SIMULATOR"]
PASSWORD = "Simulator-Password-1"
NIP = "5265877635"

company = env.company
poland = env.ref("base.pl")
company.write(
    {
        "name": "Hurtownia Testowa sp. z o.o.",
        "country_id": poland.id,
        "vat": f"PL{NIP}",
        "street": "ul. Kwiatowa 1",
        "zip": "00-001",
        "city": "Warszawa",
    }
)
if company.chart_template != "pl":
    env["account.chart.template"].try_loading("pl", company, install_demo=False)
env["res.partner"].create(
    {
        "name": "Kupujący S.A.",
        "is_company": True,
        "country_id": poland.id,
        "vat": "PL1111111111",
        "street": "ul. Polna 1",
        "zip": "00-002",
        "city": "Kraków",
    }
)
pair = requests.post(
    f"{SIMULATOR}/_control/certificates",
    json={"nip": NIP, "purpose": "authentication", "password": PASSWORD, "algorithm": "EC"},
    timeout=30,
).json()
certificate = env["l10n_pl_ksef.certificate"]._import_pair(
    company, "authentication", pair["certificate"].encode(), pair["key"].encode(), PASSWORD
)
company.write(
    {
        "l10n_pl_ksef_environment": "simulator",
        "l10n_pl_ksef_auth_method": "certificate",
        "l10n_pl_ksef_auth_certificate_id": certificate.id,
        "l10n_pl_ksef_go_live_date": "2026-01-01",
    }
)
company.action_l10n_pl_ksef_connect()
env.cr.commit()
