"""The command: `python -m fleet provision dev stage`."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import click
from rich.console import Console

from .board import Board, print_summary
from .environment import Action
from .run import run

PROJECT = Path(__file__).resolve().parent.parent
# Changed only by those who say its name twice.
GUARDED = "prod"
INTERRUPTED = 130


@click.command()
@click.argument("action", type=click.Choice([action.value for action in Action]))
@click.argument("names", metavar="[ENVIRONMENT]...", nargs=-1)
@click.option("--jobs", type=click.IntRange(1, 32), default=4, show_default=True, help="How many at a time, at most.")
@click.option("--confirm", metavar=GUARDED, help=f"The explicit word without which {GUARDED} is not changed.")
def main(action: str, names: tuple[str, ...], jobs: int, confirm: str | None) -> None:
    """Provision, refresh or destroy environments side by side; each is a stack with a Pulumi.NAME.yaml file.

    Without names: all of them, but for prod, which is changed only by name and with `--confirm prod`.

    Exit codes: 0 all done; 1 at least one failed, the others finished; 2 wrong arguments; 130 stopped by Ctrl-C.
    """
    chosen = _chosen(Action(action), names, confirm)
    # A pipeline that is cancelled sends this one.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # A file or a pipeline's log has no width at which to fold.
    console = Console(width=None if sys.stdout.isatty() else 1000)
    try:
        with Board(console, chosen) as board:
            outcomes = run(PROJECT, Action(action), chosen, jobs, board)
    except FileNotFoundError:
        raise click.ClickException("`pulumi` is not on PATH: https://www.pulumi.com/docs/install/") from None
    print_summary(console, outcomes)
    if all(outcome.is_good for outcome in outcomes):
        sys.exit(0)
    sys.exit(1 if any(outcome.result == "failed" for outcome in outcomes) else INTERRUPTED)


def _chosen(action: Action, names: tuple[str, ...], confirm: str | None) -> list[str]:
    known = sorted(path.name.split(".")[1] for path in PROJECT.glob("Pulumi.*.yaml"))
    unknown = [name for name in names if name not in known]
    if unknown:
        raise click.UsageError(f"no Pulumi.NAME.yaml for {', '.join(unknown)}; there are {', '.join(known)}")
    chosen = list(dict.fromkeys(names)) or [name for name in known if name != GUARDED]
    if GUARDED in chosen and action is not Action.REFRESH and confirm != GUARDED:
        raise click.UsageError(f"to {action.value} {GUARDED}, add --confirm {GUARDED}; nothing was begun")
    return chosen


if __name__ == "__main__":
    main()
