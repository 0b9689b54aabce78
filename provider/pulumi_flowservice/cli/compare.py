"""`pulumi-flowservice compare A B`: how the connections and dataflows of two stacks, sandboxes or files differ."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import click

from ..resources.connection.kinds import KINDS
from ..resources.dataflow.dataflow import DATAFLOW
from .counterparts import Pair, likely_renames, pairs
from .dataflow_inventory import comparable
from .difference import DIFFERENT, SAME, Difference, differing_fields, print_differences
from .inventory import load
from .output import echo, print_json, say
from .pulumi_command import project_folder
from .side import Side, Source, in_the_ui
from .stack_settings import stack_option
from .verdict import VerdictCommand

# What the database of a connection and the login to it are known by: all that is visible, but not the description.
_PLACE_OF_A_CONNECTION = frozenset(("kind", *(name for kind in KINDS.values() for name in kind.details))) - {
    "name",
    "description",
}


@click.command(cls=VerdictCommand)
@click.argument("left", metavar="A")
@click.argument("right", metavar="B")
@click.option(
    "--ignore",
    "ignored",
    multiple=True,
    metavar="FIELD",
    help="A field that may differ, such as server. Can be repeated.",
)
@click.option("--names", nargs=2, metavar="A B", help="Titles of the two sides in the table.")
@stack_option
@project_folder
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines instead of a table.")
def command(
    left: str,
    right: str,
    ignored: Sequence[str],
    names: tuple[str, str] | None,
    stack: str | None,
    as_json: bool,
) -> None:
    """Show how the connections and dataflows of A and B differ. Equal fields are left out; secrets are never shown.

    \b
    A and B are each one of
      stack:NAME            the state of a Pulumi stack; or only NAME
      sandbox:NAME          what a sandbox has (needs credentials: FLOWSERVICE_* or --stack)
      file:PATH[#SANDBOX]   a manifest, such as connections.yaml#prod; or only a PATH that ends in .yaml

    They are matched by their names in the program or manifest. If one side is a sandbox, they are matched by id as far
    as both sides know it, and then by the names in the UI, without the seven hex digits at the end of default names.
    Passwords of stacks and sandboxes are not compared, because the state encrypts them and the API does not show them.

    Of dataflows, the connection and the dataset are compared by their names, as far as both sides know them. What a
    file leaves out is not compared with a stack or a sandbox, and start times of two sandboxes are not compared.

    Exit codes: 0 no differences; 2 differences; 1 an error, also for wrong arguments.
    """
    sides = load(left, stack), load(right, stack)
    rows, renames = differences(*sides, ignored), list(dict.fromkeys(perhaps_renamed(*sides)))
    if as_json:
        document = {"left": left, "right": right, "differences": [each.document() for each in rows]}
        print_json({**document, "perhapsRenamed": [{"from": former, "to": name} for former, name in renames]})
    elif rows:
        print_differences("", *(names or (left, right)), rows)
        for former, name in renames:
            say(
                f"{former} disappears, and {name} is like it. If it was renamed, write `previously: {former}` in "
                f"{name}: otherwise {former} is deleted and {name} is created."
            )
    else:
        echo("{} and {}: no difference".format(*(names or (left, right))))
    sys.exit(DIFFERENT if rows else SAME)


def differences(left: Side, right: Side, ignored: Collection[str] = ()) -> list[Difference]:
    """Return one row for each field that differs and for each connection or dataflow that only one side has.

    Only fields that both sides know are compared: the API, for example, does not know `connectionTest`.
    """
    sources = (left.source, right.source)
    known = left.knows & right.knows
    rows: list[Difference] = []
    for pair in pairs(left.connections, right.connections, sources):
        rows += _differing(pair, known, "connection")
    if left.dataflows is not None and right.dataflows is not None:
        for pair in pairs(left.dataflows, right.dataflows, sources):
            rows += _differing_dataflows(pair, sources)
    return [row for row in rows if not row.field or row.field not in ignored]


def perhaps_renamed(left: Side, right: Side) -> Iterator[tuple[str, str]]:
    """Yield the former and the new names of entries that were perhaps renamed between two versions of a manifest."""
    sources = (left.source, right.source)
    if sources != (Source.FILE, Source.FILE):
        return
    yield from likely_renames(pairs(left.connections, right.connections, sources), _PLACE_OF_A_CONNECTION)
    yield from likely_renames(pairs(left.dataflows or {}, right.dataflows or {}, sources), ("table", "dataset"))


def _differing(pair: Pair, fields: Collection[str], noun: str) -> Iterator[Difference]:
    """Yield the differences of a pair, or the one that is missing."""
    name, left, right = pair.name, pair.left, pair.right
    if left is None or right is None:
        yield Difference(name, "", "exists" if left else None, "exists" if right else None, noun)
        return
    if pair.former_name:
        yield Difference(name, "renamed", pair.former_name, name, noun)
    yield from differing_fields(name, left.properties, right.properties, fields, noun)
    was, now = (in_the_ui(each.properties, each.name_in_the_ui) for each in (left, right))
    if pair.is_by_id and "name" not in fields and was != now:
        yield Difference(name, "name", was, now, noun)


def _differing_dataflows(pair: Pair, sources: tuple[Source, Source]) -> Iterator[Difference]:
    fields: Collection[str] = ()
    if pair.left and pair.right:
        one, other, fields = comparable(pair.left, pair.right, sources)
        pair = pair._replace(left=replace(pair.left, properties=one), right=replace(pair.right, properties=other))
    yield from _differing(pair, fields, DATAFLOW.noun)
