# Runs in `odoo shell`: what a person's click does.
import os

env["account.move"].browse(int(os.environ["KSEF_SYSTEM_INVOICE"])).action_l10n_pl_ksef_send()
env.cr.commit()
