"""What could be adopted: each connection of a known kind, the inputs that describe it, and what they would send.

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

from ..errors import AnswerError
from ..kinds import KINDS
from ..kinds.check import check_inputs
from ..kinds.kind import Kind, Properties, python_name
from ..lifecycle.patches import before_adoption, operations
from ..settings import Settings
from .connections import connection_result, listed
from .results import ConnectionResult, FlowResult
from .session import Session, asking

if TYPE_CHECKING:
    from ..api.models import Connection

_LONGEST_RESOURCE_NAME = 80
# Letters that no accent makes, so that Unicode takes none apart.
_SPELLINGS = str.maketrans(
    {"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"}
    | {"đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "\N{LATIN SMALL LETTER DOTLESS I}": "i"}
)


@dataclass(frozen=True)
class Candidate:
    """A connection that exists, and the resource that would take it over."""

    kind: Kind
    connection: ConnectionResult
    resource_name: str
    inputs: Properties
    """By their names in the state, `adopt` among them, a secret never."""
    obstacles: tuple[str, ...]
    """Why no inputs can describe it; empty where they can."""
    unmanaged: tuple[str, ...]
    """What is left out of the inputs, each with the reason."""
    flows: tuple[FlowResult, ...] | None
    """The dataflows that use it; None where this credential may not see them."""
    source: Connection = field(repr=False)


@dataclass(frozen=True)
class Survey:
    """All connections of known kinds in a sandbox, by name, and how many others; None where that is not known."""

    sandbox: str
    candidates: tuple[Candidate, ...]
    others: int | None


def survey(settings: Settings, sandbox: str | None) -> Survey:
    """Read what a sandbox has: one request a page of 100, of connections of each kind, source connections and flows.

    Raises: FlowServiceError.
    """
    with asking(settings, "listing connections", sandbox) as session:
        found = [(kind, each) for kind in KINDS.values() for each in listed(session, kind)]
        flows, total = _flows(session), _total(session)
        adoptable = candidates(found, session.sandbox, flows)
        return Survey(session.sandbox, adoptable, None if total is None else max(0, total - len(found)))


def candidates(
    found: Sequence[tuple[Kind, Connection]], sandbox: str, flows: Mapping[str, tuple[FlowResult, ...]] | None
) -> tuple[Candidate, ...]:
    """Return the connections, by name, as what would adopt them; `flows` by the ids of connections. Pure."""
    ordered = sorted(found, key=lambda each: (each[1].name, each[1].id))
    names = _resource_names([connection for _, connection in ordered])
    repeated = {name for name, count in Counter(each.name for _, each in ordered).items() if count > 1}
    return tuple(_candidate(kind, each, sandbox, names[each.id], repeated, flows) for kind, each in ordered)


def would_send(candidate: Candidate, inputs: Properties) -> list[str]:
    """Return the properties that adopting with these inputs changes, found as the resource does it. Pure."""
    kind = candidate.kind
    checked, _ = check_inputs(kind, {}, inputs, Settings())
    found = operations(kind, before_adoption(kind, candidate.source, checked), checked)
    return [python_name(each["path"].rpartition("/")[2]) for each in found]


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
    """Return what the resource's own check says of a value; empty where it says nothing."""
    _, problems = check_inputs(kind, {}, {name: value, "adopt": "any"}, Settings(sandbox="any"))
    own = f"`{python_name(name)}` "
    return next((each.partition(":")[0] for each in problems if each.startswith(own)), "")


def _flows(session: Session) -> dict[str, tuple[FlowResult, ...]] | None:
    try:
        found = session.flows.by_connection()
    except AnswerError as refused:
        if not refused.is_about_permission:
            raise
        return None
    return {base: tuple(FlowResult(f.id, f.name, f.state) for f in flows) for base, flows in found.items()}


def _total(session: Session) -> int | None:
    """Return the number of all connections: without it, the list is as good."""
    try:
        return session.connections.count()
    except AnswerError:
        return None


def _resource_names(found: Iterable[Connection]) -> dict[str, str]:
    """Make a name in the program for each id: the connection's own, with digits of its id where two would meet.

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
    """Keep letters without accents, digits, `_`, `.` and `-`, as both Pulumi and `connections.yaml` take them."""
    letters = unicodedata.normalize("NFKD", name.translate(_SPELLINGS)).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_.]+", "-", letters)[:_LONGEST_RESOURCE_NAME].strip("-.")


def renamed(candidate: Candidate, taken: Iterable[str]) -> Candidate:
    """Return the candidate under a resource name that is not taken; its own where that is free."""
    if candidate.resource_name not in set(taken):
        return candidate
    return replace(candidate, resource_name=f"{candidate.resource_name}-{_digits(candidate.connection.id)}")
