"""What the tests of settings, certificates, logins and the encrypted store share."""

import base64
import os
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from unittest.mock import patch

from odoo.tests import new_test_user
from odoo.tools import config

from ..ksef import environments
from ..models import vault
from .common import simulator_url

PASSWORD = "Simulator-Password-1"


class CredentialsMixin:
    """For a test case with a simulator: pairs, users, settings, and a master key of its own."""

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.key_file = os.path.join(folder.name, "master.key")
        self.set_option(vault.KEY_FILE_OPTION, self.key_file)
        self.set_option(vault.KEY_OPTION, None)

    def set_option(self, name, value):
        """Set an option of the server's configuration until the end of the test."""
        patcher = patch.dict(config._runtime_options, {name: value})
        patcher.start()
        self.addCleanup(patcher.stop)

    def stand_in_for(self, *codes):
        """Let the simulator stand in for these environments: nothing but addresses changes."""
        here = environments.environment(environments.SIMULATOR, simulator_url())
        known = {code: _StandIn(**{**vars(here), "code": code}) for code in codes}
        patcher = patch.dict(environments._TABLE, known)
        patcher.start()
        self.addCleanup(patcher.stop)

    def issue_pair(self, **wanted):
        """A pair of the simulator: certificate and key as the bytes of their files, its serial."""
        issued = self.simulator.issue_certificate(password=PASSWORD, **wanted)
        return issued["certificate"].encode(), issued["key"].encode(), issued["serial"]

    def import_pair(self, company=None, purpose="authentication", **wanted):
        """Have a pair issued and put to use; the ``l10n_pl_ksef.certificate``."""
        certificate, key, _serial = self.issue_pair(purpose=purpose, **wanted)
        return self.env["l10n_pl_ksef.certificate"]._import_pair(
            company or self.company, purpose, certificate, key, PASSWORD
        )

    def use_certificate(self, company=None, **wanted):
        """Settings with a fresh certificate, not connected yet."""
        company = company or self.company
        company.l10n_pl_ksef_environment = "simulator"
        return self.import_pair(company, **wanted)

    def use_token(self, company=None, **wanted):
        """Settings with a fresh KSeF token, not connected yet; the token in clear."""
        company = company or self.company
        company.l10n_pl_ksef_environment = "simulator"
        token = self.simulator.issue_token(**wanted)
        company._l10n_pl_ksef_import_token(token)
        return token

    def save_settings(self, user=None, **values):
        """Fill in the settings form and save it, as the web client does."""
        settings = self.env["res.config.settings"].with_user(user or self.administrator)
        form = settings.with_context(allowed_company_ids=self.company.ids).create(
            {"company_id": self.company.id, **values}
        )
        form.execute()
        return form

    def outcome(self, function, *arguments):
        """The error that ``function`` raises, or None.

        Unlike assertRaises it leaves alone what was written down before the error.
        """
        try:
            function(*arguments)
        except Exception as error:  # noqa: BLE001  # it is handed to the test to judge
            return error
        return None

    def login(self, company=None):
        """The login row of the simulator, fresh from the database and in sudo mode."""
        company = company or self.company
        self.env.invalidate_all()
        return (
            self.env["l10n_pl_ksef.login"]
            .sudo()
            .search([("company_id", "=", company.id), ("environment", "=", "simulator")])
        )

    def watch(self, match):
        """Count the requests that match from now on; the returned function says how many came.

        A fault that does nothing serves as the counter.
        """
        planned = 1_000_000
        self.simulator.fault(match, "delay", times=planned, seconds=0)

        def count():
            faults = self.simulator.control("faults", method="GET")
            left = [fault["times"] for fault in faults if fault["match"] == match]
            return planned - left[0]

        return count

    @property
    def administrator(self):
        # Odoo shows the settings of Invoicing to those who are both.
        return self.user_of("ksef_administrator", "base.group_system,account.group_account_manager")

    @property
    def accountant(self):
        return self.user_of("ksef_accountant", "account.group_account_manager")

    def user_of(self, login, groups, company=None):
        """A user of one company, made when first asked for."""
        company = company or self.company
        user = self.env["res.users"].search([("login", "=", login)])
        return user or new_test_user(
            self.env,
            login=login,
            groups=f"base.group_user,{groups}" if groups != "base.group_portal" else groups,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )


@dataclass(frozen=True)
class _StandIn(environments.Environment):
    """An environment whose addresses are those of the simulator."""

    @property
    def is_local(self):
        return True


def b64(content):
    """As the web client uploads a file."""
    return base64.b64encode(content)


@contextmanager
def neutralized(env):
    """The database as ``odoo-bin neutralize`` marks it."""
    parameters = env["ir.config_parameter"].sudo()
    parameters.set_param("database.is_neutralized", "True")
    yield
    parameters.set_param("database.is_neutralized", False)
