"""After a day's work no secret is in a dump of the database, in the filestore or in the logs."""

from __future__ import annotations

import base64
import os
import subprocess

import pytest
from conftest import DATABASE

PASSWORD = "Tajne-Hasło-Próbne-739!"
# What shorter pieces have in common says nothing: names of types and identifiers of algorithms.
PIECE = 24
# Stands for the beginning of PKCS#8 files, which is the same in all keys of a kind.
DER_HEADER = 40


@pytest.fixture(scope="module")
def day(odoo):
    """A day's work: every way of logging in, certificates renewed, invoices sent, trouble."""
    said = odoo.shell("credentials_day.py", KSEF_SYSTEM_PASSWORD=PASSWORD)
    invoice = odoo.new_invoice()
    odoo.shell("send.py", KSEF_SYSTEM_INVOICE=invoice)
    odoo.shell("schedules.py")
    said += odoo.shell("open_secrets.py")
    secrets = {}
    for line in said.splitlines():
        if line.startswith("SECRET "):
            _word, *kind, encoded = line.split(" ")
            secrets.setdefault(base64.b64decode(encoded), " ".join(kind))
    return secrets


@pytest.fixture(scope="module")
def dump(odoo, day):
    """Everything that ``pg_dump`` sees, large objects included, as text."""
    command = ["pg_dump", "-h", os.environ["KSEF_TEST_DB_HOST"], "-p"]
    command += [os.environ["KSEF_TEST_DB_PORT"], "-U", os.environ["KSEF_TEST_DB_USER"], DATABASE]
    return subprocess.run(command, check=True, capture_output=True).stdout


@pytest.fixture(scope="module")
def filestore(odoo, day):
    folder = odoo.work / "data" / "filestore"
    return b"\n".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def logs(odoo, day):
    return odoo.log.read_bytes()


def core_of(kind, secret):
    """The part of a secret that only this secret has."""
    if "private_key" in kind or "enrolment.key" in kind:
        return secret[DER_HEADER : DER_HEADER + PIECE]
    if kind.endswith("key file"):
        return b"".join(secret.splitlines()[3:4])
    if "token" in kind and b"|" in secret:  # its reference and its NIP are known to everybody
        return secret.split(b"|")[-1]
    if "token" in kind and secret.count(b".") == 2:  # a JWT: its signature is what counts
        return secret.split(b".")[-1]
    return secret


def forms_of(secret):
    """A secret as it may be written: as it is, hexadecimal, and base64 at any offset."""
    yield secret
    yield secret.hex().encode()
    yield secret.hex().upper().encode()
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + secret)
        # The first and last characters depend on what stands beside.
        inner = encoded[4:-4] if offset else encoded[:-4]
        yield inner
        yield inner.translate(bytes.maketrans(b"+/", b"-_"))


def found_in(haystack, secrets):
    folded = haystack.replace(b"\\n", b"").replace(b"\n", b"")
    return sorted(
        kind
        for secret, kind in secrets.items()
        for form in [*forms_of(core_of(kind, secret))]
        if len(form) >= 12 and (form in haystack or form in folded)
    )


def test_the_day_knew_every_kind_of_secret(day):
    kinds = " ".join(day.values())
    for kind in (
        "password",
        "master key",
        "key file",
        "certificate.private_key_sealed",
        "enrolment.key_sealed",
        "session.key_sealed",
        "session.uploads_sealed",
        "upload link",
        "login.access_token_sealed",
        "login.refresh_token_sealed",
        "l10n_pl_ksef.token.token_sealed",
    ):
        assert kind in kinds, kind


def test_the_search_finds_what_is_there(day):
    for secret, kind in day.items():
        core = core_of(kind, secret)
        for form in (core, core.hex().encode(), base64.b64encode(b"x" + core + b"yz")):
            assert kind in found_in(b"... " + form + b" ...", {secret: kind}), kind


def test_no_secret_is_in_a_dump_of_the_database(dump, day):
    assert b"l10n_pl_ksef_certificate" in dump
    assert found_in(dump, day) == []


def test_no_secret_is_in_the_filestore(filestore, day):
    assert found_in(filestore, day) == []


def test_no_secret_is_in_the_logs(logs, day):
    assert b"l10n_pl_ksef" in logs
    assert found_in(logs, day) == []
