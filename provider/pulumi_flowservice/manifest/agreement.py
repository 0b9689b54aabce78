"""What the entries of a manifest must agree on: sandboxes, names, former names, and what is still missing."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..kinds.redshift import REDSHIFT
from .document import Document
from .model import Entry, Manifest, Settled

# Stands for the sandboxes that nobody has named.
_ANY = ""
_REQUIRED = tuple(param.name for param in REDSHIFT.params if param.is_required)


def note_disagreements(manifest: Manifest, document: Document, served: Collection[str] = ()) -> None:
    """Add to the document's problems. Linear in the number of entries."""
    declared = list(manifest.sandboxes or ())
    _note_unserved(declared, document, served)
    known = declared or list(served)
    seen = _Seen(document)
    for name, entry in manifest.connections.items():
        _note_strange_sandboxes(name, entry, document, known)
        missing: dict[str, list[str]] = {}
        for sandbox in _sandboxes_of(entry, known):
            settled = manifest.settled(entry, sandbox)
            for key in _missing(settled):
                missing.setdefault(key, []).append(sandbox)
            seen.note_twins(name, settled, sandbox)
        for key, where in missing.items():
            _note_missing(document, name, key, [sandbox for sandbox in where if sandbox != _ANY])
        seen.note_former_names(name, entry, manifest)


def _note_unserved(declared: Collection[str], document: Document, served: Collection[str]) -> None:
    """A declared sandbox without a stack is a slip of the pen, or a stack that is still to come."""
    # Without stack files beside the manifest nothing is known about them.
    for sandbox in declared if served else ():
        if sandbox not in served:
            remedy = f"stacks serve {', '.join(served)}: correct it, or add a stack with this flowservice:sandbox"
            document.add(("sandboxes", sandbox), "a sandbox that no stack serves", remedy)


def _note_strange_sandboxes(name: str, entry: Entry, document: Document, known: Collection[str]) -> None:
    """Sandboxes that nobody serves, twice, or none at all; overrides that would never count."""
    listed = entry.sandboxes
    if listed == []:
        document.add(("connections", name, "sandboxes"), "goes to no sandbox", "name one, or remove the entry")
    for index, sandbox in enumerate(listed or ()):
        place = ("connections", name, "sandboxes", index)
        if known and sandbox not in known:
            document.add(place, "a sandbox that no stack serves", f"known are {', '.join(known)}")
        elif listed is not None and sandbox in listed[:index]:
            document.add(place, "the same sandbox twice", "remove one")
    for sandbox in entry.overrides or ():
        if (known and sandbox not in known) or (listed is not None and sandbox not in listed):
            goes_to = ", ".join(listed if listed is not None else known)
            document.add(
                ("connections", name, "overrides", sandbox), "a sandbox that it does not go to", f"it goes to {goes_to}"
            )


def _sandboxes_of(entry: Entry, known: Collection[str]) -> Collection[str]:
    """Where the entry goes, each sandbox once; `_ANY` where nothing tells."""
    if entry.sandboxes is not None:
        return dict.fromkeys(entry.sandboxes)
    return known or (*(entry.overrides or ()), _ANY)


def _missing(settled: Settled) -> Iterator[str]:
    """The required fields that no part of the file gives; an adopted connection keeps its password."""
    for key in _REQUIRED:
        if getattr(settled, key) is None and not (key == "password" and settled.adopt):
            yield key


def _note_missing(document: Document, name: str, key: str, sandboxes: list[str]) -> None:
    """One problem for a field, however many sandboxes lack it."""
    where = f" in {', '.join(sandboxes)}" if sandboxes else ""
    remedy = f"add `{key}` here, under `defaults`, or to its sandbox under `sandboxes`"
    document.add(("connections", name, key), f"is missing{where}", remedy)


class _Seen:
    """What earlier entries have taken, each with the entry that took it."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._names: dict[tuple[str, str], str] = {}
        self._adopted: dict[str, tuple[str, str]] = {}
        self._former: dict[str, str] = {}

    def note_twins(self, entry: str, settled: Settled, sandbox: str) -> None:
        """Two connections of one name in a sandbox, or one connection adopted twice."""
        # Flow Service takes equal names; people and look-ups by name cannot tell such connections apart. Those that
        # exist under one name can be adopted as they are.
        is_new = settled.name is not None and settled.adopt is None
        if is_new and (other := self._names.setdefault((sandbox, str(settled.name)), entry)) != entry:
            line = self._document.line(("connections", other))
            what = f"the same name as {other!r}, line {line}"
            self._document.add(("connections", entry, "name"), what, "give each its own name, or leave it out")
        if settled.adopt and (first := self._adopted.setdefault(settled.adopt, (entry, sandbox))) != (entry, sandbox):
            line = self._document.line(("connections", first[0]))
            remedy = "an id is in one sandbox: give it to one entry, there or under `overrides`"
            self._document.add(("connections", entry, "adopt"), f"the same id as {first[0]!r}, line {line}", remedy)

    def note_former_names(self, entry: str, given: Entry, manifest: Manifest) -> None:
        """A former name that is taken would make Pulumi move one connection to two resources."""
        for former in given.previously or ():
            place = ("connections", entry, "previously")
            if former in manifest.connections:
                line = self._document.line(("connections", former))
                self._document.add(place, f"an entry of this name exists, line {line}", "remove one of the two")
            elif (other := self._former.setdefault(former, entry)) != entry:
                self._document.add(place, f"{other!r} has the same former name", "keep it where the connection went")
