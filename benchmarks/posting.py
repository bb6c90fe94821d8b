"""What the addon adds to posting invoices: the same work in a database without it, turn by turn.

Runs on the standard input of ``odoo shell`` in a database with the addon. KSEF_BENCH_ODOO_BIN and
KSEF_BENCH_PLAIN_CONF name Odoo's program and the configuration of a database without it
(script/bench sets both); a second process does the same there. Both post their invoices in turns,
so that whatever else the machine does hits both, and undo everything.
"""

import gc
import os
import statistics
import subprocess
import sys
import time
from multiprocessing.connection import Client, Listener
from pathlib import Path

from odoo.tools.misc import file_path

FOLDER = Path(file_path("l10n_pl_ksef")).parent / "benchmarks"
sys.path.insert(0, str(FOLDER))
import _invoices  # noqa: E402  its folder is known only now

INVOICES = int(os.environ.get("KSEF_BENCH_INVOICES", "200"))
LINES = int(os.environ.get("KSEF_BENCH_LINES", "10"))
ROUNDS = int(os.environ.get("KSEF_BENCH_ROUNDS", "7"))
ALLOWED_RATIO = 1.05
PARTNER = "KSEF_BENCH_PARTNER"
KEY = b"posting benchmark"


def seconds_to_post(env, moves):
    """Post them, flush, take the time, and undo it."""
    env.invalidate_all()
    gc.collect()
    savepoint = env.cr.savepoint()
    try:
        started = time.perf_counter()
        moves.action_post()
        env.flush_all()
        return time.perf_counter() - started
    finally:
        savepoint.close(rollback=True)


def serve(env, moves):
    """In the plain database: post whenever asked, until told to stop."""
    with Client(("127.0.0.1", int(os.environ[PARTNER])), authkey=KEY) as connection:
        connection.send("ready")
        while connection.recv() == "post":
            connection.send(seconds_to_post(env, moves))


def compare(env, moves):
    """In the database with the addon: take turns with the plain one, and print both."""
    plain_times, our_times = [], []
    with Listener(("127.0.0.1", 0), authkey=KEY) as listener:
        process = start_plain(listener.address[1])
        try:
            with listener.accept() as connection:
                connection.recv()
                seconds_to_post(env, moves)
                for _round in range(ROUNDS + 1):
                    connection.send("post")
                    plain_times.append(connection.recv())
                    our_times.append(seconds_to_post(env, moves))
                connection.send("stop")
            process.wait(timeout=60)
        finally:
            process.kill()
    report(plain_times[1:], our_times[1:])


def start_plain(port):
    command = [
        os.environ["KSEF_BENCH_ODOO_BIN"],
        "shell",
        "-c",
        os.environ["KSEF_BENCH_PLAIN_CONF"],
        "--no-http",
    ]
    with (FOLDER / "posting.py").open() as script:
        return subprocess.Popen(
            command, stdin=script, env={**os.environ, PARTNER: str(port)}, stdout=sys.stderr
        )


def report(plain_times, our_times):
    pairs = zip(our_times, plain_times, strict=True)
    ratio = statistics.median(ours / plain for ours, plain in pairs)
    plain, ours = (min(times) / INVOICES * 1000 for times in (plain_times, our_times))
    print(f"Posting {INVOICES} invoices of {LINES} lines, for each the best of {ROUNDS} rounds:")
    print(f"  without the addon {plain:8.2f} ms")
    print(f"  with the addon    {ours:8.2f} ms")
    print(f"  median ratio      {ratio:8.3f}, at most {ALLOWED_RATIO} wanted")
    if ratio > ALLOWED_RATIO:
        sys.exit("Posting takes too long with the addon.")


def main(env):
    moves = _invoices.draft_invoices(env, _invoices.polish_company(env), INVOICES, LINES)
    if PARTNER in os.environ:
        serve(env, moves)
    else:
        compare(env, moves)
    env.cr.rollback()


main(env)
