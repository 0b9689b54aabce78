"""The page `docs/reference/manifest.md`, made from the schema of connections.yaml."""

from __future__ import annotations

import json
from collections.abc import Collection
from importlib import resources
from typing import Any

from pulumi_flowservice.resources.connection.kinds import KINDS

from tools.reference_pages.resources import cells

Schema = dict[str, Any]

_PAGE = """\
# connections.yaml

For whoever edits the file, or reviews a change of it: every key, and what an edit does.

```yaml
sandboxes:                      # the sandboxes of the stacks, and what connections have in common there
  dev: {{server: redshift.dev.example.com}}
  prod: {{server: redshift.prod.example.com}}
defaults:                       # what all connections have in common
  port: 5439
  username: loader
connections:
  orders:                       # the name in Pulumi
    database: sales
    password: {{env: ORDERS_PASSWORD}}
  campaigns:
    database: marketing
    password: {{config: campaignsPassword}}
    sandboxes: [prod]           # without this key: the sandbox of every stack
    overrides:
      prod: {{username: loader_prod}}
dataflows:
  orders:                       # connections and dataflows each have their own names
    connection: orders          # an entry of `connections`
    table: public.orders
    dataset: Orders             # its name or its id
    deltaColumn: changed_at
    schedule: {{every: 1 day, start: 2030-01-31T06:00:00Z}}
    mapping:                    # path of the dataset's schema: column, {{expression: …}} or {{static: …}}
      _example.id: id
      _example.total: {{expression: price * quantity}}
      _example.channel: {{static: shop}}
```

From the strongest to the weakest: `overrides`, the entry, `sandboxes`, `defaults`. A stack creates the entries of its
own `flowservice:sandbox`.

| key of the file | meaning |
|---|---|
{file}
## Keys of a connection

| key | meaning |
|---|---|
| inputs of its [resource](resources.md) | As in a program. A secret is `{{config: KEY}}` or `{{env: VARIABLE}}`. |
{connection}
`name`, `adopt`, `sandboxes`, `overrides` and `previously` belong to an entry, not to `defaults` or `sandboxes`.

## Keys of a dataflow

| key | meaning |
|---|---|
{dataflow}
| key of `schedule` | meaning |
|---|---|
{schedule}
- An override replaces a whole value: a schedule or a mapping is not merged.
- `defaults` and the values of `sandboxes` are for connections only.
- Dataflows have no `retainOnDelete`: one that is kept would run beside the one that replaces it, and bring each row
  twice.
- Write an id that has digits only in quotes.
- A start that has passed is no error. Only a new dataflow needs one in the future.

## What an edit does

| edit | effect |
|---|---|
| another value | the connection is changed in place |
| a further sandbox | a connection is created there |
| the entry is removed | its connection is deleted, unless a dataflow uses it; with `retainOnDelete`, it is kept |
| another name of the entry | with `previously`, none; without it, the connection is deleted and a new one created |
| another `name` | only the name in the UI changes |
| another order of entries | none |
| what a dataflow reads or where it writes | it is **replaced**: rows may come a second time, and the plan says so |

## Checks

`pulumi-flowservice validate connections.yaml` needs no engine, network or secret. It prints every problem as
`file:line: field: what; remedy`; in GitHub Actions as annotations on the line, with `--json` for machines. It reports:

- unknown and duplicate keys, and values that the resource would refuse;
- a secret in plain text, which it does not print;
- anchors, aliases, tags, and numbers that programs read differently (`012`, `1:30`);
- a sandbox that no `Pulumi.STACK.yaml` beside the file has, and a stack file that cannot be read.

The program makes the same checks, except those against the stack files.

Editors complete and check the file if its first line is `# yaml-language-server: $schema=connections.schema.json`.
`pulumi-flowservice validate --write-schema connections.yaml` writes that schema; run it again after each upgrade.
"""


def page() -> str:
    """Return the page's text."""
    schema = json.loads((resources.files("pulumi_flowservice.manifest") / "connections.schema.json").read_text("utf-8"))
    parts = schema["$defs"]
    params = {param.name for kind in KINDS.values() for param in kind.params}
    return _PAGE.format(
        file=_rows(schema),
        connection=_rows(parts["Entry"], without=params),
        dataflow=_rows(parts["Dataflow"]),
        schedule=_rows(parts["Schedule"]),
    )


def _rows(part: Schema, without: Collection[str] = ()) -> str:
    required = part.get("required", [])
    return "".join(
        cells(f"`{key}`" + (" (required)" if key in required else ""), _meaning(form))
        for key, form in part["properties"].items()
        if key not in without
    )


def _meaning(form: Schema) -> str:
    """Return what a key means, with its values if they are few."""
    values = form.get("enum", [])
    listed = f" {', '.join(f'`{value}`' for value in values)}." if values else ""
    return str(form.get("description", "")) + listed
