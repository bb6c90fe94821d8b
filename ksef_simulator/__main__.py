"""Starts the simulator: ``python -m ksef_simulator --port 8180 --schema fa3_schema.xsd``."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import socket
import sys
from pathlib import Path

from aiohttp import web

from .app import build
from .recording import Recorder
from .schemas import SchemaProblem, load
from .world import Schemas, World

HOST = "127.0.0.1"


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m ksef_simulator",
        description="A KSeF for one machine, for demos and tests. Listens on 127.0.0.1 only.",
    )
    parser.add_argument("--port", type=int, default=8180, help="0 takes any free port")
    parser.add_argument(
        "--schema",
        type=Path,
        default=os.environ.get("KSEF_SIMULATOR_SCHEMA") or None,
        help="the FA(3) XSD, such as Odoo's l10n_pl_edi/data/fa3_schema.xsd "
        "(or the environment variable KSEF_SIMULATOR_SCHEMA)",
    )
    parser.add_argument(
        "--auth-schema",
        type=Path,
        default=os.environ.get("KSEF_SIMULATOR_AUTH_SCHEMA") or None,
        help="the AuthTokenRequest XSD (or KSEF_SIMULATOR_AUTH_SCHEMA); "
        "without it only the simulator's own checks are made",
    )
    parser.add_argument(
        "--no-schema", action="store_true", help="take invoices without checking them by an XSD"
    )
    parser.add_argument(
        "--record", type=Path, help="append every exchange to this file, one JSON object a line"
    )
    parser.add_argument(
        "--verbose", action="store_true", help="write a line for every request to standard error"
    )
    return parser.parse_args(arguments)


async def serve(chosen: argparse.Namespace, schemas: Schemas) -> None:
    """Serve until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        listener = socket.create_server((HOST, chosen.port), backlog=128)
    except OSError as error:
        sys.exit(f"The simulator cannot listen on port {chosen.port}; it is taken: {error}.")
    recorder = Recorder(chosen.record)
    log = logging.getLogger("ksef_simulator.access") if chosen.verbose else None
    runner = web.AppRunner(
        build(World(schemas), recorder),
        access_log=log,
        access_log_format='%t "%r" %s %Tf s',
        shutdown_timeout=1,
    )
    await runner.setup()
    try:
        await web.SockSite(runner, listener).start()
        print(f"KSeF simulator ready at http://{HOST}:{listener.getsockname()[1]}", flush=True)
        await stop.wait()
    finally:
        await runner.cleanup()
        recorder.close()


def main() -> None:
    """Start, or say why not."""
    chosen = options()
    if chosen.schema is None and not chosen.no_schema:
        sys.exit(
            "The simulator checks invoices by the FA(3) XSD and was given none. Name it with "
            "--schema (Odoo has it at l10n_pl_edi/data/fa3_schema.xsd), or say --no-schema to "
            "take invoices unchecked."
        )
    try:
        schemas = load(None if chosen.no_schema else chosen.schema, chosen.auth_schema)
    except SchemaProblem as problem:
        sys.exit(str(problem))
    logging.basicConfig(level=logging.INFO if chosen.verbose else logging.WARNING)
    asyncio.run(serve(chosen, schemas))


if __name__ == "__main__":
    main()
