"""Parse a strict subset of YAML with line numbers: no anchors, tags or second documents, which reviewers overlook.

The parser reads PyYAML's events, so an alias is seen as an alias and is never expanded. PyYAML's error texts are not
passed on unchanged, because they quote the file, which may hold a secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.reader import Reader

from ..resources.connection.kinds import secret_names
from .problems import Problem

Place = tuple[str | int, ...]

# Filters of a dataflow (PQL in JSON) nest as the condition does; all else has at most seven levels.
_DEEPEST = 32
# The other types of YAML 1.1 (dates, merge keys) could change the name of a database.
_TYPED = {"tag:yaml.org,2002:" + name for name in ("null", "bool", "int", "float")}
_NUMBERS = {"tag:yaml.org,2002:int", "tag:yaml.org,2002:float"}
# In YAML 1.1, 1:30 is the number 90, 012 is 10 and 1_2 is 12; in YAML 1.2 they are not.
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]*([eE][-+]?[0-9]+)?)?")
# Other keys are not shown: `password:hunter2`, without a space, is a key too.
_SHOWABLE = re.compile(r"[\w.-]{1,100}|<<")
# A part of a path: separates the values of a duplicate key from those of the first one.
_AGAIN = "\0"
# Quotes and angle brackets in PyYAML's errors hold excerpts of the file.
_EXCERPTS = re.compile(r"\s*('[^']*'|\"[^\"]*\"|<[^>]*>)( or)?")
_REMEDIES = (
    ("start any token", "indent with spaces, not tabs, and quote a value that begins with one of @ ` % | >"),
    ("mapping values", "quote a value that contains a colon, and indent the keys of one mapping equally"),
    ("expected ':'", "put a colon and a space after each key"),
    ("end of stream", "close the quote that was opened here"),
    ("", "compare the indentation and the brackets with the lines above"),
)


@dataclass
class Document:
    """The values of a file, and the line (from 1) of each value by its path of keys and indices."""

    file: str
    value: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    empty: list[Place] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Place) -> int:
        """Return the line of this path, or of the nearest parent that the file has."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def add(self, path: Place, what: str, remedy: str, *, line: int | None = None) -> None:
        """Add a problem at a path, on its line or on the given one."""
        self.problems.append(Problem(self.file, line or self.line(path), shown(path), what, remedy))


def shown(path: Place) -> str:
    """Return a path for people, without keys that may hold a secret: those below a secret's name, and unusual ones."""
    secrets = secret_names()
    keys: list[str] = []
    for key in path:
        if key == _AGAIN:
            continue
        keys.append(str(key) if _SHOWABLE.fullmatch(str(key)) else "(a key)")
        if key in secrets:
            break
    return ".".join(keys)


def parse(raw: bytes, file: str) -> Document:
    """Parse a file's bytes; errors are in `problems`, and `value` holds what could be read."""
    document = Document(file)
    text = _decode(raw, document)
    if text is None:
        return document
    # libyaml reads 5,000 connections in less than a second, PyYAML's own parser takes several.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _Builder(document, yaml.parse(text, Loader=loader)).build()
    except _Stop:
        pass
    except yaml.MarkedYAMLError as error:
        is_open = "quoted" in (error.context or "")
        line = _line(error.context_mark if is_open else error.problem_mark or error.context_mark)
        complaint = _EXCERPTS.sub("", error.problem or "it cannot be read")
        remedy = next(advice for words, advice in _REMEDIES if words in complaint)
        document.add((), f"is not valid YAML: {complaint}", remedy, line=line)
    return document


