"""Pairs know the environments of KSeF that they serve, also those that were uploaded earlier."""

from odoo import SUPERUSER_ID, api
from odoo.tools.sql import column_exists


def migrate(cr, version):
    if column_exists(cr, "l10n_pl_ksef_certificate", "environment"):
        cr.execute(
            """
            UPDATE l10n_pl_ksef_certificate
               SET environments = environment
             WHERE environments IS NULL AND environment IS NOT NULL
            """
        )
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["l10n_pl_ksef.certificate"]._learn_environments()
    env["l10n_pl_ksef.token"]._learn_secrets()
