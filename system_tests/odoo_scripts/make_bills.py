# Runs in `odoo shell`: makes bills of what is kept, at the moment KSEF_SYSTEM_AT, as a schedule or
# a click does: who loses a race starts again.
import os
import time

from psycopg2.errors import DeadlockDetected, SerializationFailure

received = env["l10n_pl_ksef.received"]
received.search_count([])
env.cr.commit()
time.sleep(max(0.0, float(os.environ.get("KSEF_SYSTEM_AT", "0")) - time.time()))
for _attempt in range(20):
    try:
        received._understand_waiting()
        env.cr.commit()
        break
    except (SerializationFailure, DeadlockDetected):
        env.cr.rollback()
