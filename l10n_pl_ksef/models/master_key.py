"""The key that everything secret is encrypted under. It lives outside the database.

Nothing here knows Odoo: text of the configuration and paths come in, a key or a
``MasterKeyProblem`` goes out.
"""

import base64
import binascii
import hashlib
import logging
import os
import stat
import tempfile
from dataclasses import dataclass, field
from enum import Enum

_logger = logging.getLogger(__name__)

KEY_SIZE = 32
MAX_FILE_SIZE = 1024


class MasterKeyTrouble(Enum):
    """What can be wrong with the key itself."""

    BROKEN = "broken"  # there is something, but it is no key
    UNREADABLE = "unreadable"  # the file cannot be read
    UNWRITABLE = "unwritable"  # no file could be made


class MasterKeyProblem(Exception):
    """``where``: the name of the option or the path of the file, for the log."""

    def __init__(self, trouble, where):
        super().__init__(f"{trouble.value}: {where}")
        self.trouble = trouble
        self.where = where


@dataclass(frozen=True)
class MasterKey:
    """32 random bytes, which do not show in the repr."""

    material: bytes = field(repr=False)

    @property
    def key_id(self):
        """Which key this is, without telling the key: 16 hexadecimal digits."""
        return hashlib.sha256(b"l10n_pl_ksef master key id" + self.material).hexdigest()[:16]

    @classmethod
    def generate(cls):
        """Return a fresh random key."""
        return cls(os.urandom(KEY_SIZE))

    @classmethod
    def from_text(cls, text, where):
        """Read the base64 form, as ``openssl rand -base64 32`` prints it.

        :param where: option or path, for the error
        :raises MasterKeyProblem: BROKEN
        """
        try:
            material = base64.b64decode(text.strip(), validate=True)
        except (binascii.Error, ValueError):
            raise MasterKeyProblem(MasterKeyTrouble.BROKEN, where) from None
        if len(material) != KEY_SIZE:
            raise MasterKeyProblem(MasterKeyTrouble.BROKEN, where)
        return cls(material)

    def to_text(self):
        """The base64 form: a secret."""
        return base64.b64encode(self.material).decode()


def read_file(path):
    """The key in the file ``path``; None where there is no such file.

    :raises MasterKeyProblem: UNREADABLE or BROKEN
    """
    try:
        with open(path, encoding="ascii") as file:
            _warn_if_open_to_others(file, path)
            text = file.read(MAX_FILE_SIZE)
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise MasterKeyProblem(MasterKeyTrouble.BROKEN, path) from None
    except OSError as error:
        raise MasterKeyProblem(MasterKeyTrouble.UNREADABLE, path) from error
    return MasterKey.from_text(text, path)


def make_file(path):
    """Make a new key in the file ``path``, mode 0600, and return it.

    The file appears whole or not at all, and never replaces one: of two processes that make
    it at the same moment, both get the key of the one that was first.

    :raises MasterKeyProblem: UNWRITABLE, UNREADABLE or BROKEN
    """
    try:
        _link_new_file(path, MasterKey.generate().to_text() + "\n")
    except FileExistsError:
        _logger.info("Another process made the KSeF master key at the same moment")
    except OSError as error:
        raise MasterKeyProblem(MasterKeyTrouble.UNWRITABLE, path) from error
    key = read_file(path)
    if key is None:
        raise MasterKeyProblem(MasterKeyTrouble.UNREADABLE, path)
    return key


def write_file(path, key):
    """Keep ``key`` in the new file ``path``, mode 0600; it appears whole or not at all.

    :raises MasterKeyProblem: UNWRITABLE
    """
    try:
        _link_new_file(path, key.to_text() + "\n")
    except OSError as error:
        raise MasterKeyProblem(MasterKeyTrouble.UNWRITABLE, path) from error


def _link_new_file(path, text):
    folder = os.path.dirname(path) or "."
    os.makedirs(folder, mode=0o700, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=".l10n_pl_ksef_", dir=folder)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)
    finally:
        os.unlink(temporary)
    _sync_folder(folder)


def _sync_folder(folder):
    """A key that a power failure takes away again would take all that it sealed with it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _warn_if_open_to_others(file, path):
    if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
        _logger.warning(
            "Other users of this machine can read the KSeF master key %s: set its mode to 0600",
            path,
        )
