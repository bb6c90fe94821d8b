# Runs in `odoo shell`: what the schedules do until nothing is under way.
import os
import time

from odoo.addons.l10n_pl_ksef.ksef.packages import PackageLimits
from odoo.addons.l10n_pl_ksef.models import batch_documents, batch_steps

if os.environ.get("KSEF_SYSTEM_SMALL_PACKAGES"):
    batch_documents.PACKAGE_FROM = 2
    batch_steps.LIMITS = PackageLimits(part_bytes=900)
to_prepare = os.environ.get("KSEF_SYSTEM_PREPARE", "")
env["account.move"].browse(map(int, to_prepare.split()))._l10n_pl_ksef_prepare()
submissions = env["l10n_pl_ksef.submission"]
for _round in range(20):
    submissions._cron_send()
    submissions._cron_follow()
    env.cr.commit()
    env.invalidate_all()
    unfinished = submissions.search_count(
        [
            "|",
            ("state", "in", ("ready", "offline", "sending", "in_doubt", "sent")),
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
    env.cr.execute("UPDATE l10n_pl_ksef_session SET next_step_at = NULL WHERE state != 'closed'")
    env.cr.commit()
    time.sleep(0.5)
