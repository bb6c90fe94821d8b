"""The documented command that changes the master key, in a process of its own."""

from __future__ import annotations

SEALED = "SELECT DISTINCT split_part(private_key_sealed, '.', 2) FROM l10n_pl_ksef_certificate"


def key_ids(odoo):
    return {row[0] for row in odoo.execute(f"{SEALED} WHERE private_key_sealed IS NOT NULL")}


def test_after_the_command_other_processes_work_with_the_new_key(odoo):
    [before] = key_ids(odoo)
    odoo.execute("UPDATE l10n_pl_ksef_login SET hold_until = NULL, access_valid_until = NULL")

    said = odoo.shell("change_key.py")

    [after] = key_ids(odoo)
    assert after != before
    assert after in said
    assert odoo.shell("log_in.py").startswith("TOKEN")
