"""The pages of the resources in `docs/reference`, made from the schema: inputs and outputs, each with an example."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pulumi_flowservice.lifecycle.names import python_name
from pulumi_flowservice.plugin.schema import package
from pulumi_flowservice.resources.connection.authentication import Param
from pulumi_flowservice.resources.connection.common import INPUTS, OUTPUTS
from pulumi_flowservice.resources.connection.kind import Kind
from pulumi_flowservice.resources.connection.kinds import KINDS
from pulumi_flowservice.resources.dataflow.dataflow import DATAFLOW

from tools.generate_sdk.texts import in_python

Schema = dict[str, Any]

_ALL = """\
# Inputs and outputs

For whoever writes a program: what all connections have in common, and the page of each resource.

{kinds}
Programs in Python have snake case (`connection_test`), as these pages; the state, YAML and other languages have camel
case (`connectionTest`). `ignore_changes` takes both.

A property that was never in the program is not managed: it is neither compared nor changed. If an optional one (such as
`port` or `description`) was in the program and is now left out, it is removed at the server; a name stays. After
`pulumi import`, everything that the API shows counts as set by the program.

## Inputs of every connection

| input | type | meaning |
|---|---|---|
{inputs}
Only a change of `sandbox` replaces a connection. Everything else is changed in place, except the way to authenticate,
whose change is refused ([databases](databases.md)).

The seven hex digits of the default name are made from the names of project, stack and resource. A stack gets the same
name each time, and so does another project with the same names.

## Outputs of every connection

All inputs, and:

| output | type | meaning |
|---|---|---|
{outputs}
[Credentials in doubt](errors.md#credentials-in-doubt) explains `credentials_in_doubt`.
"""
_KIND = """\
# {resource}

For whoever connects {title}: an example, every input, and how to take one over.
{introduction}
## Example

{example}
## Inputs

These, and the [inputs of every connection](../resources.md#inputs-of-every-connection):

| input | type | required | meaning |
|---|---|---|---|
{inputs}
Outputs are all inputs, and the [outputs of every connection](../resources.md#outputs-of-every-connection).
{ways}
## Import

The input `adopt` takes over what exists, with both providers ([how](../../how-to/adopt.md)). With the
[native provider](../../how-to/native.md), so does this:

```sh
pulumi import {type} orders SANDBOX/ID
```
"""
_WAYS = """
Which inputs are required depends on the way to authenticate: [databases](../databases.md).
"""
_DATAFLOW = """\
# Dataflow

For whoever brings the rows of a table into a dataset. [From a table to a dataset](../../how-to/dataflow.md) says what
can be changed, and what a replacement does to rows.

## Example

{example}
## Inputs

| input | type | required | meaning |
|---|---|---|---|
{inputs}
A `schedule` has `frequency` (`once`, `minute`, `hour`, `day`, `week`), `interval` (default 1; for `minute` required, at
least 15), `start_time` (ISO 8601 with a zone; default: a few minutes after the creation), `backfill` (default: true).
`options` are `error_diagnostics` and `partial_ingestion_percent`.

## Outputs

All inputs, and:

| output | type | meaning |
|---|---|---|
{outputs}"""


def pages(folder: Path) -> dict[Path, str]:
    """Return the text of each page below the folder of the reference."""
    made = {folder / "resources" / f"{kind.name}.md": _kind(kind) for kind in KINDS.values()}
    return {folder / "resources.md": _all(), **made, folder / "resources" / "dataflow.md": _dataflow()}


def _all() -> str:
    inputs, outputs = _common(next(iter(KINDS.values())))
    kinds = "".join(f"- [{kind.resource}](resources/{kind.name}.md): {kind.title}\n" for kind in KINDS.values())
    return _ALL.format(
        kinds=kinds + "- [Dataflow](resources/dataflow.md): from a table to a dataset\n",
        inputs="".join(_row(name, form) for name, form in inputs.items()),
        outputs="".join(_row(name, form) for name, form in outputs.items()),
    )


def _kind(kind: Kind) -> str:
    resource = package()["resources"][kind.native_type]
    rows = [
        _row(each.name, resource["inputProperties"][each.name], _required(kind, each), kind=kind)
        for each in kind.params
    ]
    return _KIND.format(
        resource=kind.resource,
        title=kind.title,
        introduction=f"\n{in_python(kind.introduction, kind)}\n" if kind.introduction else "",
        example=_example(resource, kind.resource),
        inputs="".join(rows),
        ways=_WAYS if len(kind.authentications) > 1 else "",
        type=kind.native_type,
    )


def _dataflow() -> str:
    resource = package()["resources"][DATAFLOW.native_type]
    required = resource["requiredInputs"]
    inputs = "".join(
        cells(
            f"`{python_name(name)}`",
            DATAFLOW.inputs[name].type.json_type,
            "yes" if name in required else "no",
            in_python(form["description"], DATAFLOW),
        )
        for name, form in resource["inputProperties"].items()
    )
    outputs = "".join(
        cells(f"`{python_name(name)}`", each.type.json_type, in_python(each.description, DATAFLOW))
        for name, each in DATAFLOW.outputs.items()
    )
    return _DATAFLOW.format(example=_example(resource, "Dataflow", "ScheduleArgs"), inputs=inputs, outputs=outputs)


def _example(resource: Schema, *classes: str) -> str:
    """Return the schema's example in Python, with the classes of the dynamic provider, and in YAML."""
    found = dict(re.findall(r"^```(\w+)\n(.*?)^```", resource["description"], re.S | re.M))
    program = found["python"].replace("flowservice.", "")
    program = program.replace(
        "import pulumi_flowservice_native as flowservice", f"from pulumi_flowservice import {', '.join(classes)}"
    )
    return f"```python\n{program}```\n\n```yaml\n{found['yaml']}```\n"


def _common(kind: Kind) -> tuple[Schema, Schema]:
    """Return the inputs and the further outputs that every kind has."""
    resource = package()["resources"][kind.native_type]
    inputs, outputs = resource["inputProperties"], resource["properties"]
    own = {param.name for param in kind.params}
    return (
        {name: form for name, form in inputs.items() if name not in own},
        {name: form for name, form in outputs.items() if name not in inputs},
    )


def _row(name: str, form: Schema, *more: str, kind: Kind | None = None) -> str:
    common = {**INPUTS, **OUTPUTS}.get(name)
    # The schema says less of a property that all kinds have: Python accepts several types.
    json_type = common.type.json_type if common else form["type"]
    secret = " Secret." if form.get("secret") else ""
    return cells(f"`{python_name(name)}`", json_type, *more, in_python(form["description"], kind) + secret)


def _required(kind: Kind, param: Param) -> str:
    """Return whether every connection, some ways to authenticate, or none need a param."""
    needed = [any(each.name == param.name and each.is_required for each in way.params) for way in kind.authentications]
    return "yes" if all(needed) else "depends" if any(needed) else "no"


def cells(*texts: str) -> str:
    """Return a row of a table."""
    return f"| {' | '.join(texts)} |\n"
