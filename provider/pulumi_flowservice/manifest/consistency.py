"""Check the entries of a manifest with each other: sandboxes, names, former names, and missing values."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from ..lifecycle.properties import wire_name
from .content import Manifest, Settled, Values, other_params
from .strict_yaml import Document, Place

# Stands for a sandbox whose name is not known.
_ANY = ""
_ADD = "add it here, under `defaults`, or to its sandbox under `sandboxes`"


class _Problem(NamedTuple):
    place: Place
    what: str
    remedy: str
    is_about_a_value: bool = True


def note_disagreements(manifest: Manifest, document: Document, served: Collection[str]) -> None:
    """Add the problems that are found to the document. The time is linear in the number of entries."""
    declared = list(manifest.sandboxes or ())
    _note_unserved(declared, document, served)
    known = declared or list(served)
    # A value that seems to be missing may be in a line with another problem, which has been reported already.
    is_complete = not document.problems
    used_names = _UsedNames(document)
    for name, entry in manifest.connections.items():
        _note_strange_sandboxes(name, entry, document, known)
        sandboxes_by_problem: dict[_Problem, list[str]] = {}
        for sandbox in _sandboxes_of(entry, known):
            settled = manifest.settled(name, sandbox)
            for problem in _problems(name, settled):
                sandboxes_by_problem.setdefault(problem, []).append(sandbox)
            used_names.note_twins(name, settled, sandbox)
        for problem, sandboxes in sandboxes_by_problem.items():
            if problem.is_about_a_value:
                document.add(problem.place, problem.what, problem.remedy)
            elif is_complete:
                where = ", ".join(filter(None, sandboxes))
                what = f"{problem.what} in {where}" if where else problem.what
                document.add(problem.place, what, problem.remedy)
        used_names.note_former_names(name, entry, manifest)


def _note_unserved(declared: Collection[str], document: Document, served: Collection[str]) -> None:
    """Report each declared sandbox without a stack: a typing error, or a stack that does not exist yet."""
    # Without stack files beside the manifest, the stacks are not known.
    for sandbox in declared if served else ():
        if sandbox not in served:
            remedy = f"the stacks have {', '.join(served)}: correct it, or add a stack with this flowservice:sandbox"
            document.add(("sandboxes", sandbox), "no stack has this sandbox", remedy)


def _note_strange_sandboxes(name: str, entry: Values, document: Document, known: Collection[str]) -> None:
    """Report unknown sandboxes, duplicates, an empty list, and overrides that have no effect."""
    listed = entry.get("sandboxes")
    if listed == []:
        document.add(("connections", name, "sandboxes"), "the list is empty", "name a sandbox, or remove the entry")
    for index, sandbox in enumerate(listed or ()):
        place = ("connections", name, "sandboxes", index)
        if known and sandbox not in known:
            document.add(place, "an unknown sandbox", f"use one of: {', '.join(known)}")
        elif listed is not None and sandbox in listed[:index]:
            document.add(place, "the same sandbox twice", "remove one")
    for sandbox in entry.get("overrides", ()):
        if (known and sandbox not in known) or (listed is not None and sandbox not in listed):
            remedy = f"its sandboxes are {', '.join(listed if listed is not None else known)}"
            what = "this entry has no connection in this sandbox"
            document.add(("connections", name, "overrides", sandbox), what, remedy)


def _sandboxes_of(entry: Values, known: Collection[str]) -> Collection[str]:
    """Return the sandboxes of the entry without duplicates; `_ANY` if they are not known."""
    listed = entry.get("sandboxes")
    if listed is not None:
        return dict.fromkeys(listed)
    return known or (*entry.get("overrides", ()), _ANY)


def _problems(name: str, settled: Settled) -> Iterator[_Problem]:
    """Yield the problems of the resource's check with their places in the file: each begins with `input`."""
    for key in other_params(settled.kind) & settled.places.keys():
        known = ", ".join(param.name for param in settled.kind.params)
        what = f"is unknown in a connection of kind {settled.kind.name}"
        yield _Problem(settled.places[key], what, f"its parameters are {known}")
    for problem in settled.problems:
        text = re.sub(r"`(\w+)`", lambda match: f"`{wire_name(match[1])}`", problem)
        named_input = re.match(r"`(\w+)` ", text)
        what, _, remedy = text.removeprefix(named_input[0] if named_input else "").partition(": ")
        place = settled.places.get(named_input[1]) if named_input else None
        missing = ("connections", name, *([named_input[1]] if named_input else []))
        yield _Problem(place or missing, what, remedy or ("correct it" if place else _ADD), place is not None)


class _UsedNames:
    """The names and ids that earlier entries use, each with its entry."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._names: dict[tuple[str, str], str] = {}
        self._adopted: dict[str, tuple[str, str]] = {}
        self._former: dict[str, str] = {}

    def note_twins(self, entry: str, settled: Settled, sandbox: str) -> None:
        """Report two connections with one name in a sandbox, and one connection that is adopted twice."""
        name, adopt = (settled.inputs.get(key) for key in ("name", "adopt"))
        # Flow Service allows equal names, but people and look-ups by name cannot distinguish such connections. Existing
        # ones with equal names may be adopted.
        is_new = isinstance(name, str) and adopt is None
        if is_new and (other := self._names.setdefault((sandbox, str(name)), entry)) != entry:
            line = self._document.line(("connections", other))
            what = f"the same name as {other!r}, line {line}"
            self._document.add(("connections", entry, "name"), what, "give each its own name, or leave it out")
        if isinstance(adopt, str) and (first := self._adopted.setdefault(adopt, (entry, sandbox))) != (entry, sandbox):
            line = self._document.line(("connections", first[0]))
            what = (
                f"{first[0]!r} (line {line}) adopts this id already; a connection is adopted once, in its own sandbox"
            )
            remedy = (
                "keep `adopt` in one entry only; if it has several sandboxes, write `adopt` under `overrides` of the "
                "sandbox that has the connection"
            )
            self._document.add(("connections", entry, "adopt"), what, remedy)

    def note_former_names(self, entry: str, given: Values, manifest: Manifest) -> None:
        """Report a former name that is used twice: Pulumi would move one connection to two resources."""
        for former in given.get("previously") or ():
            place = ("connections", entry, "previously")
            if former in manifest.connections:
                line = self._document.line(("connections", former))
                self._document.add(place, f"an entry of this name exists, line {line}", "remove one of the two")
            elif (other := self._former.setdefault(former, entry)) != entry:
                self._document.add(place, f"{other!r} has the same former name", "keep it in one of the two entries")
