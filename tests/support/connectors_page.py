"""The page `docs/connectors.md`, made from the kinds; `python -m tests.support.connectors_page` writes it anew."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

from pulumi_flowservice.kinds import KINDS
from pulumi_flowservice.kinds.kind import Authentication, Kind

PAGE = Path(__file__).parents[2] / "docs" / "connectors.md"
_HEAD = """\
# Connectors

Each kind of database has a resource class and a provider of its own; what they do is the same for all. A param with
`*` is required, one in _italics_ is secret: it is never shown, and never compared with what the API shows.

The params that a program gives choose the way to authenticate. A mixture is refused at preview, and so is another way
for a connection that exists: Flow Service wants a new connection for it. Declare one beside the old one, let the
dataflows use it, then remove the old one.

A connection string is one secret: nothing of it is shown, taken apart or compared, so drift shows in name and
description only. When the answer to such a creation is lost, a connection of the same name is named in the error, with
what to do, and is never taken over.

| `kind` | resource | connection spec | way to authenticate: params | source |
|---|---|---|---|---|
"""
_FOOT = """
In Python the params are written in snake_case (`connection_string`). In `connections.yaml` they are written as here,
`kind` names the kind, and secrets are references (`{config: KEY}` or `{env: VARIABLE}`).

`privateKey` of Snowflake is taken in PEM form (PKCS#8) or as Adobe asks for it: the lines between the first and the
last one, joined, and base64-encoded. A PEM is brought into that form; anything else is sent as it is.
`keyFileContent` of BigQuery is taken as the JSON file or as its base64. `sslMode` is any string, because Adobe's
documents disagree about its values; on AWS it is `"true"` or `"false"`.
"""


def page() -> str:
    """Return the page's text."""
    return _HEAD + "".join(f"{_row(kind)}\n" for kind in KINDS.values()) + _FOOT


def _row(kind: Kind) -> str:
    ways = "<br>".join(f"`{way.spec_name}`: {', '.join(_params(way))}" for way in kind.authentications)
    return f"| `{kind.name}` | `{kind.resource}` | `{kind.spec_id}` | {ways} | {_source(kind)} |"


def _params(way: Authentication) -> Iterator[str]:
    for param in way.params:
        name = f"`{param.name}`" + ("\\*" if param.is_required else "")
        yield f"_{name}_" if param.is_secret else name


def _source(kind: Kind) -> str:
    """Return the first sentence of the kind's module about its source; the module has the kind's name."""
    text = importlib.import_module(f"pulumi_flowservice.kinds.{kind.name}").__doc__ or ""
    found = re.search(r"Source: (.*?)[.;](?:\s|$)", text, re.S)
    assert found, f"{kind.name} names no source"
    return " ".join(found[1].split())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
