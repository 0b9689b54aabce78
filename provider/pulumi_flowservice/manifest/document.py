"""YAML with line numbers, and nothing of YAML that a reviewer would overlook: no anchors, tags or second documents.

It is read from PyYAML's events, so an alias is met as an alias and never multiplied. No text of PyYAML's errors is
passed on as it is, because it quotes the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.reader import Reader

from ..kinds import KINDS
from .problems import Problem

Path = tuple[str | int, ...]

# connections, entry, overrides, sandbox, password: five levels are all that a manifest has.
_DEEPEST = 8
# 5,000 connections take about one megabyte.
_LARGEST_BYTES = 20_000_000
# What YAML 1.1 also knows (dates, base 60, merge keys) would turn a database's name into something else.
_TYPED = {"tag:yaml.org,2002:" + name for name in ("null", "bool", "int", "float")}
# `password:hunter2`, without a space, is a key too.
_SHOWABLE = re.compile(r"[\w.-]{1,100}|<<")
# Sets what a second mapping of one key holds apart from what the first one holds.
_AGAIN = "\0"
# PyYAML puts into quotes and angle brackets what it has read.
_EXCERPTS = re.compile(r"\s*('[^']*'|\"[^\"]*\"|<[^>]*>)( or)?")
_REMEDIES = (
    ("start any token", "indent with spaces, not tabs, and quote a value that begins with one of @ ` % | >"),
    ("mapping values", "quote a value that has a colon in it, and line up the keys of one mapping"),
    ("expected ':'", "put a colon and a space behind each key"),
    ("end of stream", "close the quote that was opened here"),
    ("", "compare the indentation and the brackets with the lines above"),
)


@dataclass
class Document:
    """Plain values of a file, and the line (from 1) on which each stands, by its path of keys and indices."""

    file: str
    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    empty: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """Return the line of this path, or of the nearest thing around it that the file has."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def add(self, path: Path, what: str, remedy: str, *, line: int | None = None) -> None:
        """Note a problem at a path; on its line, or on a line given."""
        self.problems.append(Problem(self.file, line or self.line(path), shown(path), what, remedy))


def shown(path: Path) -> str:
    """Return a path for people, without what could be a secret: what stands below one's name, and unusual keys."""
    secrets = {name for kind in KINDS.values() for name in kind.secrets}
    keys: list[str] = []
    for key in path:
        if key == _AGAIN:
            continue
        keys.append(str(key) if _SHOWABLE.fullmatch(str(key)) else "(a key)")
        if key in secrets:
            break
    return ".".join(keys)


def parse(raw: bytes, file: str) -> Document:
    """Read a file's bytes; whatever is wrong is in `problems`, and `value` holds what could be read."""
    document = Document(file)
    text = _decode(raw, document)
    if text is None:
        return document
    builder = _Builder(document, _events(text))
    try:
        builder.build()
    except _Stop:
        pass
    except yaml.MarkedYAMLError as error:
        is_open = "quoted" in (error.context or "")
        line = _line(error.context_mark if is_open else error.problem_mark or error.context_mark)
        said = _EXCERPTS.sub("", error.problem or "it cannot be read")
        remedy = next(advice for words, advice in _REMEDIES if words in said)
        document.add((), f"is not valid YAML: {said}", remedy, line=line)
    return document


def _decode(raw: bytes, document: Document) -> str | None:
    """Return the file as a string, None after noting why there is none. An editor's byte order mark is no problem."""
    if len(raw) > _LARGEST_BYTES:
        document.add((), f"is larger than {_LARGEST_BYTES // 1_000_000} MB", "split it into several files and stacks")
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        document.add((), "is not UTF-8", "save the file in UTF-8 (an editor's `Save with encoding`)", line=line)
        return None
    if control := Reader.NON_PRINTABLE.search(text):
        line = text.count("\n", 0, control.start()) + 1
        document.add((), "contains a control character", "remove it; it may have come by copy and paste", line=line)
        return None
    return text


def _events(text: str) -> Iterator[yaml.Event]:
    """Read the file piece by piece. Raises from its iterator: yaml.MarkedYAMLError."""
    # libyaml reads 5,000 connections in a fraction of a second, PyYAML's own parser in several.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return iter(yaml.parse(text, Loader=loader))


def _line(mark: Any) -> int:
    """Return a mark's line as editors count; PyYAML counts from 0."""
    return mark.line + 1 if mark is not None else 1


class _Stop(Exception):
    """What follows would make no sense without what was refused."""


class _Builder:
    """Turns events into values; each method consumes the events of what it returns."""

    def __init__(self, document: Document, events: Iterator[yaml.Event]) -> None:
        self._document = document
        self._events = events
        self._resolver: Any = yaml.resolver.Resolver()
        self._constructor = yaml.constructor.SafeConstructor()

    def build(self) -> None:
        """Read the first document, and refuse another."""
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    line = _line(event.start_mark)
                    self._document.add((), "a second YAML document", "keep one, without `---` between", line=line)
                    raise _Stop
                self._document.value = self._node(next(self._events), ())

    def _node(self, event: yaml.Event, path: Path) -> Any:
        """Return the value that begins with this event; None where it is deeper than anything known."""
        self._document.lines.setdefault(path, _line(event.start_mark))
        self._refuse_extras(event, path)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path)
        if len(path) >= _DEEPEST:
            self._document.add(path, "is too deep", "a connection has no such thing: remove it")
            self._skip()
            return None
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return None

    def _skip(self) -> None:
        """Consume the rest of a mapping or list, however deep it is: what stands beside it can be read."""
        depth = 1
        while depth:
            event = next(self._events)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)

    def _refuse_extras(self, event: yaml.Event, path: Path) -> None:
        """Note anchors, aliases and tags, which are not documented here; an alias has no value of its own."""
        line = _line(event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            self._document.add(path, "an alias (*)", "write the value out, or once under `defaults`", line=line)
        elif getattr(event, "anchor", None) is not None:
            self._document.add(path, "an anchor (&)", "write shared values once under `defaults`", line=line)
        if getattr(event, "tag", None) is not None:
            self._document.add(path, "a tag (!)", "write the plain value, in quotes if it begins with `!`", line=line)

    def _mapping(self, path: Path) -> dict[str, Any]:
        """Return a mapping; keys stay strings, so that `on` and `5` are names. The first of two equal keys counts."""
        found: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            line = _line(event.start_mark)
            if not isinstance(event, yaml.ScalarEvent):
                self._document.add(path, "has a key that is not a plain string", "write `key: value`", line=line)
                raise _Stop
            self._refuse_extras(event, path)
            key = event.value
            here = (*path, key)
            if key in found:
                first = self._document.line(here)
                self._document.add(here, f"given twice, first on line {first}", "remove or rename one", line=line)
                here = (*path, key, _AGAIN)
            self._document.lines[here] = line
            value = self._node(next(self._events), here)
            found.setdefault(key, value)
        return found

    def _sequence(self, path: Path) -> list[Any]:
        """Return a list; its items are known by their indices."""
        found: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            found.append(self._node(event, (*path, len(found))))
        return found

    def _scalar(self, event: yaml.ScalarEvent, path: Path) -> Any:
        """Return numbers, flags and nothing as such; all else is a string, dates and times of day too."""
        tag = self._resolver.resolve(yaml.ScalarNode, event.value, event.implicit)
        if event.tag is not None or tag not in _TYPED:
            return event.value
        try:
            value = self._constructor.construct_object(yaml.ScalarNode(tag, event.value))
        except ValueError:
            # Thousands of digits, which Python does not read as a number.
            return event.value
        if value is None:
            self._document.empty.append(path)
        return value
