"""The page `docs/reference/databases.md`, made from the kinds."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator

from pulumi_flowservice.resources.connection.authentication import Authentication
from pulumi_flowservice.resources.connection.kind import Kind
from pulumi_flowservice.resources.connection.kinds import KINDS

_HEAD = """\
# Databases

For whoever connects a database: which kinds there are, and which parameters each way to authenticate takes.

Each kind of database has its own [resource](resources.md). All of them behave in the same way. A parameter with `*` is
required, one in _italics_ is secret: it is never shown, and never compared with what the API shows.

The parameters in the program decide how the connection authenticates. Parameters of two ways cannot be mixed. The way
cannot be changed later: Flow Service requires a new connection. A preview refuses mixed parameters and a change of the
way; if a connection to adopt uses another way, only `up` refuses it. To change the way, declare a second connection,
switch the dataflows to it, then remove the old one.

A connection string is one secret: nothing of it is shown, taken apart or compared. Drift shows a changed name or
description; of any other change by somebody else, it shows only that the credentials are in doubt
([what that means](errors.md#credentials-in-doubt)). If the answer to the creation of such a connection is lost, the
provider cannot recognise it. The error names the connections with the same name and says what to do.

| `kind` | resource | connection spec | way to authenticate: parameters | source |
|---|---|---|---|---|
"""
_FOOT = """
In Python the parameters are written in snake_case (`connection_string`). In `connections.yaml` they are written as
here, `kind` names the kind, and secrets are references (`{config: KEY}` or `{env: VARIABLE}`).

`privateKey`, of the key pair of a Snowflake user, may be a PEM file (PKCS#8) or the form that Adobe asks for: the lines
between the first and the last one, joined and encoded in base64. A PEM is converted into that form. `keyFileContent` of
BigQuery may be the JSON file or its base64. `sslMode` is any string, because Adobe's documents disagree about its
values; on AWS it is `"true"` or `"false"`.
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
    text = importlib.import_module(f"pulumi_flowservice.resources.connection.kinds.{kind.name}").__doc__ or ""
    found = re.search(r"Source: (.*?)[.;](?:\s|$)", text, re.S)
    if not found:
        raise ValueError(f"the kind {kind.name} names no source; write one into the docstring of its module")
    return " ".join(found[1].split())
