# Runs in `odoo shell`: what the button Connect does.
print(env.company.action_l10n_pl_ksef_connect()["params"]["title"])
env.cr.commit()
