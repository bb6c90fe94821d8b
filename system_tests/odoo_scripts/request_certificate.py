# Runs in `odoo shell`: asks KSeF for a new authentication certificate.
env["l10n_pl_ksef.enrolment"]._request(env.company, "authentication")
env.cr.commit()
