"""When the work may be committed.

The crash-safe order of sending needs real commits. Odoo's test runner forbids them, so the
order itself is proven outside it, in processes of its own.
"""

import logging
from contextlib import contextmanager

from psycopg2.errors import DeadlockDetected, SerializationFailure

from odoo import modules

_logger = logging.getLogger(__name__)


def commit_point(env):
    """Commit what was written so far, unless a test owns the transaction.

    Every row lock is gone afterwards: lock and check again before relying on a record.
    """
    if not modules.module.current_test:
        env["ir.cron"]._commit_progress()


def roll_back(env):
    """Undo what was written since the last commit point, unless a test owns the transaction."""
    if not modules.module.current_test:
        env.cr.rollback()


@contextmanager
def isolated(env, what):
    """Let ``what`` fail alone: in a schedule one bad record must not stop the others.

    Whatever happens is logged with its traceback and undone; the next run tries again.
    """
    try:
        yield
    except (SerializationFailure, DeadlockDetected):
        roll_back(env)
        _logger.info("KSeF: another worker was first at %s; the next run looks again", what)
    except Exception:  # pylint: disable=broad-except
        roll_back(env)
        _logger.exception("KSeF: %s failed; the rest goes on", what)
