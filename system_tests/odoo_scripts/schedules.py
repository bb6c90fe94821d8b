# Runs in `odoo shell`: what the schedules do until nothing is under way.
import time

submissions = env["l10n_pl_ksef.submission"]
for _round in range(20):
    submissions._cron_send()
    submissions._cron_follow()
    env.cr.commit()
    env.invalidate_all()
    unfinished = submissions.search_count(
        [
            "|",
            ("state", "in", ("ready", "sending", "in_doubt", "sent")),
            "&",
            ("state", "=", "accepted"),
            ("has_upo", "=", False),
        ]
    )
    if not unfinished:
        break
    env.cr.execute(
        "UPDATE l10n_pl_ksef_submission SET next_step_at = NULL "
        "WHERE state != 'accepted' OR NOT coalesce(has_upo, false)"
    )
    env.cr.commit()
    time.sleep(0.5)
