"""Entries of `connections.yaml` that adopt what exists, appended so that the rest of a file stays byte for byte."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from ..errors import FlowServiceError
from ..kinds.kind import AUTOMATIC_DIGITS, Properties
from ..lookups.adoptable import Candidate, renamed, would_send

if TYPE_CHECKING:
    from ..manifest.model import Manifest, Settled

_HEAD = """\
# Redshift connections. `adopt` may go after the first `pulumi up`; with `retainOnDelete`, removing an entry leaves its
# connection at the server.
connections:
"""
_INDENTATION = 2


class _Dumper(yaml.SafeDumper):
    """Writes text that has line breaks or unprintable characters in double quotes, on one line."""

    def represent_text(self, text: str) -> yaml.ScalarNode:
        """A scalar; PyYAML chooses the quotes of printable text."""
        style = None if text.isprintable() else '"'
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=style)

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Lists indented below their key, as people write them."""
        return super().increase_indent(flow, False)


_Dumper.add_representer(str, _Dumper.represent_text)


@dataclass(frozen=True)
class Placed:
    """A candidate beside a file's entries: where it stands already, or what adopting it there would change."""

    candidate: Candidate
    entry: str | None = None
    """The entry that the file has for it."""
    would_send: tuple[str, ...] = ()


class EntriesFile:
    """A `connections.yaml`, there already or not."""

    def __init__(self, path: Path) -> None:
        """Raises: FlowServiceError, when a file is there and cannot be used."""
        self.path = path
        self._text: str | None = None
        if path.exists():
            self._text = path.read_bytes().decode("utf-8", "surrogateescape")
            self._manifest = _validated(self._text, path)

    def place(self, candidates: Sequence[Candidate], sandbox: str) -> list[Placed]:
        """Each candidate, with what the file says about it."""
        if self._text is None:
            return [Placed(each) for each in candidates]
        there = dict(_owners(self._manifest, candidates, sandbox))
        taken = set(self._manifest.connections)
        found = []
        for candidate in candidates:
            owner = there.get(candidate.connection.id)
            fitting = candidate if owner else _fitting(candidate, taken)
            settled = self._settled(fitting, owner, sandbox)
            found.append(Placed(fitting, owner, tuple(_differences(fitting, settled, sandbox))))
        return found

    def with_entries(self, candidates: Sequence[Candidate]) -> str:
        """The file's text with entries for these candidates. Raises: FlowServiceError, when it would not be usable."""
        if self._text is None:
            text = _HEAD + _entries(candidates, _INDENTATION)
        elif candidates:
            text = _appended(self._text, candidates, self.path)
        else:
            return self._text
        _validated(text, self.path)
        return text

    def added(self, candidates: Sequence[Candidate]) -> str:
        """The entries alone, for people to read."""
        return _HEAD + _entries(candidates, _INDENTATION) if self._text is None else _entries(candidates, _INDENTATION)

    def _settled(self, candidate: Candidate, owner: str | None, sandbox: str) -> Settled:
        """The entry as the file's defaults complete it."""
        from ..manifest.model import Entry

        entry = self._manifest.connections[owner] if owner else Entry.model_validate(_entry(candidate))
        return self._manifest.settled(entry, sandbox)


def _owners(manifest: Manifest, candidates: Sequence[Candidate], sandbox: str) -> Iterator[tuple[str, str]]:
    """The candidates that an entry of this sandbox adopts, or has made: ids and entries' names."""
    adopted: dict[str, str] = {}
    named: dict[str, str] = {}
    made_up: dict[str, str] = {}
    for name, entry in manifest.connections.items():
        settled = manifest.settled(entry, sandbox)
        if settled.adopt:
            adopted[settled.adopt] = name
        elif manifest.goes_to(entry, sandbox):
            (named if settled.name else made_up)[settled.name or name] = name
    for id_, name in ((each.connection.id, each.connection.name) for each in candidates):
        stem = AUTOMATIC_DIGITS.sub("", name)
        if owner := adopted.get(id_) or named.get(name) or (made_up.get(stem) if stem != name else None):
            yield id_, owner


def _fitting(candidate: Candidate, taken: set[str]) -> Candidate:
    """The candidate under an entry name that the file does not have."""
    fitting = renamed(candidate, taken)
    taken.add(fitting.resource_name)
    return fitting


def _differences(candidate: Candidate, settled: Settled, sandbox: str) -> Iterator[str]:
    given: Properties = settled.model_dump(by_alias=True, exclude={"password"}, exclude_unset=True)
    yield from would_send(candidate, {**given, "adopt": candidate.connection.id, "sandbox": sandbox})
    if settled.password is not None:
        yield "password"


def _entry(candidate: Candidate) -> dict[str, Any]:
    given = {name: value for name, value in candidate.inputs.items() if name != "sandbox"}
    return {"sandboxes": [candidate.inputs["sandbox"]], **given, "retainOnDelete": True}


def _entries(candidates: Sequence[Candidate], indentation: int) -> str:
    document = {candidate.resource_name: _entry(candidate) for candidate in candidates}
    text = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=2**30)
    return "".join(" " * indentation + line for line in text.splitlines(keepends=True))


def _appended(text: str, candidates: Sequence[Candidate], path: Path) -> str:
    """The text with the entries behind the last one of `connections`."""
    mark = text.startswith("\ufeff")
    body = text[mark:]
    node = _connections_node(body)
    if node.flow_style and node.value:
        raise FlowServiceError(
            f"`connections` in {path} is written in braces, which cannot be appended to",
            remedy="Write its entries on lines of their own, or choose another --output.",
        )
    newline = "\r\n" if "\r\n" in body else "\n"
    if not node.value:
        before, after = body[: node.start_mark.index].rstrip(" "), body[node.end_mark.index :]
        entries = newline + _entries(candidates, _INDENTATION).rstrip("\n").replace("\n", newline)
        return text[:mark] + before + entries + (after or newline)
    end = _end_of_line(body, _last(node).end_mark.index)
    entries = _entries(candidates, node.value[0][0].start_mark.column).replace("\n", newline)
    gap = "" if body[:end].endswith("\n") else newline
    return text[:mark] + body[:end] + gap + entries + body[end:]


def _connections_node(text: str) -> yaml.MappingNode:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode)  # noqa: S101 - The file was read as a manifest before.
    found: yaml.MappingNode = next(value for key, value in root.value if key.value == "connections")
    return found


def _last(node: yaml.Node) -> yaml.Node:
    """The last node that has text of its own: a block's own end mark lies behind the comments that follow it."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        node = node.value[-1][1] if isinstance(node, yaml.MappingNode) else node.value[-1]
    return node


def _end_of_line(text: str, index: int) -> int:
    if index and text[index - 1] == "\n":
        return index
    end = text.find("\n", index)
    return len(text) if end < 0 else end + 1


def _validated(text: str, path: Path) -> Manifest:
    """The text as a manifest. Raises: ManifestError, which names the lines of `path`."""
    from ..manifest.problems import ManifestError
    from ..manifest.reading import read

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        copy.write_bytes(text.encode("utf-8", "surrogateescape"))
        try:
            return read(copy)[0]
        except ManifestError as error:
            problems = [replace(problem, file=str(path)) for problem in error.problems]
    raise ManifestError(problems)
