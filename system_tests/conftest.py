"""A real Odoo outside its test framework: real commits, real processes, real kills.

``script/test system`` sets the ``KSEF_TEST_*`` variables.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest
import requests

SCRIPTS = Path(__file__).parent / "odoo_scripts"
START_SECONDS = 60
STEP_SECONDS = 120
# Several runs may go on at the same time in one PostgreSQL.
DATABASE = f"ksef_system_{os.getpid()}"


def _wanted(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        pytest.exit(f"{name} is not set: run these tests with script/test system", returncode=2)
    return value


@dataclass
class Simulator:
    url: str

    def control(self, path: str, body=None, method: str = "POST"):
        answer = requests.request(method, f"{self.url}/_control/{path}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def invoices(self) -> list[dict]:
        return self.control("invoices", method="GET")

    def fault(self, match: str, kind: str, **more) -> None:
        self.control("faults", [{"match": match, "kind": kind, "times": 1, **more}])


@pytest.fixture(scope="session")
def simulator():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [*shlex.split(_wanted("KSEF_TEST_SIMULATOR")), "--port", str(port)]
    process = subprocess.Popen(command, cwd=Path(__file__).parent.parent)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(lambda: _answers(url), "the simulator to answer")
        yield Simulator(url)
    finally:
        process.terminate()
        process.wait(10)


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/_control/invoices", timeout=1).ok
    except requests.ConnectionError:
        return False


def _wait_for(condition, what: str, seconds: float = START_SECONDS) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.1)
    pytest.fail(f"Waited {seconds} s in vain for {what}.")


class Odoo:
    """One database and the processes on it."""

    def __init__(self, work: Path, simulator: Simulator, database: str = DATABASE) -> None:
        self.work = work
        self.database = database
        self.simulator = simulator
        self.conf = work / "odoo.conf"
        self.log = work / "odoo.log"
        self._hanging = "l10n_pl_ksef_submission"
        self._make_database()
        self._write_configuration()

    def drop(self) -> None:
        """Leave no database behind; its files go with the folder of the run."""
        with self._connection("postgres") as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")

    def install(self) -> None:
        """Install the addon into what is there."""
        self._run(["-i", "l10n_pl_ksef", "--stop-after-init"])

    def _make_database(self) -> None:
        with self._connection("postgres") as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")
            cursor.execute(
                f"CREATE DATABASE {self.database} TEMPLATE {_wanted('KSEF_TEST_TEMPLATE')}"
            )
        with self._connection() as cursor:
            cursor.execute(
                "UPDATE ir_config_parameter SET value = gen_random_uuid()::text "
                "WHERE key IN ('database.uuid', 'database.secret')"
            )
        files = (
            Path(_wanted("KSEF_TEST_TEMPLATE_DATA")) / "filestore" / _wanted("KSEF_TEST_TEMPLATE")
        )
        shutil.copytree(files, self.work / "data" / "filestore" / self.database, dirs_exist_ok=True)

    def _write_configuration(self) -> None:
        self.conf.write_text(
            "\n".join(
                [
                    "[options]",
                    f"addons_path = {_wanted('KSEF_TEST_ADDONS_PATH')}",
                    f"data_dir = {self.work / 'data'}",
                    f"db_host = {_wanted('KSEF_TEST_DB_HOST')}",
                    f"db_port = {_wanted('KSEF_TEST_DB_PORT')}",
                    f"db_user = {_wanted('KSEF_TEST_DB_USER')}",
                    f"db_name = {self.database}",
                    f"l10n_pl_ksef_simulator_url = {self.simulator.url}",
                    "max_cron_threads = 0",
                    "",
                ]
            )
        )

    def _connection(self, database: str | None = None):
        return _Cursor(database or self.database)

    def _run(self, arguments: list[str]) -> None:
        with self.log.open("ab") as log:
            process = subprocess.run(
                [_wanted("KSEF_TEST_ODOO_BIN"), *arguments, "-c", str(self.conf), "--no-http"],
                stdout=log,
                stderr=log,
                timeout=300,
            )
        assert process.returncode == 0, f"Odoo failed; see the end of:\n{self.tail()}"

    def _start_shell(self, script: str, **variables: object) -> subprocess.Popen:
        environment = {
            **os.environ,
            "KSEF_SYSTEM_SIMULATOR": self.simulator.url,
            **{name: str(value) for name, value in variables.items()},
        }
        return subprocess.Popen(
            [_wanted("KSEF_TEST_ODOO_BIN"), "shell", "-c", str(self.conf), "--no-http"],
            stdin=(SCRIPTS / script).open("rb"),
            stdout=subprocess.PIPE,
            stderr=self.log.open("ab"),
            env=environment,
            start_new_session=True,
        )

    def shell(self, script: str, **variables: object) -> str:
        """Run a script in a process of its own, to its end."""
        process = self._start_shell(script, **variables)
        output, _nothing = process.communicate(timeout=STEP_SECONDS)
        assert process.returncode == 0, f"{script} failed; see the end of:\n{self.tail()}"
        return output.decode()

    def tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-60:])

    def killed(self, script: str, when, **variables: object) -> None:
        """Run a script and kill its process, unasked, as soon as ``when()`` is true."""
        process = self._start_shell(script, **variables)
        try:
            _wait_for(when, "the process to reach the step", STEP_SECONDS)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)

    def execute(self, statement: str, *values: object) -> list[tuple]:
        with self._connection() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def new_invoice(self, name: str = "") -> int:
        said = self.shell("invoice.py", KSEF_SYSTEM_NAME=name).splitlines()
        [line] = [line for line in said if line.startswith("INVOICE")]
        return int(line.split()[1])

    def hang_on(
        self, condition: str, table: str = "l10n_pl_ksef_submission", event: str = "UPDATE"
    ) -> None:
        """Let the database hold any process that is about to write such a row."""
        self._hanging = table
        self.execute(
            f"""
            CREATE OR REPLACE FUNCTION ksef_test_hang() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF {condition} THEN PERFORM pg_sleep(300); END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER ksef_test_hang BEFORE {event} ON {table}
                FOR EACH ROW EXECUTE FUNCTION ksef_test_hang();
            """
        )

    def is_hanging(self) -> bool:
        return bool(
            self.execute(
                "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = %s",
                self.database,
            )
        )

    def let_go(self) -> None:
        """Take the hold away, end what the killed process left in the database."""
        self.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = %s AND pid != pg_backend_pid()",
            self.database,
        )
        self.execute(f"DROP TRIGGER IF EXISTS ksef_test_hang ON {self._hanging}")

    def recover(self, **variables: object) -> None:
        """Time passes, the lease of the dead process ends, the schedules run in a new one."""
        self.execute(
            "UPDATE l10n_pl_ksef_submission SET next_step_at = NULL, "
            "lease_until = lease_until - interval '1 hour'"
        )
        self.execute(
            "UPDATE l10n_pl_ksef_session SET next_step_at = NULL, "
            "lease_until = lease_until - interval '1 hour'"
        )
        self.shell("schedules.py", **variables)

    def submission(self, invoice: int) -> dict:
        [row] = self.execute(
            "SELECT state, ksef_number, attempts, coalesce(has_upo, false), sha256 "
            "FROM l10n_pl_ksef_submission WHERE move_id = %s",
            invoice,
        )
        return dict(zip(("state", "number", "attempts", "has_upo", "sha256"), row, strict=True))

    def submission_state(self, invoice: int) -> str | None:
        """Its state now, or None while there is none."""
        rows = self.execute("SELECT state FROM l10n_pl_ksef_submission WHERE move_id = %s", invoice)
        return rows[0][0] if rows else None

    def invoice_name(self, invoice: int) -> str:
        return self.execute("SELECT name FROM account_move WHERE id = %s", invoice)[0][0]


class _Cursor:
    """A cursor that commits by itself, on a connection of its own."""

    def __init__(self, database: str) -> None:
        self._connection = psycopg2.connect(
            dbname=database,
            host=_wanted("KSEF_TEST_DB_HOST"),
            port=_wanted("KSEF_TEST_DB_PORT"),
            user=_wanted("KSEF_TEST_DB_USER"),
        )
        self._connection.autocommit = True

    def __enter__(self):
        return self._connection.cursor()

    def __exit__(self, *_error) -> None:
        self._connection.close()


@pytest.fixture(scope="session")
def odoo(simulator: Simulator) -> Iterator[Odoo]:
    work = Path(_wanted("KSEF_TEST_WORK_DIR")) / "odoo"
    work.mkdir(parents=True, exist_ok=True)
    connected = Odoo(work, simulator)
    connected.install()
    connected.shell("prepare.py")
    yield connected
    connected.drop()
