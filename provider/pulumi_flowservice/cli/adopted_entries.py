"""Append entries to a `connections.yaml` that adopt existing connections; all other bytes of the file stay the same."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from ..errors import Code, FlowServiceError
from ..lifecycle.names import python_name, without_digits
from ..lifecycle.properties import Properties
from ..lookups.adoptable import Candidate, renamed, would_send
from ..lookups.adoptable_dataflows import DataflowCandidate
from ..manifest.reader import read_text
from .manifest_dataflows import Entry, dataflow_entry, dataflow_owner
from .output import counted
from .placed import Placed, TakenDataflow
from .saved_file import saved_content

if TYPE_CHECKING:
    from ..manifest.content import Manifest, Settled

_HEAD = """\
# Keep `adopt` in an entry until the entry has its secrets. With `retainOnDelete`, a connection stays at the server when
# its entry is removed.
connections:
"""
_INDENTATION = "  "


class _Dumper(yaml.SafeDumper):
    """A YAML writer that puts strings with line breaks or unprintable characters in double quotes, on one line."""

    def represent_text(self, text: str) -> yaml.ScalarNode:
        """Return a scalar. PyYAML chooses the quotes of printable strings."""
        style = None if text.isprintable() else '"'
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=style)

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent a list below its key; PyYAML's default does not."""
        return super().increase_indent(flow, False)


_Dumper.add_representer(str, _Dumper.represent_text)


class EntriesFile:
    """A `connections.yaml`, which may not exist yet."""

    def __init__(self, path: Path) -> None:
        """Read the file if it exists. Raises: FlowServiceError, if it cannot be used."""
        self.path = path
        self.before = saved_content(path)
        self._text = None if self.before is None else self.before.decode("utf-8", "surrogateescape")
        self._manifest = _validated(f"{_HEAD.rstrip()} {{}}" if self._text is None else self._text, path)

    def place(self, candidates: Sequence[Candidate], sandbox: str, names: Set[str]) -> list[Placed]:
        """Return each candidate, compared with the file; new entries get none of these names, which others have."""
        owners = dict(_owners(self._manifest, candidates, sandbox))
        taken = {*self._manifest.connections, *names}
        fitting = [each if each.connection.id in owners else renamed(each, taken) for each in candidates]
        entries = {each.resource_name: self._entry(each) for each in fitting if each.connection.id not in owners}
        whole = replace(self._manifest, connections={**self._manifest.connections, **entries})
        placed = []
        for candidate in fitting:
            owner = owners.get(candidate.connection.id)
            settled = whole.settled(owner or candidate.resource_name, sandbox)
            placed.append(Placed(candidate, owner, tuple(_differences(candidate, settled, sandbox))))
        return placed

    @property
    def dataflow_names(self) -> Set[str]:
        """The names that a new dataflow must not have."""
        return self._manifest.dataflows.keys()

    def owner_of(self, candidate: DataflowCandidate, sandbox: str) -> str | None:
        """Return the entry of this sandbox that adopts a dataflow, or has created it."""
        return dataflow_owner(self._manifest, candidate, sandbox)

    def with_entries(self, candidates: Sequence[Candidate], dataflows: Sequence[TakenDataflow] = ()) -> str:
        """Return the content of the file with these entries. Raises: FlowServiceError, if it would not be valid."""
        text = f"{_HEAD.rstrip()} {{}}\n" if self._text is None else self._text
        entries = {each.resource_name: self._entry(each) for each in candidates}
        flows = {each.candidate.resource_name: dataflow_entry(each) for each in dataflows}
        for section, added in (("connections", entries), ("dataflows", flows)):
            text = _appended(text, section, _lines(added), self.path) if added else text
        _validated(text, self.path)
        return text

    def added(self, candidates: Sequence[Candidate], dataflows: Sequence[TakenDataflow] = ()) -> str:
        """Return only the new part of the file."""
        entries = {each.resource_name: self._entry(each) for each in candidates}
        flows = {each.candidate.resource_name: dataflow_entry(each) for each in dataflows}
        head = "" if self._text is not None else _HEAD
        return head + _lines(entries) + (f"dataflows:\n{_lines(flows)}" if flows else "")

    def next_step(self, taken: Sequence[Placed], dataflows: int = 0) -> str:
        """Return what the next `pulumi up` will do, and how a program reads the file."""
        return (
            f"{after_up(taken, dataflows)}\n\nThe program reads the file with these lines:\n\n"
            f'  from pulumi_flowservice.manifest import connections\n\n  connections("{self.path}")'
        )

    def _entry(self, candidate: Candidate) -> Entry:
        sandbox = candidate.inputs["sandbox"]
        given = {name: value for name, value in candidate.inputs.items() if name != "sandbox"}
        kind = {} if candidate.kind == self._manifest.kind(sandbox) else {"kind": candidate.kind.name}
        return {"sandboxes": [sandbox], **kind, **given, "retainOnDelete": True}


