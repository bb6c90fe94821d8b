# Runs in `odoo shell`: the documented command.
print(env["l10n_pl_ksef.vault"]._change_master_key())
