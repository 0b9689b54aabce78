"""Run the command `flowservice-emulator`: a Flow Service on this machine, for trying out and for pipelines."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import socket
import sys
from typing import TYPE_CHECKING

from .json_values import Json

if TYPE_CHECKING:
    from .server import EmulatorServer

_DESCRIPTION = """\
An emulator of Adobe Experience Platform's Flow Service and its token service.

It prints one line, "listening on http://HOST:PORT", when it accepts requests, and stops on Ctrl-C or SIGTERM.
Flow Service is below /data/foundation/flowservice, the token service is /ims/token/v3; beside it are the parts of
Catalog, Schema Registry and Data Prep (catalog, schemaregistry and conversion) that dataflows need.
Credentials: client id "emulator", client secret "emulator-secret", organization "EMULATOR@AdobeOrg";
sandboxes dev, stage and prod."""
_EPILOG = """\
examples:
  flowservice-emulator --port 8090 --database flow-service.sqlite
  flowservice-emulator --port 8090 --secrets masked --initializing-seconds 5
  flowservice-emulator --port 8090 --vary 7
  flowservice-emulator --port 8090 --fault "POST /connections status=503 times=2 retry_after=1"
  flowservice-emulator --port 8090 --fault "POST /connections kind=lost_answer"
  flowservice-emulator --port 8090 --dataset "Orders _example.orderId=string! _example.changed=date-time"

While it runs, the paths below /emulator/ change settings and faults and tell what was asked: see
docs/reference/emulator.md.
The database file keeps connections over restarts. It holds their secrets in plain text; only its owner can read it.
Whoever reaches the port can read every secret that was sent: bind it to this machine only."""
_SETTINGS: dict[str, tuple[type, str]] = {
    "secrets": (str, "how a secret param such as password reads back: omitted (default), masked, encrypted or plain"),
    "initializing_seconds": (float, "how long a new connection stays initializing (default 0)"),
    "vary": (int, "seed that picks one reading wherever Adobe's documents leave several (default: none)"),
    "latency_ms": (float, "how long each answer is held back (default 0)"),
    "connection_test": (str, "real (default) logs in to the database; pass, fail, unavailable answer without looking"),
    "token_lifetime_seconds": (int, "how long an access token is accepted (default 86399)"),
    "expires_in_unit": (str, "unit of the token answer's expires_in: s (default) or ms"),
    "delete_status": (int, "what a DELETE answers: 204 (default) or 202"),
}


def main() -> None:
    """Run the emulator until it is told to stop."""
    options = vars(_parser().parse_args())
    # --help and a mistyped option should not wait for a web server to load.
    from .dataset_option import add_datasets
    from .http.limits import allow_open_files
    from .server import EmulatorServer, listen
    from .service import Service
    from .settings import Settings

    faults, datasets = options.pop("fault"), options.pop("dataset")
    host, port, database, allowed = (options.pop(name) for name in ("host", "port", "database", "allow_host"))
    allow_open_files()
    try:
        settings = Settings().changed(options)
        accepting, url = listen(host, port)
        service = Service(database, settings)
        for text in faults:
            service.faults.add(parse_fault(text))
        for text in datasets:
            add_datasets(text, service)
        server = EmulatorServer(service, ready=lambda: _announce(url), allow_hosts=[host, *allowed])
    except ValueError as error:
        sys.exit(f"flowservice-emulator: {error}")
    with accepting:
        asyncio.run(_serve(server, accepting))
    service.store.close()


async def _serve(server: EmulatorServer, accepting: socket.socket) -> None:
    """Answer requests until a signal; those in progress are answered, and a second signal cuts them off."""
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, server.handle_exit, number, None)
    await server.serve([accepting])


def parse_fault(text: str) -> Json:
    """Return the fault that `METHOD PATH detail=value …` describes; values are JSON or, failing that, text.

    Raises:
        ValueError: the text has another form.
    """
    method, *rest = text.split()
    if not rest or not all("=" in each for each in rest[1:]):
        raise ValueError(f"--fault takes METHOD PATH and then NAME=VALUE pairs, not {text!r}")
    details = dict(each.split("=", 1) for each in rest[1:])
    return {"method": method, "path": rest[0], **{name: _value(value) for name, value in details.items()}}


def _value(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _announce(url: str) -> None:
    sys.stdout.write(f"listening on {url}\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "flowservice-emulator",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        argument_default=argparse.SUPPRESS,
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=0, help="port to listen at (default 0: a free one)")
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="host name that requests may be sent to, apart from those of this machine and --host; repeatable",
    )
    parser.add_argument("--database", default=":memory:", help="SQLite file, or :memory: for none (the default)")
    parser.add_argument(
        "--fault", action="append", default=[], metavar="TEXT", help="trouble from the start, repeatable"
    )
    parser.add_argument(
        "--dataset",
        action="append",
        default=[],
        metavar="TEXT",
        help='dataset from the start: "NAME FIELD=TYPE …", with "!" where required, or a JSON file; repeatable',
    )
    for name, (convert, text) in _SETTINGS.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=convert, metavar="VALUE", help=text)
    return parser


if __name__ == "__main__":
    main()
