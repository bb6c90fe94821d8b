"""The encrypted store: secrets in the database that only this database can open here."""

import base64
import binascii
import logging
import os
import re

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from odoo import api, models
from odoo.tools import config

from . import master_key
from .explanations import SpokenError
from .master_key import MasterKey, MasterKeyProblem, MasterKeyTrouble

_logger = logging.getLogger(__name__)

KEY_OPTION = "l10n_pl_ksef_master_key"
KEY_FILE_OPTION = "l10n_pl_ksef_master_key_file"
KEY_FILE_NAME = "l10n_pl_ksef_master.key"

VERSION = "1"
NONCE_SIZE = 12
PURPOSE = re.compile(r"[a-z0-9-]+")

# Which key this database uses, and a text sealed with it: "key id:sealed".
CHECK_PARAMETER = "l10n_pl_ksef.vault_check"
CHECK_PURPOSE = "check"
CHECK_TEXT = b"l10n_pl_ksef"


class VaultError(SpokenError):
    """The encrypted store cannot be used now; the text says why and what to do.

    ``reason``: ``neutralized``, ``no_key``, ``broken_key``, ``other_key``, ``no_place``,
    ``other_database``, ``damaged`` or ``removed``. Nothing was lost: what waits goes on once the
    cause is gone.
    """

    def __init__(self, env, say, reason):
        super().__init__(env, say)
        self.reason = reason


