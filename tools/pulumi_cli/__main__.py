"""`python3 -m tools.pulumi_cli` gets the Pulumi CLI and prints the path of its executable."""

from __future__ import annotations

import argparse
import signal
import sys

from tools import pulumi_cli
from tools.pulumi_cli import release
from tools.pulumi_cli.programs import PROGRAMS


def main() -> int:
    """Return 0 after printing the path, 1 after saying why there is none, 130 if interrupted."""
    parser = argparse.ArgumentParser(prog="python3 -m tools.pulumi_cli", description=pulumi_cli.__doc__)
    parser.add_argument(
        "--releases", default=release.RELEASES, help="folder of the release archives, or a mirror of it"
    )
    parser.add_argument("--for-python", action="store_true", help="only what a program in Python needs")
    arguments = parser.parse_args()
    programs = pulumi_cli.FOR_PYTHON if arguments.for_python else PROGRAMS
    # Ended politely, a build takes its compiler with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        found = pulumi_cli.get(releases=arguments.releases or release.RELEASES, programs=programs)
    except pulumi_cli.Unavailable as failure:
        pulumi_cli.say(f"\n{failure}")
        return 1
    except KeyboardInterrupt:
        pulumi_cli.say("\nInterrupted; nothing half made is left. The same `make` goes on from here.")
        return 130
    pulumi_cli.say(f"Pulumi CLI: version {found.version}, {found.way}")
    print(found.executable)
    return 0


if __name__ == "__main__":
    sys.exit(main())
