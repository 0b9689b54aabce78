"""Write resources that adopt what exists as Python, in a module that a Pulumi program imports."""

from __future__ import annotations

import ast
import json
import keyword
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import Path

from ..errors import Code, FlowServiceError
from ..lifecycle.names import python_name
from ..lookups.adoptable import Candidate
from ..lookups.adoptable_dataflows import DataflowCandidate
from ..resources.dataflow.dataflow import DATAFLOW
from .adopted_entries import after_up
from .placed import Placed, TakenDataflow, place_by_id
from .saved_file import saved_content

_HEAD = """\
# Keep `adopt` in a connection until it has its secrets. With `retain_on_delete`, it stays at the server when it is
# removed here.
"""
_LINE = 110


class PythonFile:
    """A module with resources, which may not exist yet."""

    def __init__(self, path: Path) -> None:
        """Read the module if it exists. Raises: FlowServiceError, if it cannot be used."""
        self.path = path
        self.before = saved_content(path)
        self._text = "" if self.before is None else self.before.decode("utf-8", "surrogateescape")
        self._calls = dict(_calls(self._text, path))

    @property
    def dataflow_names(self) -> Set[str]:
        """The names that a new dataflow must not have."""
        return {name for name, _, _ in self._calls.values()}

    def place(self, candidates: Sequence[Candidate], sandbox: str, names: Set[str]) -> list[Placed]:
        """Return each candidate, with the name of the resource that already adopts it, or a name that nobody has."""
        return place_by_id(candidates, self._owner, {*self.dataflow_names, *names})

    def owner_of(self, candidate: DataflowCandidate, sandbox: str) -> str | None:
        """Return the name of the resource that already adopts a dataflow."""
        return self._owner(candidate.id)

    def with_entries(self, candidates: Sequence[Candidate], dataflows: Sequence[TakenDataflow] = ()) -> str:
        """Return the content of the module with these resources. Raises: FlowServiceError, if it would not be valid."""
        gap = "\n" if self._text.strip() else ""
        text = self._text + gap + self.added(candidates, dataflows)
        dict(_calls(text, self.path))
        return text

    def added(self, candidates: Sequence[Candidate], dataflows: Sequence[TakenDataflow] = ()) -> str:
        """Return only the new part of the module."""
        classes = {each.kind.resource for each in candidates} | ({DATAFLOW.resource} if dataflows else set())
        lines = ["import pulumi"] if candidates else []
        lines += [f"from pulumi_flowservice import {', '.join(sorted(classes))}"] if classes else []
        imports = "".join(f"{line}\n" for line in lines if line not in self._text.splitlines())
        head = "" if self._text else _HEAD
        variables = self._variables([*candidates, *(each.candidate for each in dataflows)])
        connections = (_connection(each, variables) for each in candidates)
        flows = (_dataflow(each, variables) for each in dataflows)
        return "\n".join([head + imports, *connections, *flows])

    def next_step(self, taken: Sequence[Placed], dataflows: int = 0) -> str:
        """Return what the next `pulumi up` will do, and how a program uses the module."""
        line = f"  import {self.path.stem}"
        return f"{after_up(taken, dataflows)}\n\nThe program reads the file with this line:\n\n{line}"

    def _owner(self, object_id: str) -> str | None:
        return next((name for name, adopted, _ in self._calls.values() if adopted == object_id), None)

    def _variables(self, candidates: Sequence[Candidate | DataflowCandidate]) -> dict[str, str]:
        """Return the variables by the names of their resources: those of the module, and one for each candidate."""
        found = {name: variable for name, _, variable in self._calls.values() if variable}
        for name in (each.resource_name for each in candidates):
            variable = _variable(name)
            while variable in ("pulumi", *found.values()):
                variable += "_"
            found[name] = variable
        return found


def _calls(text: str, path: Path) -> Iterator[tuple[int, tuple[str, str, str]]]:
    """Yield for each call with a name the name, the id that it adopts, and the variable; both may be empty."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        remedy = "Choose another --output."
        raise FlowServiceError(f"{path} is not a module in Python", code=Code.FILE, remedy=remedy) from None
    variables = {
        id(node.value): node.targets[0].id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for number, node in enumerate(ast.walk(tree)):
        if isinstance(node, ast.Call) and node.args and isinstance(name := _constant(node.args[0]), str):
            adopted = next((_constant(each.value) for each in node.keywords if each.arg == "adopt"), "")
            yield number, (name, str(adopted), variables.get(id(node), ""))


def _constant(node: ast.expr) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def _connection(candidate: Candidate, variables: Mapping[str, str]) -> str:
    given = {python_name(name): _literal(value) for name, value in candidate.inputs.items()}
    options = "pulumi.ResourceOptions(retain_on_delete=True)"
    name = candidate.resource_name
    return _call(variables[name], name, candidate.kind.resource, {**given, "opts": options})


def _dataflow(taken: TakenDataflow, variables: Mapping[str, str]) -> str:
    name, inputs = taken.candidate.resource_name, {**taken.candidate.inputs, **taken.mapping}
    order = [each for each in DATAFLOW.inputs if each in inputs and each not in ("adopt", "sandbox", "connection")]
    connection = variables.get(taken.connection)
    given = {
        "adopt": _literal(taken.candidate.id),
        "sandbox": _literal(taken.sandbox),
        "connection": f"{connection}.id" if connection else _literal(taken.candidate.connection_id),
        **{python_name(each): _literal(inputs[each]) for each in order},
    }
    return _call(variables[name], name, DATAFLOW.resource, given)


def _call(variable: str, name: str, class_name: str, arguments: Mapping[str, str]) -> str:
    lines = [f"    {argument}={value},\n" for argument, value in arguments.items()]
    return f"{variable} = {class_name}(\n    {_literal(name)},\n{''.join(lines)})\n"


def _variable(name: str) -> str:
    """Return a variable for a resource; its name has only ASCII letters, digits and `_.-`."""
    plain = re.sub(r"[^a-z0-9_]", "_", name.lower())
    return f"_{plain}" if plain[:1].isdigit() or keyword.iskeyword(plain) else plain


def _literal(value: object, indent: str = "    ") -> str:
    """Return a value of JSON as Python, with double quotes; a long dictionary has a line for each key."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=not value.isprintable())
    if isinstance(value, Mapping):
        parts = [f"{_literal(key)}: {_literal(inner, indent + '    ')}" for key, inner in value.items()]
        if sum(map(len, parts)) < _LINE - len(indent) - 2 * len(parts) - 20:
            return f"{{{', '.join(parts)}}}"
        return "{\n" + "".join(f"{indent}    {part},\n" for part in parts) + f"{indent}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_literal(inner, indent) for inner in value)}]"
    return repr(value)