class KsefVault(models.AbstractModel):
    """Seals and opens secrets.

    A sealed text is ``version.key id.purpose.base64(nonce and AES-256-GCM)``. The key is derived
    from the master key and the UUID of the database, so that the same text is worth nothing in
    a copy that got a UUID of its own; the purpose is authenticated, so that a token cannot be
    passed off as a private key.

    Any stored text field of this addon whose name ends in ``_sealed`` counts as sealed.
    """

    _name = "l10n_pl_ksef.vault"
    _description = "KSeF encrypted store"

    # -- for the other models -------------------------------------------------------

    @api.model
    def _seal(self, plaintext, purpose):
        """Encrypt a secret for storing.

        :param bytes plaintext: the secret
        :param str purpose: lower-case letters, digits and hyphens; needed again for opening
        :rtype: str
        :raises VaultError: when no secret may be stored here now
        """
        self._refuse_neutralized()
        return self._seal_with(self._key_for_sealing(), plaintext, purpose)

    @api.model
    def _open(self, sealed, purpose):
        """Decrypt what ``_seal`` returned.

        :rtype: bytes
        :raises VaultError: when it cannot be opened here
        """
        self._refuse_neutralized()
        return self._open_with(self._existing_key(), sealed, purpose)

    @api.model
    def _make_ready(self):
        """Make sure that ``_seal`` will work, before something is fetched that must be sealed.

        :raises VaultError:
        """
        self._refuse_neutralized()
        self._key_for_sealing()

    @api.model
    def _problem(self):
        """Why stored secrets cannot be used here, as a VaultError; None where they can.

        Cheap enough for a page: it opens nothing but the check value.
        """
        try:
            self._refuse_neutralized()
            key_id, check = self._check()
            if key_id and self._has_sealed():
                self._open_with(self._existing_key(), check, CHECK_PURPOSE)
        except VaultError as error:
            return error
        return None

    @api.model
    def _refuse_neutralized(self):
        """Stop everything in a neutralized copy, also what a button asks for.

        :raises VaultError:
        """
        if self.env["ir.config_parameter"].sudo().get_param("database.is_neutralized"):
            raise self._error("neutralized")

    # -- sealing ----------------------------------------------------------------------

    def _seal_with(self, key, plaintext, purpose):
        if not PURPOSE.fullmatch(purpose):
            raise ValueError(f"Not a purpose: {purpose!r}")
        header = f"{VERSION}.{key.key_id}.{purpose}"
        nonce = os.urandom(NONCE_SIZE)
        ciphertext = AESGCM(self._derive(key)).encrypt(nonce, plaintext, header.encode())
        return f"{header}.{base64.urlsafe_b64encode(nonce + ciphertext).decode()}"

    def _open_with(self, key, sealed, purpose):
        header, _dot, encoded = (sealed or "").rpartition(".")
        parts = header.split(".")
        if len(parts) != 3 or parts[0] != VERSION or parts[2] != purpose:
            raise self._error("damaged")
        if parts[1] != key.key_id:
            raise self._error("other_key")
        try:
            content = base64.b64decode(encoded, altchars=b"-_", validate=True)
            return AESGCM(self._derive(key)).decrypt(
                content[:NONCE_SIZE], content[NONCE_SIZE:], header.encode()
            )
        except (binascii.Error, ValueError):
            raise self._error("damaged") from None
        except InvalidTag:
            raise self._error("other_database") from None

    def _derive(self, key):
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        info = f"l10n_pl_ksef vault {VERSION} {uuid}".encode()
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(key.material)

    # -- the master key ---------------------------------------------------------------

    @api.model
    def _key_file(self):
        """Where the key file is, or will be made."""
        return config.get(KEY_FILE_OPTION) or os.path.join(config["data_dir"], KEY_FILE_NAME)

    def _configured_key(self, key_id=None):
        """The key of this server, from the configuration or its file; None without one.

        :param str key_id: the one that is wanted, where the server has several
        """
        try:
            text = config.get(KEY_OPTION)
            if text:
                return MasterKey.from_text(text, KEY_OPTION)
            return master_key.read_file(self._key_file())
        except MasterKeyProblem as problem:
            raise self._key_error(problem) from problem

    def _existing_key(self):
        key = self._configured_key(self._check()[0])
        if key is None:
            raise self._error("no_key")
        return key

    def _key_for_sealing(self):
        """The key that this database uses; on first use the server's, made if need be.

        A key is never made, and never changed for another, while anything is sealed: a second
        server with a folder of its own would otherwise start a key of its own.
        """
        key_id, check = self._check()
        key = self._configured_key(key_id)
        if key and key.key_id == key_id and self._opens(key, check):
            return key
        if key_id and (key is None or key.key_id != key_id) and self._has_sealed():
            raise self._error("other_key" if key else "no_key")
        return self._adopt_key()

    def _opens(self, key, check):
        """False in a copy, which has another UUID: it may start anew with the same key."""
        try:
            return self._open_with(key, check, CHECK_PURPOSE) == CHECK_TEXT
        except VaultError:
            return False

    def _adopt_key(self):
        """Take the server's key as this database's own.

        The row of the check value is held from before a key is made: other processes of this
        database wait, then start afresh and find it.
        """
        self.env.cr.execute(
            """
            INSERT INTO ir_config_parameter (key, value) VALUES (%s, '')
            ON CONFLICT (key) DO UPDATE SET value = ir_config_parameter.value
            """,
            [CHECK_PARAMETER],
            log_exceptions=False,
        )
        key = self._configured_key() or self._make_key()
        check = self._seal_with(key, CHECK_TEXT, CHECK_PURPOSE)
        self.env.cr.execute(
            "UPDATE ir_config_parameter SET value = %s WHERE key = %s",
            [f"{key.key_id}:{check}", CHECK_PARAMETER],
        )
        self.env["ir.config_parameter"].invalidate_model(["value"])
        return key

    def _make_key(self):
        try:
            key = master_key.make_file(self._key_file())
        except MasterKeyProblem as problem:
            raise self._key_error(problem) from problem
        _logger.info("Made the KSeF master key %s in %s", key.key_id, self._key_file())
        return key

    def _check(self):
        """Key id and check value of this database, or two empty texts.

        Read past Odoo's cache of parameters, which does not see ``_adopt_key``.
        """
        self.env.cr.execute(
            "SELECT value FROM ir_config_parameter WHERE key = %s", [CHECK_PARAMETER]
        )
        row = self.env.cr.fetchone()
        key_id, _colon, check = (row and row[0] or "").partition(":")
        return key_id, check

    # -- what is sealed ---------------------------------------------------------------

    @api.model
    def _sealed_fields(self):
        """Every place where a secret may be stored, as pairs of model name and field name."""
        return [
            (model_name, name)
            for model_name, model in self.env.items()
            if not model._abstract
            for name, field in model._fields.items()
            if name.endswith("_sealed")
            and field.store
            and (model_name.startswith("l10n_pl_ksef.") or name.startswith("l10n_pl_ksef_"))
        ]

    def _has_sealed(self):
        return any(
            self.env[model_name]
            .sudo()
            .with_context(active_test=False)
            .search_count([(name, "!=", False)], limit=1)
            for model_name, name in self._sealed_fields()
        )

    # -- in words ---------------------------------------------------------------------

    def _key_error(self, problem):
        _logger.warning("KSeF master key: %s", problem)
        if problem.trouble is MasterKeyTrouble.UNWRITABLE:
            return self._error("no_place")
        return self._error("broken_key")

    def _error(self, reason):
        return VaultError(self.env, lambda env: env["l10n_pl_ksef.vault"]._sentence(reason), reason)

    def _sentence(self, reason):
        _ = self.env._
        where = _(
            "The key is in the server's configuration (option %(option)s) or in the file "
            "%(file)s in Odoo's data directory.",
            option=KEY_OPTION,
            file=KEY_FILE_NAME,
        )
        sentences = {
            "neutralized": _(
                "This is a neutralized copy of a database, so it does not talk to KSeF and opens "
                "none of its certificates and tokens. Use the original database."
            ),
            "no_key": _(
                "The KSeF certificates and tokens of this database cannot be opened, because the "
                "master key they are encrypted with is missing on this server. Ask your "
                "administrator to bring it back; until then everything for KSeF waits. %s",
                where,
            ),
            "broken_key": _(
                "The KSeF certificates and tokens cannot be opened, because the master key of "
                "this server cannot be read. Ask your administrator to check it; until then "
                "everything for KSeF waits. %s",
                where,
            ),
            "other_key": _(
                "The KSeF certificates and tokens of this database were encrypted with another "
                "master key than the one of this server. Ask your administrator to bring back "
                "the right one; until then everything for KSeF waits. %s",
                where,
            ),
            "no_place": _(
                "The master key that protects KSeF certificates and tokens cannot be stored, "
                "because the server may not write to its place. Ask your administrator to allow "
                "it, or to set a key. %s",
                where,
            ),
            "other_database": _(
                "The KSeF certificates and tokens stored here belong to another database, as "
                "happens in a copy, and cannot be opened. Upload the certificate or enter the "
                "token again if this database shall work with KSeF."
            ),
            "damaged": _(
                "A stored KSeF certificate or token is damaged and cannot be opened. Upload the "
                "certificate or enter the token again."
            ),
        }
        return sentences[reason]
