# Runs in `odoo shell`: prints the keys of open sessions and the tokens of logins, for a test to
# search for, each base64 of its bytes.
import base64

from odoo.addons.l10n_pl_ksef.models.login_tokens import ACCESS_PURPOSE, REFRESH_PURPOSE
from odoo.addons.l10n_pl_ksef.models.session import SEALED_KEY_PURPOSE

vault = env["l10n_pl_ksef.vault"]
for model, name, purpose in (
    ("l10n_pl_ksef.session", "key_sealed", SEALED_KEY_PURPOSE),
    ("l10n_pl_ksef.login", "access_token_sealed", ACCESS_PURPOSE),
    ("l10n_pl_ksef.login", "refresh_token_sealed", REFRESH_PURPOSE),
):
    for record in env[model].sudo().search([(name, "!=", False)]):
        secret = vault._open(record[name], purpose)
        if model == "l10n_pl_ksef.session":
            # 32 bytes of key, 16 of IV; KSeF gets the IV in clear.
            secret = secret[:32]
        print("SECRET", f"{model}.{name}", base64.b64encode(secret).decode())
