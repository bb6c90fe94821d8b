# Runs in `odoo shell`: what a person's click does.
env.company.action_l10n_pl_ksef_fetch()
env.cr.commit()
