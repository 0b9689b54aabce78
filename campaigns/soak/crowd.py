"""One stack of many connections, while some requests fail: python -m campaigns.soak.crowd --connections 1000."""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from pathlib import Path

from campaigns.soak.advice import told
from campaigns.soak.checks import Finding
from campaigns.soak.life import MOST_COMMANDS, Life
from campaigns.soak.program import CLASSES, SANDBOXES, Connection
from campaigns.soak.world import World
from tools import pulumi_cli
from tools.local_database import LocalDatabase

# Each meets the same part of the requests: answers that are lost, and requests that are not served.
FAULTS = ({"kind": "lost_answer"}, {"kind": "reset"}, {"kind": "garbled"}, {"status": 503}, {"status": 429})
# Writing the whole state at every step takes minutes at this size; docs/speed.md says when to do without.
AT_THE_END_ONLY = {"PULUMI_EXPERIMENTAL": "true", "PULUMI_SKIP_CHECKPOINTS": "true"}


def live(life: Life, connections: int, share: float, seed: int) -> None:
    """Create, rotate, refresh and destroy the connections in trouble. Raises: Finding, and whatever goes wrong."""
    life.limit_seconds = 1800
    kinds, prefix = list(CLASSES), life.program.prefix
    life.program.connections = [
        Connection(f"c-{number}", kinds[number % len(kinds)], f"{prefix}{number}", SANDBOXES[number % len(SANDBOXES)])
        for number in range(connections)
    ]
    _disturb(life.world, share, seed)
    _settle(life)
    life.rotate(random.Random(seed))
    _settle(life)
    _command(life, ["refresh"])
    _settle(life)
    life.world.api.clear_faults()
    _command(life, ["up", "--refresh", "--expect-no-changes"])
    if life.exit_code:
        raise Finding("something was left to change")
    life.check()
    _disturb(life.world, share, seed)
    life.program.connections = []
    _settle(life)
    life.world.api.clear_faults()
    life.check()


def _disturb(world: World, share: float, seed: int) -> None:
    """Let a part of all requests fail from now on."""
    for number, fault in enumerate(FAULTS):
        world.api.fault("*", "**", share=share / len(FAULTS), times=None, seed=seed + number, **fault)  # type: ignore[arg-type]


def _settle(life: Life) -> None:
    """Run `up`, and do what the documentation says about its codes, until it succeeds. Raises: Finding."""
    advice: list[str] = []
    for _ in range(MOST_COMMANDS):
        output = _command(life, ["up", *dict.fromkeys(filter(None, advice))])
        advice = life.advised(output)
        if not life.exit_code and not advice:
            return
    raise Finding(f"not green after {MOST_COMMANDS} commands")


def _command(life: Life, arguments: list[str]) -> str:
    """Run a command and print how it ended."""
    began = time.monotonic()
    output = life.run(arguments)
    took = time.monotonic() - began
    codes = Counter(each.code for each in told(output))
    shown = ", ".join(f"{code} {number}" for code, number in sorted(codes.items())) or "no code"
    _say(f"{life.commands[-1]}: exit code {life.exit_code}, {took:.0f} s, {shown}")
    return output


def _say(text: str) -> None:
    print(time.strftime("%H:%M:%S"), text, flush=True)


def main() -> None:
    """Run what the arguments say; an exception says what did not hold."""
    parser = argparse.ArgumentParser(prog="python -m campaigns.soak.crowd", description=__doc__)
    parser.add_argument("--connections", type=int, default=1000)
    parser.add_argument("--share", type=float, default=0.05, help="the part of all requests that fails (0.05)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--native", action="store_true", help="use the native provider")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="soak-") as name,
        LocalDatabase(Path(name) / "database") as database,
        World(Path(name), database) as world,
    ):
        life = Life(world, pulumi_cli.get(), Path(name) / "life", 1 if options.native else 2, AT_THE_END_ONLY)
        live(life, options.connections, options.share, options.seed)
        _say(f"Nothing found; {len(life.commands)} commands.")


if __name__ == "__main__":
    main()
