"""The pages in `docs/reference` made from the code; `python -m tests.support.reference_pages` writes them anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from click.testing import CliRunner
from pulumi_flowservice.cli.__main__ import COMMANDS, main
from pulumi_flowservice.lifecycle.properties import python_name
from pulumi_flowservice.plugin.schema import package
from pulumi_flowservice.resources.connection.authentication import Param
from pulumi_flowservice.resources.connection.common import INPUTS, OUTPUTS
from pulumi_flowservice.resources.connection.kind import Kind
from pulumi_flowservice.resources.connection.kinds import KINDS
from pulumi_flowservice.resources.dataflow.dataflow import DATAFLOW
from pulumi_flowservice.settings import SETTINGS, variable

from tools.generate_sdk.texts import in_python

Schema = dict[str, Any]

DOCS = Path(__file__).parents[2] / "docs" / "reference"
_INPUTS = """\
# Inputs and outputs

A program in Python gives inputs in snake case (`connection_test`), as in these tables; the state, YAML and other
languages have them in camel case (`connectionTest`). `ignore_changes` accepts both. A property that was never in the
program is not managed: it is neither compared nor changed. (After `pulumi import`, all properties that the API shows
count as set by the program.) If an optional one (such as `port` or `description`) was in the program and is now left
out, it is removed at the server; a name stays.

[adopt.md](../how-to/adopt.md#look-up) explains look-ups, such as `RedshiftConnection.get` and `get_flows_using`.

## Inputs of every connection

| input | type | meaning |
|---|---|---|
"""
_CONNECTION_TEST = """

Only a change of `sandbox` in the program replaces a connection. Everything else is changed in place, except the way to
authenticate, whose change is refused ([databases.md](databases.md)).
"""
_OUTPUTS = """
## Outputs of every connection

All inputs, and:

| output | type | meaning |
|---|---|---|
"""
_DOUBT = """
[errors.md](errors.md#credentials-in-doubt) explains `credentials_in_doubt`.
"""
_KIND = """
## {resource}

{text}

| input | type | required | meaning |
|---|---|---|---|
"""
_DATAFLOW = """
## Dataflow

The rows of a table arrive in a dataset: [dataflow.md](../how-to/dataflow.md).

| input | type | required | meaning |
|---|---|---|---|
{inputs}
A `schedule` has `frequency` (`once`, `minute`, `hour`, `day`, `week`), `interval` (default 1; for `minute` required, at
least 15), `start_time` (ISO 8601 with a zone; default: a few minutes after the creation), `backfill` (default: true).
`options` are `error_diagnostics` and `partial_ingestion_percent`.

| output | type | meaning |
|---|---|---|
{outputs}"""
_CONFIGURATION = """\
# Configuration

Stack config takes precedence over the environment, and the environment over the default. If the stack config has
any of `clientId`, `clientSecret` and `accessToken`, those in the environment are ignored. `pulumi-flowservice doctor
--stack NAME` shows where each setting comes from.

| stack config | environment | default | meaning |
|---|---|---|---|
"""
_CONFIGURATION_END = """
Keep secrets out of the command line: `pulumi config set --secret flowservice:clientSecret` asks for the value.
`flowservice:sandbox` has no default value, so `prod` is never used by accident. The resource option `customTimeouts`
has an effect with the [native provider](../how-to/native.md) only.
"""
_COMMANDS = """\
# Commands

The command `pulumi-flowservice` comes with the extra `cli`: `pip install '.[cli]'` in a checkout. This page shows
the output of `--help`.

```
{help}
```
"""
_COMMAND = """
## pulumi-flowservice {name}

```
{help}
```
"""


def pages() -> dict[Path, str]:
    """Return the text of each page."""
    return {
        DOCS / "resources.md": _inputs(),
        DOCS / "settings.md": _configuration(),
        DOCS / "commands.md": _commands(),
    }


def _inputs() -> str:
    resources = package()["resources"]
    common, computed = _common(next(iter(KINDS.values())))
    kinds = [
        _KIND.format(resource=kind.resource, text=in_python(f"{kind.title}. {kind.introduction}".strip(), kind))
        + "".join(
            _row(
                param.name,
                resources[kind.native_type]["inputProperties"][param.name],
                _required(kind, param),
                kind=kind,
            )
            for param in kind.params
        )
        for kind in KINDS.values()
    ]
    kinds.append(_dataflow(resources[DATAFLOW.native_type]))
    inputs = "".join(_row(name, form) for name, form in common.items())
    outputs = "".join(_row(name, form) for name, form in computed.items())
    return "".join((_INPUTS, inputs, _CONNECTION_TEST, _OUTPUTS, outputs, _DOUBT, *kinds))


def _dataflow(resource: Schema) -> str:
    required = resource["requiredInputs"]
    inputs = "".join(
        _cells(
            f"`{python_name(name)}`",
            DATAFLOW.inputs[name].type.json_type,
            "yes" if name in required else "no",
            in_python(form["description"], DATAFLOW),
        )
        for name, form in resource["inputProperties"].items()
    )
    outputs = "".join(
        _cells(f"`{python_name(name)}`", each.type.json_type, in_python(each.description, DATAFLOW))
        for name, each in DATAFLOW.outputs.items()
    )
    return _DATAFLOW.format(inputs=inputs, outputs=outputs)


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
    return _cells(f"`{python_name(name)}`", json_type, *more, in_python(form["description"], kind) + secret)


def _required(kind: Kind, param: Param) -> str:
    """Return whether every connection, some ways to authenticate, or none need a param."""
    needed = [any(each.name == param.name and each.is_required for each in way.params) for way in kind.authentications]
    return "yes" if all(needed) else "[depends](databases.md)" if any(needed) else "no"


def _configuration() -> str:
    rows = [
        _cells(
            f"`flowservice:{key}`" + (" (secret)" if setting.is_secret else ""),
            f"`{variable(key)}`",
            _default(setting.default),
            setting.description,
        )
        for key, setting in SETTINGS.items()
    ]
    return _CONFIGURATION + "".join(rows) + _CONFIGURATION_END


def _default(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"{value:g} seconds" if isinstance(value, float) else f"`{value}`"


def _commands() -> str:
    parts = (_COMMAND.format(name=name, help=_help(name)) for name in COMMANDS)
    return _COMMANDS.format(help=_help()) + "".join(parts)


def _help(*command: str) -> str:
    """Return what a command prints at a terminal of 100 columns."""
    asked = CliRunner().invoke(main, [*command, "--help"], prog_name="pulumi-flowservice", terminal_width=100)
    assert asked.exit_code == 0, asked.output
    return asked.output.rstrip()


def _cells(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    for page, text in pages().items():
        page.write_text(text, encoding="utf-8")
