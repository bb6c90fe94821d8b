# Runs in `odoo shell`: what the button Disconnect does.
print(env.company.action_l10n_pl_ksef_disconnect()["params"]["title"])
env.cr.commit()
