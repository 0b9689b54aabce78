"""Count the random echoes of passwords that a quoted text would have shown.

`python -m campaigns.echoes --count 200000` prints how many of so many there are, and some of them.
"""

from __future__ import annotations

import argparse
import base64
import random
import string
import sys
import time
from collections.abc import Callable

from tests.support.echoes import ENCODERS, STRINGS, Echo, echo, is_printed, surroundings

_SIGNS = string.punctuation
_UNICODE = "äöüÄÖÜßéèñçøåıİſǅﬁŉłđþÞαβγσςΩжЯщ日本語密码한국어עבריתعربيहिन्दी²½Ⅷ€☃😀…«»"


def _random_password(chance: random.Random) -> str:
    def of(alphabet: str, least: int, most: int) -> str:
        return "".join(chance.choices(alphabet, k=chance.randint(least, most)))

    alnum, printable = string.ascii_letters + string.digits, string.ascii_letters + string.digits + _SIGNS
    kinds: tuple[Callable[[], str], ...] = (
        lambda: of(_SIGNS, 1, 20),
        lambda: of(_SIGNS, 0, 9) + of(alnum, 1, 1) + of(_SIGNS, 0, 9),
        lambda: of(printable, 1, 7),
        lambda: of(printable, 8, 24),
        lambda: of(printable, 8, 24),
        lambda: of(printable + " ", 12, 40).strip() or "x y",
        lambda: of(_UNICODE + alnum + _SIGNS, 1, 24),
        lambda: base64.b64encode(chance.randbytes(chance.randint(9, 64))).decode(),
        lambda: (
            chance.choice(("Summer", "Connection", "Password", "Müller")) + of(_SIGNS, 0, 2) + of(string.digits, 4, 4)
        ),
        lambda: (
            of(printable, 3, 9)
            + chance.choice(("%41", "%2f", "&amp;", r"\u0041", "''", r"\n", "=3D", "<b>"))
            + of(printable, 3, 9)
        ),
    )
    if chance.random() < 0.003:
        return of(printable, 2000, 2000)
    return chance.choice(kinds)()


def random_echo(chance: random.Random) -> Echo:
    """Return an echo, nested up to three deep."""
    password = _random_password(chance)
    names = chance.choices(sorted(ENCODERS), k=chance.randint(0, 3))
    around = chance.choices(surroundings(password), k=4)
    # Half of them stand alone.
    string = chance.choice(["alone", chance.choice([*STRINGS])])
    return echo(password, names, around, string)


def main(arguments: list[str]) -> int:
    """Count the echoes that would be shown, and print some of them."""
    parser = argparse.ArgumentParser(prog="python -m campaigns.echoes", description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    chance, printed, started = random.Random(options.seed), [], time.monotonic()
    for _ in range(options.count):
        found = random_echo(chance)
        if is_printed(found):
            printed.append(found)
    for found in printed[:20]:
        sys.stdout.write(f"{found.spelling}: {found.secret[:200]!r} in {found.text[:200]!r}\n")
    seconds = time.monotonic() - started
    sys.stdout.write(f"{len(printed)} of {options.count} echoes printed (seed {options.seed}, {seconds:.0f} s)\n")
    return 1 if printed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
