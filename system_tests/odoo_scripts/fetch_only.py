# Runs in `odoo shell`: the schedule that fetches, and not yet the one that makes bills.
import time

for _round in range(20):
    env.cr.execute("UPDATE l10n_pl_ksef_cursor SET next_look = NULL, rest_until = NULL")
    env.cr.execute("UPDATE l10n_pl_ksef_export SET next_step_at = NULL WHERE state = 'asked'")
    env.cr.execute("DELETE FROM l10n_pl_ksef_throttle")
    env.cr.commit()
    env.invalidate_all()
    env["res.company"]._cron_l10n_pl_ksef_fetch()
    env.cr.commit()
    env.invalidate_all()
    if not any(cursor._is_unfinished() for cursor in env["l10n_pl_ksef.cursor"].search([])):
        break
    time.sleep(0.5)
