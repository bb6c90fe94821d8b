# Runs in `odoo shell`: what a click on Issue Offline does.
import os

move = env["account.move"].browse(int(os.environ["KSEF_SYSTEM_INVOICE"]))
move.action_l10n_pl_ksef_issue_offline()
env.cr.commit()
