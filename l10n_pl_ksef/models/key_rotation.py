"""Changing the master key: everything sealed is opened with the old one and sealed anew."""

import logging
import os

from odoo import api, models
from odoo.tools import SQL, config

from . import master_key
from .master_key import MasterKey, MasterKeyProblem
from .transactions import commit_point
from .vault import CHECK_PARAMETER, CHECK_PURPOSE, CHECK_TEXT, KEY_OPTION, VaultError

_logger = logging.getLogger(__name__)

OLD_KEY_OPTION = "l10n_pl_ksef_master_key_old"


class KsefVault(models.AbstractModel):
    """Several keys side by side: each database names the one that it uses.

    Databases share the key file of their server, so the old key stays beside the new one, as
    ``<file>.<key id>``, until each of them was changed over.
    """

    _inherit = "l10n_pl_ksef.vault"

    def _configured_key(self, key_id=None):
        key = super()._configured_key(key_id)
        if not key_id or (key and key.key_id == key_id):
            return key
        return self._other_key(key_id) or key

    def _other_key(self, key_id):
        """The key of that id, where this server still has it beside its first one."""
        try:
            text = config.get(OLD_KEY_OPTION)
            old = MasterKey.from_text(text, OLD_KEY_OPTION) if text else None
            for key in (old, *map(master_key.read_file, self._key_files(key_id))):
                if key and key.key_id == key_id:
                    return key
        except MasterKeyProblem as problem:
            raise self._key_error(problem) from problem
        return None

    def _key_files(self, key_id):
        return (self._key_file(), f"{self._key_file()}.{key_id}")

    @api.model
    def _change_master_key(self):
        """Seal everything in this database with another master key, and commit.

        With a key file a new key is made. With a key in the configuration the new one must stand
        there already, and the old one in ``l10n_pl_ksef_master_key_old``. Whatever happens in
        between, each key is on the disk before anything depends on it; run it again then.

        :return: the id of the new key, how many secrets were sealed anew, and how many could
            not be opened before either
        :rtype: tuple[str, int, int]
        :raises VaultError: when there is no key, or not the right one
        """
        self._refuse_neutralized()
        self._lock_secrets()
        old = self._key_in_use()
        new = self._next_key(old)
        by_token = self._logins_by_token()
        done, lost = self._seal_anew(old, new)
        self._know_again(by_token)
        self.env.cr.execute(
            "UPDATE ir_config_parameter SET value = %s WHERE key = %s",
            [f"{new.key_id}:{self._seal_with(new, CHECK_TEXT, CHECK_PURPOSE)}", CHECK_PARAMETER],
        )
        self.env["ir.config_parameter"].invalidate_model(["value"])
        commit_point(self.env)
        self._put_first(old, new)
        self.env.invalidate_all()
        _logger.info("The KSeF master key is %s now; %s secrets sealed anew", new.key_id, done)
        return new.key_id, done, lost

    def _logins_by_token(self):
        """Logins with a token, which they know by its ciphertext: that is about to change."""
        companies = self.env["res.company"].sudo().search([("l10n_pl_ksef_token_id", "!=", False)])
        by_token = companies.filtered(lambda one: one.l10n_pl_ksef_auth_method == "token")
        return {company: company._l10n_pl_ksef_login() for company in by_token}

    def _know_again(self, by_token):
        self.env.invalidate_all()
        for company, login in by_token.items():
            if login:
                context = company._l10n_pl_ksef_context()
                login.credential_id = company._l10n_pl_ksef_credential_id(context)

    def _key_in_use(self):
        key_id, check = self._check()
        key = self._configured_key(key_id) if key_id else None
        if key is None:
            raise self._error("no_key")
        if key.key_id != key_id or not self._opens(key, check):
            raise self._error("other_key")
        return key

    def _next_key(self, old):
        """The key to change to; a new file is on the disk when this returns."""
        text = config.get(KEY_OPTION)
        try:
            if text:
                new = MasterKey.from_text(text, KEY_OPTION)
            else:
                first = master_key.read_file(self._key_file())
                # Another database of this server was changed over already, or this one half-way.
                new = first if first and first.key_id != old.key_id else MasterKey.generate()
                if new is not first:
                    master_key.write_file(f"{self._key_file()}.{new.key_id}", new)
        except MasterKeyProblem as problem:
            raise self._key_error(problem) from problem
        if new.key_id == old.key_id:
            raise VaultError(self.env, _same_key, "same_key")
        return new

    def _lock_secrets(self):
        """Nobody seals anything with the old key while this goes on."""
        self.env.flush_all()
        tables = {self.env[model_name]._table for model_name, _field in self._sealed_fields()}
        names = SQL(", ").join(SQL.identifier(table) for table in sorted(tables))
        self.env.cr.execute(SQL("LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE", names))

    def _seal_anew(self, old, new):
        done = lost = 0
        for model_name, name in self._sealed_fields():
            table, column = SQL.identifier(self.env[model_name]._table), SQL.identifier(name)
            self.env.cr.execute(
                SQL("SELECT id, %s FROM %s WHERE %s IS NOT NULL", column, table, column)
            )
            for record_id, sealed in self.env.cr.fetchall():
                purpose = sealed.split(".")[2] if sealed.count(".") == 3 else ""
                try:
                    plaintext = self._open_with(old, sealed, purpose)
                except VaultError as error:
                    _logger.warning("%s %s, %s: %s", model_name, record_id, name, error.reason)
                    lost += 1
                    continue
                self.env.cr.execute(
                    SQL(
                        "UPDATE %s SET %s = %s WHERE id = %s",
                        table,
                        column,
                        self._seal_with(new, plaintext, purpose),
                        record_id,
                    )
                )
                done += 1
        return done, lost

    def _put_first(self, old, new):
        """The new key becomes the server's first one; the old one stays beside it."""
        if config.get(KEY_OPTION):
            return
        first, staged = self._key_files(new.key_id)
        if not os.path.exists(staged):
            return
        kept = f"{first}.{old.key_id}"
        try:
            if not os.path.exists(kept):
                os.link(first, kept)
            os.replace(staged, first)
        except OSError as error:
            # The database finds the new key where it is.
            _logger.warning("The new KSeF master key stays in %s: %s", staged, error)


def _same_key(env):
    return env._(
        "The key in the server's configuration is the one in use already. Put the new key into "
        "the option %(new)s and the present one into %(old)s, restart Odoo, then change the key.",
        new=KEY_OPTION,
        old=OLD_KEY_OPTION,
    )
