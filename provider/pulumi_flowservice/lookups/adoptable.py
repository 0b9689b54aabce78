"""What exists and could be adopted: each Redshift connection, the inputs that describe it, and what they would send.

The inputs are made from what the server shows, so that adopting with them sends nothing. Everything here reads.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ..clock import operation
from ..errors import AnswerError, SettingsError, during
from ..kinds.kind import Properties, check_inputs, python_name
from ..kinds.redshift import REDSHIFT
from ..lifecycle.patches import before_adoption, operations
from ..settings import Settings
from .questions import connection_result, listed
from .results import FlowResult, RedshiftConnectionResult

if TYPE_CHECKING:
    from ..api.client import FlowServiceClient
    from ..api.models import Connection

_LONGEST_RESOURCE_NAME = 80


@dataclass(frozen=True)
class Candidate:
    """A Redshift connection that exists, and the resource that would take it over."""

    connection: RedshiftConnectionResult
    resource_name: str
    inputs: Properties
    """By wire names, `adopt` among them, the password never."""
    obstacles: tuple[str, ...]
    """Why no inputs can describe it; empty where they can."""
    unmanaged: tuple[str, ...]
    """What is left out of the inputs, each with the reason."""
    flows: tuple[FlowResult, ...] | None
    """The dataflows that use it; None where this credential may not see them."""
    source: Connection = field(repr=False)


@dataclass(frozen=True)
class Survey:
    """All Redshift connections of a sandbox, by name, and how many others there are; None where that is not known."""

    sandbox: str
    candidates: tuple[Candidate, ...]
    others: int | None


def survey(settings: Settings, sandbox: str | None) -> Survey:
    """Read what a sandbox has: one request a page of 100, of connections, source connections and flows.

    Raises: FlowServiceError.
    """
    from ..api.client import connect

    where = sandbox or settings.sandbox
    with during(f"listing connections in sandbox {where!r}"):
        if not where:
            raise SettingsError("no sandbox: give --sandbox, or set FLOWSERVICE_SANDBOX")
        client = connect(settings)
        with operation(client.clock, settings.operation_timeout):
            found = sorted(listed(client, where), key=lambda each: (each.name, each.id))
            flows, total = _flows(client, where), _total(client, where)
    adoptable = candidates(found, where, flows)
    return Survey(where, adoptable, None if total is None else max(0, total - len(found)))


def candidates(
    found: Sequence[Connection], sandbox: str, flows: Mapping[str, tuple[FlowResult, ...]] | None
) -> tuple[Candidate, ...]:
    """The connections as what would adopt them; `flows` by the ids of connections. Pure."""
    names = _resource_names(found)
    repeated = {name for name, count in Counter(each.name for each in found).items() if count > 1}
    return tuple(_candidate(each, sandbox, names[each.id], repeated, flows) for each in found)


def would_send(candidate: Candidate, inputs: Properties) -> list[str]:
    """The properties that adopting with these inputs changes at the server, found as the resource does it. Pure."""
    checked, _ = check_inputs(REDSHIFT, {}, inputs, Settings())
    found = operations(REDSHIFT, before_adoption(REDSHIFT, candidate.source, checked), checked)
    return [python_name(each["path"].rpartition("/")[2]) for each in found]


def _candidate(
    current: Connection,
    sandbox: str,
    resource_name: str,
    repeated: set[str],
    flows: Mapping[str, tuple[FlowResult, ...]] | None,
) -> Candidate:
    shown = REDSHIFT.shown(current)
    problems = {name: _problem(name, value) for name, value in shown.items()}
    unmanaged = {
        name: problem for name, problem in problems.items() if problem and name not in REDSHIFT.required_visible
    }
    if current.name in repeated:
        unmanaged["name"] = "`name` is shared with another connection"
    missing = [f"`{name}` is not shown by the API" for name in REDSHIFT.required_visible if name not in shown]
    inputs = {name: shown[name] for name in REDSHIFT.visible if name in shown and name not in unmanaged}
    return Candidate(
        connection_result(current, sandbox),
        resource_name,
        {"adopt": current.id, "sandbox": sandbox, **inputs},
        (*missing, *(problem for name, problem in problems.items() if problem and name in REDSHIFT.required_visible)),
        tuple(unmanaged.values()),
        None if flows is None else flows.get(current.id, ()),
        current,
    )


def _problem(name: str, value: object) -> str:
    """What the resource's own check says of a value; empty where it says nothing."""
    _, problems = check_inputs(REDSHIFT, {}, {name: value, "adopt": "any"}, Settings(sandbox="any"))
    own = f"`{python_name(name)}` "
    return next((each.partition(":")[0] for each in problems if each.startswith(own)), "")


def _flows(client: FlowServiceClient, sandbox: str) -> dict[str, tuple[FlowResult, ...]] | None:
    try:
        found = client.flows_by_connection(sandbox)
    except AnswerError as refused:
        if refused.status != 403:
            raise
        return None
    return {base: tuple(FlowResult(f.id, f.name, f.state) for f in flows) for base, flows in found.items()}


def _total(client: FlowServiceClient, sandbox: str) -> int | None:
    """A courtesy: without the count, the list is as good."""
    try:
        return client.count_connections(sandbox)
    except AnswerError:
        return None


def _resource_names(found: Iterable[Connection]) -> dict[str, str]:
    """A name in the program for each id: from the connection's own name, with digits of its id where two would meet.

    They depend on what exists, and not on its order or on what is chosen.
    """
    plain = {each.id: _plain_name(each.name) for each in found}
    uses = Counter(name.lower() for name in plain.values())
    return {
        id_: name if name and uses[name.lower()] == 1 else f"{name or 'connection'}-{_digits(id_)}"
        for id_, name in plain.items()
    }


def _digits(connection_id: str) -> str:
    return hashlib.sha256(connection_id.encode()).hexdigest()[:7]


def _plain_name(name: str) -> str:
    """Letters without accents, digits, `_`, `.` and `-`, as both Pulumi and `connections.yaml` take them."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_.]+", "-", letters)[:_LONGEST_RESOURCE_NAME].strip("-.")


def renamed(candidate: Candidate, taken: Iterable[str]) -> Candidate:
    """The same candidate under a resource name that is not taken; its own where that is free."""
    if candidate.resource_name not in set(taken):
        return candidate
    return replace(candidate, resource_name=f"{candidate.resource_name}-{_digits(candidate.connection.id)}")
