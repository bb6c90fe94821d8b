# Runs in `odoo shell`: gives the company an offline certificate.
import os

import requests

PASSWORD = "Simulator-Password-1"
company = env.company
pair = requests.post(
    f"{os.environ['KSEF_SYSTEM_SIMULATOR']}/_control/certificates",
    json={"nip": "5265877635", "purpose": "offline", "password": PASSWORD, "algorithm": "EC"},
    timeout=30,
).json()
env["l10n_pl_ksef.certificate"]._import_pair(
    company, "offline", pair["certificate"].encode(), pair["key"].encode(), PASSWORD
)
env.cr.commit()