def _decode(raw: bytes, document: Document) -> str | None:
    """Return the file as a string, without a byte order mark; or add a problem and return None."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        document.add((), "is not UTF-8", "save the file in UTF-8 (an editor's `Save with encoding`)", line=line)
        return None
    if control := Reader.NON_PRINTABLE.search(text):
        line = text.count("\n", 0, control.start()) + 1
        document.add((), "contains a control character", "remove it; copy and paste may have added it", line=line)
        return None
    return text


def _line(mark: Any) -> int:
    """Return the line of a mark, counted from 1 as in editors; PyYAML counts from 0."""
    return mark.line + 1 if mark is not None else 1


class _Stop(Exception):
    """Ends parsing after a problem that makes the rest of the file meaningless."""


class _Builder:
    """Turns events into values; each method consumes the events of what it returns."""

    def __init__(self, document: Document, events: Iterator[yaml.Event]) -> None:
        self._document = document
        self._events = events
        self._resolver: Any = yaml.resolver.Resolver()
        self._constructor = yaml.constructor.SafeConstructor()

    def build(self) -> None:
        """Read the first document; a second one is a problem."""
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    line = _line(event.start_mark)
                    self._document.add((), "a second YAML document", "keep one document and remove `---`", line=line)
                    raise _Stop
                self._document.value = self._node(next(self._events), ())

    def _node(self, event: yaml.Event, path: Place) -> Any:
        """Return the value that begins with this event; None if it is too deep."""
        self._document.lines.setdefault(path, _line(event.start_mark))
        self._refuse_extras(event, path)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path)
        if len(path) >= _DEEPEST:
            self._document.add(path, "is nested too deeply", "remove it: no entry has such a key")
            self._skip()
            return None
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return None

    def _skip(self) -> None:
        """Skip the rest of a mapping or list of any depth, so that the values after it can be read."""
        depth = 1
        while depth:
            event = next(self._events)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)

    def _refuse_extras(self, event: yaml.Event, path: Place) -> None:
        """Report anchors, aliases and tags."""
        line = _line(event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            self._document.add(path, "an alias (*)", "write the value out, or once under `defaults`", line=line)
        elif getattr(event, "anchor", None) is not None:
            self._document.add(path, "an anchor (&)", "write shared values once under `defaults`", line=line)
        if getattr(event, "tag", None) is not None:
            self._document.add(path, "a tag (!)", "write the plain value, in quotes if it begins with `!`", line=line)

    def _mapping(self, path: Place) -> dict[str, Any]:
        """Return a mapping. Keys stay strings, so that `on` and `5` are names; of duplicate keys the first is used."""
        values: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            line = _line(event.start_mark)
            if not isinstance(event, yaml.ScalarEvent):
                self._document.add(path, "has a key that is not a plain string", "write `key: value`", line=line)
                raise _Stop
            self._refuse_extras(event, path)
            key = event.value
            here = (*path, key)
            if key in values:
                first = self._document.line(here)
                self._document.add(here, f"given twice, first on line {first}", "remove or rename one", line=line)
                here = (*path, key, _AGAIN)
            self._document.lines[here] = line
            value = self._node(next(self._events), here)
            values.setdefault(key, value)
        return values

    def _sequence(self, path: Place) -> list[Any]:
        """Return a list; its items have their indices as paths."""
        items: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, (*path, len(items))))
        return items

    def _scalar(self, event: yaml.ScalarEvent, path: Place) -> Any:
        """Return a number, a boolean, None, or a string for everything else, also for dates and times.

        A number in a form that programs read differently is a problem, and None.
        """
        tag = self._resolver.resolve(yaml.ScalarNode, event.value, event.implicit)
        if event.tag is not None or tag not in _TYPED:
            return event.value
        if tag in _NUMBERS and not _DECIMAL.fullmatch(event.value):
            remedy = "write a number in decimal digits, or put a string in quotes"
            self._document.add(path, "is a number in another form than decimal", remedy, line=_line(event.start_mark))
            # Left out, so that it is one problem and not two.
            return None
        try:
            value = self._constructor.construct_object(yaml.ScalarNode(tag, event.value))
        except ValueError:
            # Python refuses to convert thousands of digits to a number.
            return event.value
        if value is None:
            self._document.empty.append(path)
        return value
