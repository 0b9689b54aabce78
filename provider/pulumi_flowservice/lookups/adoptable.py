"""Find what can be adopted, and the inputs that describe each connection; those of dataflows are beside this module.

The inputs are made from what the server shows, so that an adoption with them changes nothing. This module only reads.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from ..lifecycle.call import Run
from ..lifecycle.check import check_inputs
from ..lifecycle.names import python_name
from ..lifecycle.patches import before_adoption, changed_names, operations
from ..lifecycle.properties import Properties
from ..resources.connection.kind import Kind
from ..settings import Settings
from .adoptable_dataflows import DataflowCandidate, dataflow_candidates
from .connections import connection_result
from .overview import kind_of
from .results import ConnectionResult, FlowResult
from .session import asking
from .whole_dataflows import flows_if_permitted

if TYPE_CHECKING:
    from ..api.dataflow_models import Flow
    from ..api.models import Connection, Document

_LONGEST_RESOURCE_NAME = 80


@dataclass(frozen=True)
class Candidate:
    """An existing connection, and the resource that would adopt it."""

    kind: Kind
    connection: ConnectionResult
    resource_name: str
    inputs: Properties
    """By their names in the state, with `adopt` and without secrets."""
    obstacles: tuple[str, ...]
    """Why it cannot be adopted; empty if it can."""
    unmanaged: tuple[str, ...]
    """The reasons for which properties are left out of the inputs."""
    flows: tuple[FlowResult, ...] | None
    """The dataflows that use it; None if these credentials may not see them."""
    source: Connection = field(repr=False)
    noun = "connection"

    @property
    def id(self) -> str:
        """The id of the connection."""
        return self.connection.id

    @property
    def name(self) -> str:
        """The name of the connection in the UI."""
        return self.connection.name


@dataclass(frozen=True)
class Survey:
    """The connections of known kinds and the dataflows in a sandbox, sorted by name, and what else it has."""

    sandbox: str
    candidates: tuple[Candidate, ...]
    others: int
    dataflows: tuple[DataflowCandidate, ...] = ()
    other_flows: tuple[Flow, ...] = ()


AnyCandidate = TypeVar("AnyCandidate", Candidate, DataflowCandidate)


def survey(run: Run, sandbox: str | None) -> Survey:
    """Read the connections of all kinds in a sandbox, and its dataflows.

    Takes one request per 100 connections, source connections and flows; and if there are dataflows, one per 100 target
    connections and datasets. Raises: FlowServiceError.
    """
    with asking(run, "listing connections", sandbox) as opened:
        # One list of everything instead of one for each kind.
        everything = list(opened.connections.list())
        known = [(kind, each) for each in everything if (kind := kind_of(each))]
        listed = flows_if_permitted(opened)
        used = None if listed is None else {base: _results(flows) for base, flows in listed.by_connection().items()}
        adoptable = candidates(known, opened.name, used)
        others = len(everything) - len(known)
        if listed is None:
            return Survey(opened.name, adoptable, others)
        names = {each.id: each.name for each in everything}
        dataflows = dataflow_candidates(opened, listed, _resource_names(listed.flows, "dataflow"), names)
        return Survey(opened.name, adoptable, others, dataflows, listed.others)


def candidates(
    existing: Sequence[tuple[Kind, Connection]], sandbox: str, flows: Mapping[str, tuple[FlowResult, ...]] | None
) -> tuple[Candidate, ...]:
    """Return the candidates for these connections, sorted by name; `flows` is by the ids of connections. Pure."""
    ordered = sorted(existing, key=lambda each: (each[1].name, each[1].id))
    names = _resource_names([connection for _, connection in ordered])
    repeated = {name for name, count in Counter(each.name for _, each in ordered).items() if count > 1}
    return tuple(_candidate(kind, each, sandbox, names[each.id], repeated, flows) for kind, each in ordered)


def would_send(candidate: Candidate, inputs: Properties) -> list[str]:
    """Return the properties that an adoption with these inputs would change, by the rules of the resource. Pure."""
    kind = candidate.kind
    checked, _ = check_inputs(kind, {}, inputs, Settings())
    changes = operations(kind, before_adoption(kind, candidate.source, checked), checked)
    return [python_name(name) for name in changed_names(kind, changes)]


def _candidate(
    kind: Kind,
    current: Connection,
    sandbox: str,
    resource_name: str,
    repeated: set[str],
    flows: Mapping[str, tuple[FlowResult, ...]] | None,
) -> Candidate:
    shown = kind.shown(current)
    required = kind.required_visible(shown)
    problems = {name: _problem(kind, name, value) for name, value in shown.items()}
    unmanaged = {name: problem for name, problem in problems.items() if problem and name not in required}
    if current.name in repeated:
        unmanaged["name"] = "`name` is shared with another connection"
    missing = [f"`{name}` is not shown by the API" for name in required if name not in shown]
    inputs = {name: shown[name] for name in kind.visible if name in shown and name not in unmanaged}
    return Candidate(
        kind,
        connection_result(kind, current, sandbox),
        resource_name,
        {"adopt": current.id, "sandbox": sandbox, **inputs},
        (*missing, *(problem for name, problem in problems.items() if problem and name in required)),
        tuple(unmanaged.values()),
        None if flows is None else flows.get(current.id, ()),
        current,
    )


def _problem(kind: Kind, name: str, value: object) -> str:
    """Return the problem that the resource's check finds in a value; empty if there is none."""
    _, problems = check_inputs(kind, {}, {name: value, "adopt": "any"}, Settings(sandbox="any"))
    own = f"`{python_name(name)}` "
    return next((each.partition(":")[0] for each in problems if each.startswith(own)), "")


def _results(flows: Iterable[Flow]) -> tuple[FlowResult, ...]:
    return tuple(FlowResult(each.id, each.name, each.state) for each in flows)


def _resource_names(existing: Iterable[Document], noun: str = "connection") -> dict[str, str]:
    """Return a resource name for each id: the object's name, with a hash of the id if several would be equal.

    The names depend only on the existing objects, not on their order or on the user's choice.
    """
    plain = {each.id: _plain_name(each.name) for each in existing}
    uses = Counter(name.lower() for name in plain.values())
    return {
        id_: name if name and uses[name.lower()] == 1 else f"{name or noun}-{_digits(id_)}"
        for id_, name in plain.items()
    }


def _digits(connection_id: str) -> str:
    return hashlib.sha256(connection_id.encode()).hexdigest()[:7]


def _plain_name(name: str) -> str:
    """Reduce a name to the characters that Pulumi and `connections.yaml` allow: ASCII letters, digits, `_.-`."""
    # Without accents; what is no letter of ASCII then is left out like any other character.
    letters = "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    return re.sub(r"[^A-Za-z0-9_.]+", "-", letters)[:_LONGEST_RESOURCE_NAME].strip("-.")


def renamed(candidate: AnyCandidate, taken: set[str]) -> AnyCandidate:
    """Return the candidate with a resource name that is not taken yet, and add that name."""
    name = candidate.resource_name
    name = f"{name}-{_digits(candidate.id)}" if name in taken else name
    taken.add(name)
    return replace(candidate, resource_name=name)
