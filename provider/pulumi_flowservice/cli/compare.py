"""`pulumi-flowservice compare A B`: how the connections of two stacks, sandboxes or files differ."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence

import click

from . import stack_settings
from .difference import DIFFERENT, SAME, Difference, differing_fields, print_differences
from .inventory import Inventory, load
from .output import echo, print_json
from .pulumi_command import project_folder
from .verdict import VerdictCommand


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
@stack_settings.stack_option
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
    """Show how the connections of A and B differ. Equal fields are left out, and secrets are never shown.

    \b
    A and B are each one of
      stack:NAME            the state of a Pulumi stack; or only NAME
      sandbox:NAME          the connections in a sandbox (needs credentials: FLOWSERVICE_* or --stack)
      file:PATH[#SANDBOX]   a manifest, such as connections.yaml#prod; or only a PATH that ends in .yaml

    Connections are matched by their names in the program or manifest. If one side is a sandbox, they are matched by the
    names in the UI; the seven hex digits at the end of default names are ignored. Passwords of stacks
    and sandboxes are not compared, because the state encrypts them and the API does not show them.

    Exit codes: 0 no differences; 2 differences; 1 an error, also for wrong arguments.
    """
    settings = stack_settings.load(stack_settings.stack_config(stack))
    rows = differences(load(left, settings), load(right, settings), ignored)
    if as_json:
        print_json({"left": left, "right": right, "differences": rows})
    elif rows:
        print_differences("", *(names or (left, right)), rows)
    else:
        echo("{} and {}: no difference".format(*(names or (left, right))))
    sys.exit(DIFFERENT if rows else SAME)


def differences(left: Inventory, right: Inventory, ignored: Collection[str] = ()) -> list[Difference]:
    """Return one row for each field that differs and for each connection that only one side has, by connection name.

    Only fields that both sides know are compared: the API, for example, does not know `connectionTest`. If the right
    side says that a connection was renamed, it is compared with the left one of the former name.
    """
    # Stacks and files have the names of the program; the API has only the names that the UI shows.
    fields = (left.knows & right.knows) - set(ignored)
    by_program = left.has_programs_names and right.has_programs_names
    left_side, right_side = (
        dict(side.connections) if by_program else side.by_name_in_the_ui() for side in (left, right)
    )
    rows: list[Difference] = []
    for name, former in _renamed(left_side, right_side, right).items():
        rows.append(Difference(name, "renamed", former, name))
        left_side[name] = left_side.pop(former)
    for name in sorted(left_side.keys() | right_side.keys()):
        if name not in right_side:
            rows.append(Difference(name, "", "exists", None))
        elif name not in left_side:
            rows.append(Difference(name, "", None, "exists"))
        else:
            rows += differing_fields(name, left_side[name], right_side[name], fields)
    return sorted(rows, key=lambda row: row.connection)


def _renamed(left_side: Collection[str], right_side: Collection[str], right: Inventory) -> dict[str, str]:
    """Map new names to former ones, if only the left side has the former and only the right side the new name."""
    new = [name for name in right_side if name not in left_side]
    stated = {name: former for name in new for former in right.former_names.get(name, ())}
    return {name: former for name, former in stated.items() if former in left_side and former not in right_side}
