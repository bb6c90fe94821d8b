# Runs in `odoo shell`: what any worker does before it calls KSeF; its own work is rolled back.
import hashlib
import os
import time

from odoo.exceptions import UserError

from odoo.addons.l10n_pl_ksef.ksef.errors import KsefError
from odoo.addons.l10n_pl_ksef.models.explanations import explain

company = env.company
company._l10n_pl_ksef_root()  # everything is loaded before the common start
env.cr.rollback()
time.sleep(max(0.0, float(os.environ.get("KSEF_SYSTEM_AT", "0")) - time.time()))
try:
    client = company._l10n_pl_ksef_client()
    permissions = client.own_permissions().scopes
    token = env["l10n_pl_ksef.login"].sudo()._access_token(company._l10n_pl_ksef_connection())
    print("TOKEN", hashlib.sha256(token.encode()).hexdigest(), "InvoiceWrite" in permissions)
except (KsefError, UserError) as error:
    print("ERROR", type(error).__name__, explain(env, error))
env.cr.rollback()
