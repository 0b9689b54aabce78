"""`pulumi-flowservice headline STACK=PLAN...`: what saved plans would do, in one line for all stacks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from ..engine.names import Urn
from ..errors import Code, FlowServiceError
from ..lookups.overview import overview
from ..resources.types import Declared
from ..settings.problems import why_unusable
from .output import counted, echo, print_json
from .pulumi_command import declared_of, project_folder, resources_in_state
from .stack_settings import choose

CREATE, UPDATE, DELETE, REPLACE = "+", "~", "-", "±"
_SIGNS = {"create": CREATE, "update": UPDATE, "delete": DELETE, "replace": REPLACE}


@dataclass(frozen=True)
class Change:
    """What a plan does to one resource; `sends_credentials`: its secrets, or the version that sends them, differ."""

    sign: str
    name: str
    noun: str
    sends_credentials: bool


@click.command()
@click.argument("plans", metavar="STACK=PLAN...", nargs=-1, required=True)
@project_folder
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines instead of a line.")
def command(plans: tuple[str, ...], as_json: bool) -> None:
    """Show in one line what saved plans would do to the connections and dataflows of stacks.

    A plan is a file of `pulumi preview --save-plan`. The signs are + created, ~ updated, - deleted, ± replaced. What is
    deleted or replaced is named, a connection with the number of dataflows that use it: all of the sandbox if the
    credentials of the API are there, otherwise those of the stack. A dataflow that is replaced begins anew, so that
    rows may come twice. An update that sends credentials is named, too. The order is that of the arguments.

    Exit codes: 0 done; 1 an error; 2 wrong arguments.
    """
    found = {stack: list(changes(Path(path))) for stack, path in map(_split, plans)}
    users = {stack: _users(stack) if _marked(planned) else {} for stack, planned in found.items()}
    if as_json:
        print_json({stack: _document(planned, users[stack]) for stack, planned in found.items()})
    else:
        echo("   ".join(_told(stack, planned, users[stack]) for stack, planned in found.items()))


def changes(path: Path) -> Iterator[Change]:
    """Yield what a saved plan does to our resources. Raises: FlowServiceError, if it is no plan."""
    try:
        resources = json.loads(path.read_bytes())["resourcePlans"].items()
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        text = f"{path} is not a file of `pulumi preview --save-plan`"
        raise FlowServiceError(text, code=Code.FILE) from None
    for text, plan in resources:
        urn = Urn.parse(text)
        declared = declared_of(urn.type)
        sign = next((_SIGNS[step] for step in plan.get("steps") or () if step in _SIGNS), None)
        if declared and sign:
            yield Change(sign, urn.name, declared.noun, sign == UPDATE and _sends_credentials(declared, plan))


def _sends_credentials(declared: Declared, plan: Mapping[str, Any]) -> bool:
    difference = (plan.get("goal") or {}).get("inputDiff") or {}
    names = {name for part in ("adds", "updates") for name in difference.get(part) or ()}
    return bool(names & {*declared.secrets, "credentialsVersion"})


def _split(argument: str) -> tuple[str, str]:
    stack, _, path = argument.partition("=")
    if not (stack and path):
        raise click.UsageError(f"{argument!r} is not of the form STACK=PLAN")
    return stack, path


def _marked(planned: list[Change]) -> list[Change]:
    return [each for each in planned if each.sign in (DELETE, REPLACE)]


def _users(stack: str) -> dict[str, int]:
    """Return how many dataflows use each connection of a stack, by the names of its connections."""
    resources = [(declared, each) for declared, each in resources_in_state(stack) if not each.get("external")]
    outputs = [each.get("outputs") or {} for _, each in resources]
    counts = Counter(str(each["connection"]) for each in outputs if "connection" in each)
    run = choose(stack).run
    if why_unusable(run.settings) is None:
        for sandbox in sorted({str(each["sandbox"]) for each in outputs if "sandbox" in each}):
            counts |= Counter({each.id: each.flows or 0 for each in overview(run, sandbox).connections})
    # A dataflow may have the name of a connection.
    connections = [each for declared, each in resources if declared.noun == "connection"]
    return {Urn.parse(each["urn"]).name: counts[str(each.get("id"))] for each in connections}


def _told(stack: str, planned: list[Change], users: Mapping[str, int]) -> str:
    signs = Counter(each.sign for each in planned)
    numbers = " ".join(f"{sign}{signs[sign]}" for sign in _SIGNS.values() if signs[sign])
    details = [_detail(each, users) for each in planned if each.sign in (DELETE, REPLACE) or each.sends_credentials]
    return f"{stack} {numbers or 'no change'}" + (f" ({'; '.join(details)})" if details else "")


def _detail(change: Change, users: Mapping[str, int]) -> str:
    subject = f"{change.sign} {change.name}"
    if change.sends_credentials:
        return f"{subject}: credentials"
    if change.noun == "dataflow":
        named = f"{change.sign} dataflow {change.name}"
        return f"{named}: rows may come twice" if change.sign == REPLACE else named
    number = users.get(change.name, 0)
    return f"{subject}: used by {counted(number, 'dataflow')}" if number else subject


def _document(planned: list[Change], users: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{**vars(each), "flows": users.get(each.name) if each.noun == "connection" else None} for each in planned]