def after_up(taken: Sequence[Placed], dataflows: int) -> str:
    """Return what the next `pulumi up` will do."""
    changing = len([each for each in taken if each.would_send])
    changed = counted(changing, "connection") if changing else "nothing"
    adopted = "them" if dataflows else "the connection" if len(taken) == 1 else "the connections"
    return f'The next `pulumi up` shows "create", but it adopts {adopted} and changes {changed} at the server.'


def _owners(manifest: Manifest, candidates: Sequence[Candidate], sandbox: str) -> Iterator[tuple[str, str]]:
    """Yield the id of each candidate that an entry of this sandbox adopts or has created, with the entry's name."""
    adopted: dict[str, str] = {}
    given_names: dict[tuple[str, str], str] = {}
    automatic_names: dict[tuple[str, str], str] = {}
    for name in manifest.connections:
        settled = manifest.settled(name, sandbox)
        given = settled.inputs.get("name")
        if adopt := settled.inputs.get("adopt"):
            adopted[adopt] = name
        elif manifest.goes_to(name, sandbox):
            (given_names if given else automatic_names)[settled.kind.name, given or name] = name
    for each in (candidate.connection for candidate in candidates):
        stem = without_digits(each.name)
        automatic = automatic_names.get((each.kind, stem)) if stem != each.name else None
        if owner := adopted.get(each.id) or given_names.get((each.kind, each.name)) or automatic:
            yield each.id, owner


def _differences(candidate: Candidate, settled: Settled, sandbox: str) -> Iterator[str]:
    secrets = settled.kind.secrets
    given: Properties = {name: value for name, value in settled.inputs.items() if name not in secrets}
    yield from would_send(candidate, {**given, "adopt": candidate.connection.id, "sandbox": sandbox})
    yield from (python_name(name) for name in secrets if name in settled.inputs)


def _lines(entries: Mapping[str, Entry]) -> str:
    """Return entries as lines of a file, indented; empty if there are none."""
    text = yaml.dump(dict(entries), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=2**30) if entries else ""
    return textwrap.indent(text, _INDENTATION)


def _appended(text: str, section: str, entries: str, path: Path) -> str:
    """Return the content with the entries after the last one of a section, which is added if there is none."""
    mark = text.startswith("\ufeff")
    body = text[mark:]
    newline = "\r\n" if "\r\n" in body else "\n"
    node = _section_node(body, section, path)
    if node is None:
        gap = "" if body.endswith("\n") else newline
        return text[:mark] + body + gap + f"{section}:\n{entries}".replace("\n", newline)
    if node.flow_style and node.value:
        raise _in_braces(f"`{section}`", path)
    if not node.value:
        before, after = body[: node.start_mark.index].rstrip(" "), body[node.end_mark.index :]
        return text[:mark] + before + newline + entries.rstrip("\n").replace("\n", newline) + (after or newline)
    end = _end_of_line(body, _last(node).end_mark.index)
    indentation = " " * node.value[0][0].start_mark.column
    added = textwrap.indent(textwrap.dedent(entries), indentation).replace("\n", newline)
    gap = "" if body[:end].endswith("\n") else newline
    return text[:mark] + body[:end] + gap + added + body[end:]


def _section_node(text: str, section: str, path: Path) -> yaml.MappingNode | None:
    """Return the node of a section; None if the file has none. Raises: FlowServiceError, if none can be added."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode)  # noqa: S101 - The file was read as a manifest before.
    found: yaml.MappingNode | None = next((value for key, value in root.value if key.value == section), None)
    if found is None and (root.flow_style or root.start_mark.column):
        raise _in_braces("the file", path)
    return found


def _in_braces(what: str, path: Path) -> FlowServiceError:
    return FlowServiceError(
        f"{what} in {path} is written in braces, and entries can be appended only if each key is on a line of its own",
        code=Code.FILE,
        remedy="Write each key on its own line, without braces, or choose another --output.",
    )


def _last(node: yaml.Node) -> yaml.Node:
    """Return the last node below this one. The end mark of a block itself is behind the comments after it."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        node = node.value[-1][1] if isinstance(node, yaml.MappingNode) else node.value[-1]
    return node


def _end_of_line(text: str, index: int) -> int:
    if index and text[index - 1] == "\n":
        return index
    end = text.find("\n", index)
    return len(text) if end < 0 else end + 1


def _validated(text: str, path: Path) -> Manifest:
    """Return the content as a manifest. Raises: ManifestError, which names the lines of `path`."""
    return read_text(text.encode("utf-8", "surrogateescape"), str(path))[0]
