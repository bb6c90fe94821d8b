# Runs in `odoo shell`: what the schedules of fetching do until nothing is under way.
import time

cursors = env["l10n_pl_ksef.cursor"]
received = env["l10n_pl_ksef.received"]
for _round in range(20):
    env.cr.execute("UPDATE l10n_pl_ksef_cursor SET next_look = NULL, rest_until = NULL")
    env.cr.execute("UPDATE l10n_pl_ksef_export SET next_step_at = NULL WHERE state = 'asked'")
    env.cr.execute("UPDATE l10n_pl_ksef_received SET next_try_at = NULL, asked_at = NULL")
    env.cr.execute("DELETE FROM l10n_pl_ksef_throttle")
    env.cr.commit()
    env.invalidate_all()
    env["res.company"]._cron_l10n_pl_ksef_fetch()
    received._cron_understand()
    env.cr.commit()
    env.invalidate_all()
    waiting = received.search_count([("state", "in", ("announced", "kept"))])
    if not waiting and not any(cursor._is_unfinished() for cursor in cursors.search([])):
        break
    time.sleep(0.5)
