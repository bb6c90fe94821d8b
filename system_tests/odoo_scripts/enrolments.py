# Runs in `odoo shell`: the schedule of requests, logins under way and tokens, all of it due.
env.cr.execute("UPDATE l10n_pl_ksef_enrolment SET next_step_at = NULL")
env.cr.execute("UPDATE l10n_pl_ksef_login SET hold_until = now() - interval '1 second'")
env.cr.commit()
env["l10n_pl_ksef.enrolment"]._cron_l10n_pl_ksef_enrolments()
env.cr.commit()
