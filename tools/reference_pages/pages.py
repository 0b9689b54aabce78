"""All pages in `docs/reference` that are made from the code."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner
from pulumi_flowservice.cli.__main__ import COMMANDS, main
from pulumi_flowservice.lifecycle.names import python_name
from pulumi_flowservice.plugin.schema import package
from pulumi_flowservice.settings import SETTINGS, variable

from tools.generate_sdk.texts import in_python
from tools.reference_pages import databases, manifest, resources
from tools.reference_pages.resources import cells

DOCS = Path(__file__).parents[2] / "docs" / "reference"
_SETTINGS = """\
# Settings

For whoever sets up a stack or a pipeline: every setting, where it can be set, and its default.

Stack config takes precedence over the environment, and the environment over the default. If the stack config has any of
`clientId`, `clientSecret` and `accessToken`, those in the environment are ignored. `pulumi-flowservice doctor --stack
NAME` shows where each setting comes from.

| stack config | environment | default | meaning |
|---|---|---|---|
"""
_SETTINGS_END = """
Keep secrets out of the command line: `pulumi config set --secret flowservice:clientSecret` asks for the value.
`flowservice:sandbox` has no default value, so `prod` is never used by accident. The resource option `customTimeouts`
has an effect with the [native provider](../how-to/native.md) only.
"""
_COMMANDS = """\
# Commands

For whoever works at a terminal or writes a pipeline: what `--help` of each command prints, with its exit codes.

The command `pulumi-flowservice` comes with the extra `cli`: `pip install '.[cli]'` in a checkout.

![The terminal after pulumi-flowservice list: three connections with kind, state, number of flows, time of the last
change, and below each of them host and database and who changed it](../pictures/list.svg)

Bash, Zsh and Fish complete commands, options and codes after one line in their start-up file, such as `~/.bashrc`:
`eval "$(_PULUMI_FLOWSERVICE_COMPLETE=bash_source pulumi-flowservice)"` (or `zsh_source`; for Fish, pipe the output of
`_PULUMI_FLOWSERVICE_COMPLETE=fish_source pulumi-flowservice` into `source`).

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
_FUNCTIONS = """\
# Look-ups

For whoever needs an id, a table or a dataset in a program: the functions that read what a sandbox has. None changes
anything, and no result holds a password.

```python
from pulumi_flowservice import get_tables_output

tables = get_tables_output(orders.id)
pulumi.export("tables", tables.apply(lambda found: [table.path for table in found]))
```

| function in Python | in other languages | arguments | result |
|---|---|---|---|
{rows}
- Each function of Python has a form `…_output` that takes Inputs and returns an Output. The functions of
  `pulumi_flowservice.native` also take `opts`, such as an explicit provider.
- `sandbox` is `flowservice:sandbox` if it is left out. Of `id` and a name, give one.
- Look-ups read in previews, too. If an id is not known in a preview, no request is made and the result is unknown.
- A name that several objects have is an error that lists them. `list_…` functions compare every argument exactly.
- `RedshiftConnection.get("orders", id)` reads an existing connection as a resource of the stack, which Pulumi never
  changes or deletes; `sandbox=` says where, if not in the default sandbox.
- A failed look-up ends the program with an error of one paragraph; `flowservice:debug` adds the traceback.
"""


def pages() -> dict[Path, str]:
    """Return the text of each page."""
    return {
        **resources.pages(DOCS),
        DOCS / "databases.md": databases.page(),
        DOCS / "settings.md": _settings(),
        DOCS / "commands.md": _commands(),
        DOCS / "functions.md": _functions(),
        DOCS / "manifest.md": manifest.page(),
    }


def _settings() -> str:
    rows = [
        cells(
            f"`flowservice:{key}`" + (" (secret)" if setting.is_secret else ""),
            f"`{variable(key)}`",
            _default(setting.default),
            setting.description,
        )
        for key, setting in SETTINGS.items()
    ]
    return _SETTINGS + "".join(rows) + _SETTINGS_END


def _default(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"{value:g} seconds" if isinstance(value, float) else f"`{value}`"


def _functions() -> str:
    rows = []
    for token, form in package()["functions"].items():
        name = token.rpartition(":")[2]
        arguments = ", ".join(f"`{python_name(each)}`" for each in form["inputs"]["properties"])
        result = in_python(form["description"]).removeprefix("Return ")
        rows.append(cells(f"`{python_name(name)}`", f"`{name}`", arguments, result[0].upper() + result[1:]))
    return _FUNCTIONS.format(rows="".join(rows))


def _commands() -> str:
    parts = (_COMMAND.format(name=name, help=_help(name)) for name in COMMANDS)
    return _COMMANDS.format(help=_help()) + "".join(parts)


def _help(*command: str) -> str:
    """Return what a command prints at a terminal of 100 columns."""
    asked = CliRunner().invoke(main, [*command, "--help"], prog_name="pulumi-flowservice", terminal_width=100)
    if asked.exit_code:
        raise RuntimeError(f"{' '.join(command)} --help has failed: {asked.output}")
    return asked.output.rstrip()
