"""Check the entries of a manifest with each other: sandboxes, names, former names, and missing values.

What only a dataflow has is checked in dataflow_consistency.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ..lifecycle.names import wire_name
from .content import Manifest, Settled, SettledDataflow, Values, other_params
from .dataflow_consistency import note_connections, note_schedules
from .strict_yaml import Document, Place

# Stands for a sandbox whose name is not known.
_ANY = ""


class _Problem(NamedTuple):
    place: Place
    what: str
    remedy: str
    is_about_a_value: bool = True


@dataclass(frozen=True)
class _Section:
    """The connections or the dataflows of a manifest.

    Args:
        name: Its key in the file.
        noun: What texts call one.
        where: Where a missing value is to be added.
        entries: By name.
        settled: An entry in a sandbox.
        goes_to: Whether an entry may be in a sandbox.
    """

    name: str
    noun: str
    where: str
    entries: Mapping[str, Values]
    settled: Callable[[str, str], Settled | SettledDataflow]
    goes_to: Callable[[str, str], bool]


def note_disagreements(manifest: Manifest, document: Document, served: Collection[str]) -> None:
    """Add the problems that are found to the document. The time is linear in the number of entries."""
    declared = list(manifest.sandboxes or ())
    _note_unserved(declared, document, served)
    known = declared or list(served)
    # A value that seems to be missing may be in a line with another problem, which has been reported already.
    is_complete = not document.problems
    note_connections(manifest, document)
    note_schedules(manifest, document)
    for section in _sections(manifest):
        used_names = _UsedNames(document, section)
        for name, entry in section.entries.items():
            _note_strange_sandboxes(section, name, document, known)
            sandboxes_by_problem: dict[_Problem, list[str]] = {}
            for sandbox in _sandboxes_of(section, name, known):
                settled = section.settled(name, sandbox)
                for problem in _problems(section, name, settled):
                    sandboxes_by_problem.setdefault(problem, []).append(sandbox)
                used_names.note_twins(name, settled, sandbox)
            _add(sandboxes_by_problem, document, is_complete=is_complete)
            used_names.note_former_names(name, entry)


def _sections(manifest: Manifest) -> Iterator[_Section]:
    shared = "add it here, under `defaults`, or to its sandbox under `sandboxes`"
    own = "add it here, or under `overrides` of its sandboxes"

    def is_where_its_connection_is(name: str, sandbox: str) -> bool:
        connection = manifest.connection_of(name, sandbox)
        return connection not in manifest.connections or manifest.goes_to(connection, sandbox)

    yield _Section(
        "connections", "connection", shared, manifest.connections, manifest.settled, lambda name, sandbox: True
    )
    yield _Section(
        "dataflows", "dataflow", own, manifest.dataflows, manifest.settled_dataflow, is_where_its_connection_is
    )


def _note_unserved(declared: Collection[str], document: Document, served: Collection[str]) -> None:
    """Report each declared sandbox without a stack: a typing error, or a stack that does not exist yet."""
    # Without stack files beside the manifest, the stacks are not known.
    for sandbox in declared if served else ():
        if sandbox not in served:
            remedy = f"the stacks have {', '.join(served)}: correct it, or add a stack with this flowservice:sandbox"
            document.add(("sandboxes", sandbox), "no stack has this sandbox", remedy)


def _note_strange_sandboxes(section: _Section, name: str, document: Document, known: Collection[str]) -> None:
    """Report unknown sandboxes, duplicates, an empty list, and overrides that have no effect."""
    entry, entry_place = section.entries[name], (section.name, name)
    listed = entry.get("sandboxes")
    if listed == []:
        document.add((*entry_place, "sandboxes"), "the list is empty", "name a sandbox, or remove the entry")
    for index, sandbox in enumerate(listed or ()):
        place = (*entry_place, "sandboxes", index)
        if known and sandbox not in known:
            document.add(place, "an unknown sandbox", f"use one of: {', '.join(known)}")
        elif listed is not None and sandbox in listed[:index]:
            document.add(place, "the same sandbox twice", "remove one")
        elif not section.goes_to(name, sandbox):
            document.add(place, "its connection is not in this sandbox", "add it to the connection, or remove it here")
    for sandbox in entry.get("overrides", ()):
        if (known and sandbox not in known) or (listed is not None and sandbox not in listed):
            remedy = f"its sandboxes are {', '.join(listed if listed is not None else known)}"
            what = f"this entry has no {section.noun} in this sandbox"
            document.add((*entry_place, "overrides", sandbox), what, remedy)
        elif listed is None and not section.goes_to(name, sandbox):
            what, remedy = "its connection is not in this sandbox", "add it to the connection, or remove this override"
            document.add((*entry_place, "overrides", sandbox), what, remedy)


def _sandboxes_of(section: _Section, name: str, known: Collection[str]) -> Collection[str]:
    """Return the sandboxes of an entry without duplicates; `_ANY` if they are not known."""
    entry = section.entries[name]
    listed = entry.get("sandboxes")
    candidates = dict.fromkeys(listed if listed is not None else known or (*entry.get("overrides", ()), _ANY))
    return [sandbox for sandbox in candidates if sandbox == _ANY or section.goes_to(name, sandbox)]


def _problems(section: _Section, name: str, settled: Settled | SettledDataflow) -> Iterator[_Problem]:
    """Yield the problems of the resource's check with their places in the file: each begins with `input`."""
    if isinstance(settled, Settled):
        for key in other_params(settled.kind) & settled.places.keys():
            known = ", ".join(param.name for param in settled.kind.params)
            what = f"is unknown in a connection of kind {settled.kind.name}"
            yield _Problem(settled.places[key], what, f"its parameters are {known}")
    for problem in settled.problems:
        text = re.sub(r"`(\w+)`", lambda match: f"`{wire_name(match[1])}`", problem)
        named_input = re.match(r"`(\w+)` ", text)
        what, _, remedy = text.removeprefix(named_input[0] if named_input else "").partition(": ")
        place = settled.places.get(named_input[1]) if named_input else None
        if place is not None and named_input:
            place, what = _within(place, named_input[1], what, settled.places)
        missing = (section.name, name, *([named_input[1]] if named_input else []))
        remedy = remedy or ("correct it" if place else section.where)
        yield _Problem(place or missing, what, remedy, place is not None)


