"""Read a file as a `Manifest`, or raise all of its problems at once. Needs no engine, network or secret."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from ..resources.connection.kinds import secret_names
from . import dataflow_keys, keys
from .consistency import note_disagreements
from .content import Manifest, SecretReference, Values
from .keys import Key
from .problems import ManifestError, Problem, one_of, similar_or_all
from .strict_yaml import Document, Place, parse

# 5,000 connections take about one MiB.
_LARGEST_BYTES = 4 * 1024 * 1024
_IN_CLEAR = (
    "is written in plain text",
    "write {config: KEY} or {env: VARIABLE} and keep the secret there; if it was committed, change the secret",
)


def read(path: str | Path, *, served: Collection[str] = ()) -> tuple[Manifest, Document]:
    """Return a manifest and its document. `served` are the sandboxes that stacks serve, if that is known.

    Raises: ManifestError, with all problems.
    """
    return read_text(raw_bytes(path), str(path), served=served)


def read_text(raw: bytes, name: str, *, served: Collection[str] = ()) -> tuple[Manifest, Document]:
    """Return a manifest from a file's bytes; problems call the file `name`. Raises: ManifestError."""
    document = parse(raw, name)
    if document.value is None and not document.problems:
        document.add((), "is empty", "add connections, or write `connections: {}` if there are none")
    if document.value is not None:
        manifest = _Reader(document).manifest()
        note_disagreements(manifest, document, served)
        if not document.problems:
            return manifest, document
    raise ManifestError(document.problems)


def served_sandboxes(folder: Path) -> list[str]:
    """Return each value of `flowservice:sandbox` in the stack files of a folder.

    Raises: ManifestError, if one of them cannot be read, because the sandboxes are not known then.
    """
    sandboxes: set[str] = set()
    for path in sorted(folder.glob("Pulumi.*.yaml")):
        document = parse(raw_bytes(path), str(path))
        if document.value is None and document.problems:
            raise ManifestError(document.problems)
        # A stack file may have keys and types that a manifest must not have, so `problems` do not matter here.
        config = document.value.get("config") if isinstance(document.value, dict) else None
        sandbox = config.get("flowservice:sandbox") if isinstance(config, dict) else None
        if isinstance(sandbox, str):
            sandboxes.add(sandbox)
    return sorted(sandboxes)


def raw_bytes(path: str | Path) -> bytes:
    """Return the content of a regular file of a limited size. Raises: ManifestError."""
    try:
        # Without waiting: nobody may ever write into a pipe.
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            is_regular = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            raw = file.read(_LARGEST_BYTES + 1) if is_regular else b""
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        raise _unreadable(path, reason, "check the path and its permissions") from None
    if not is_regular:
        raise _unreadable(path, "is not a regular file", "save it as one; a pipe or a device is not read")
    if len(raw) > _LARGEST_BYTES:
        what = f"is larger than {_LARGEST_BYTES // 1024**2} MiB"
        raise _unreadable(path, what, "split it into several files and stacks")
    return raw


def _unreadable(path: str | Path, what: str, remedy: str) -> ManifestError:
    return ManifestError([Problem(str(path), 1, "", what, remedy)])


class _Reader:
    """Builds a manifest from the valid values of a document, and adds a problem for each other value."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._secrets = secret_names()
        # A key without a value is an error, except below `sandboxes`, where a sandbox may have only a name.
        gaps = [path for path in document.empty if not (len(path) == 2 and path[0] == "sandboxes")]
        for path in gaps:
            if self._secrets.isdisjoint(path[:-1]):
                is_section = path in (("connections",), ("dataflows",))
                none = "write `{}` if there are none" if is_section else "write one"
                document.add(path, "has no value", f"{none}, or remove the line")

    def manifest(self) -> Manifest:
        """Return the whole file."""
        given = self._part(self._document.value, (), keys.top())
        if "connections" not in given and ("connections",) not in self._document.empty:
            self._document.add(("connections",), "is missing", "add it; `connections: {}` if there are none")
        shared = keys.shared()
        sandboxes = given.get("sandboxes")
        return Manifest(
            self._entries("connections", given, keys.entry(), keys.own()),
            self._part(given.get("defaults", {}), ("defaults",), shared),
            None if sandboxes is None else self._parts(sandboxes, ("sandboxes",), shared),
            self._entries("dataflows", given, dataflow_keys.entry(), dataflow_keys.own()),
        )

    def _entries(
        self, section: str, given: Values, known: Mapping[str, Key], own: Mapping[str, Key]
    ) -> dict[str, Values]:
        """Return the entries of a section; `own` are the keys of one in a single sandbox."""
        entries = self._parts(given.get(section, {}), (section,), known)
        for name, values in entries.items():
            place = (section, name)
            self._checked(name, place, keys.entry_name)
            if "overrides" in values:
                values["overrides"] = self._parts(values["overrides"], (*place, "overrides"), own)
        return entries

    def _parts(self, given: object, place: Place, known: Mapping[str, Key]) -> dict[str, Values]:
        """Return a mapping of mappings; an empty value counts as an empty mapping."""
        mapping = self._mapping(given, place)
        return {name: self._part({} if part is None else part, (*place, name), known) for name, part in mapping.items()}

    def _part(self, given: object, place: Place, known: Mapping[str, Key]) -> Values:
        """Return the known keys of a mapping that have a valid value."""
        values: Values = {}
        for key, value in self._mapping(given, place).items():
            where = (*place, key)
            if key not in known:
                # A key in place of a reference may be a secret, so no similar key is suggested.
                advice = one_of(known) if self._secrets & {*place} else similar_or_all(key, tuple(known))
                self._document.add(where, "is not a known key here", advice)
            elif value is not None:
                is_secret = key in self._secrets
                parsed = self._reference(value, where) if is_secret else self._value(value, where, known[key])
                values |= {} if parsed is None else {key: parsed}
        return values

    def _reference(self, given: object, place: Place) -> SecretReference | None:
        """Return a reference to a secret; any other value is treated as the secret itself and never shown."""
        if not isinstance(given, dict):
            self._document.add(place, *_IN_CLEAR)
            return None
        known = keys.reference()
        reference = self._part(given, place, known)
        if len(given.keys() & known.keys()) != 1:
            self._document.add(place, "must hold either `config` or `env`", "write one of the two")
            return None
        return SecretReference(**reference)

    def _mapping(self, given: object, place: Place) -> dict[str, Any]:
        if isinstance(given, dict):
            return given
        self._document.add(place, "must be a mapping", "write `key: value` lines below it")
        return {}

    def _value(self, given: object, place: Place, key: Key) -> object:
        """Return a value; None if it, or a part of it, is not valid."""
        problems = len(self._document.problems)
        value = self._checked(given, place, key.parse)
        if (key.within is None and key.each is None) or not isinstance(value, (dict, list)):
            return value
        parts = dict(value if isinstance(value, dict) else enumerate(value))
        if key.each is not None:
            # What has no value has been reported already.
            there = {at: part for at, part in parts.items() if part is not None}
            found = {at: self._checked(part, (*place, at), partial(key.each, at)) for at, part in there.items()}
            value = found if isinstance(value, dict) else list(found.values())
        elif key.within is not None:
            value = self._part(value, place, key.within)
        return value if len(self._document.problems) == problems and None not in parts.values() else None

    def _checked(self, value: object, place: Place, parse: Callable[[object], object]) -> object:
        """Return the parsed value; or add a problem and return None."""
        try:
            return parse(value)
        except ValueError as error:
            what, _, remedy = str(error).partition(": ")
            self._document.add(place, what, remedy or "correct it")
            return None