def _within(place: Place, key: str, what: str, places: Mapping[str, Place]) -> tuple[Place, str]:
    """Return the place of the part of a value that a problem is about, and the problem with the name it has there."""
    for part in re.findall(r"`(\w+)`", what):
        if (found := places.get(f"{key}.{part}")) is not None:
            return found, what.replace(f"`{part}`", f"`{found[-1]}`", 1)
    return place, what


def _add(found: Mapping[_Problem, list[str]], document: Document, *, is_complete: bool) -> None:
    """Add problems to the document, each with its sandboxes if a value is missing there."""
    for problem, sandboxes in found.items():
        if problem.is_about_a_value:
            document.add(problem.place, problem.what, problem.remedy)
        elif is_complete:
            where = ", ".join(filter(None, sandboxes))
            what = f"{problem.what} in {where}" if where else problem.what
            document.add(problem.place, what, problem.remedy)


class _UsedNames:
    """The names and ids that earlier entries of a section use, each with its entry."""

    def __init__(self, document: Document, section: _Section) -> None:
        self._document = document
        self._section = section
        self._names: dict[tuple[str, str], str] = {}
        self._adopted: dict[str, tuple[str, str]] = {}
        self._former: dict[str, str] = {}

    def note_twins(self, entry: str, settled: Settled | SettledDataflow, sandbox: str) -> None:
        """Report two objects with one name in a sandbox, and one object that is adopted twice."""
        section = self._section.name
        name, adopt = (settled.inputs.get(key) for key in ("name", "adopt"))
        # Flow Service allows equal names, but people and look-ups by name cannot distinguish such objects. Existing
        # ones with equal names may be adopted.
        is_new = isinstance(name, str) and adopt is None
        if is_new and (other := self._names.setdefault((sandbox, str(name)), entry)) != entry:
            line = self._document.line((section, other))
            what = f"the same name as {other!r}, line {line}"
            self._document.add((section, entry, "name"), what, "give each its own name, or leave it out")
        if isinstance(adopt, str) and (first := self._adopted.setdefault(adopt, (entry, sandbox))) != (entry, sandbox):
            what, remedy = self._adopted_twice(entry, first[0])
            self._document.add((section, entry, "adopt"), what, remedy)

    def _adopted_twice(self, entry: str, first: str) -> tuple[str, str]:
        """Return a problem with an id that an entry adopts in two sandboxes, or two entries do, and its remedy."""
        noun = self._section.noun
        if entry == first:
            remedy = f"write it under `overrides` of the sandbox that has the {noun}"
            return f"the entry has several sandboxes, but a {noun} is in one of them only", remedy
        line = self._document.line((self._section.name, first))
        return f"{first!r} (line {line}) adopts this id already", "keep `adopt` in one entry only"

    def note_former_names(self, entry: str, given: Values) -> None:
        """Report a former name that is used twice: Pulumi would move one object to two resources."""
        section = self._section.name
        for former in given.get("previously") or ():
            place = (section, entry, "previously")
            if former in self._section.entries:
                line = self._document.line((section, former))
                self._document.add(place, f"an entry of this name exists, line {line}", "remove one of the two")
            elif (other := self._former.setdefault(former, entry)) != entry:
                self._document.add(place, f"{other!r} has the same former name", "keep it in one of the two entries")
