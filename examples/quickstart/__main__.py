"""One Redshift connection and the tables it sees; `make up` sets the configuration, or `pulumi config set` does."""

from __future__ import annotations

import signal

import pulumi
from pulumi_flowservice import RedshiftConnection, get_table_columns, get_tables

# After Ctrl-C the engine says that the update was canceled; a traceback of this program would hide that.
signal.signal(signal.SIGINT, signal.SIG_DFL)

MOST_TABLES = 5

config = pulumi.Config()
warehouse = RedshiftConnection(
    "warehouse",
    server=config.require("server"),
    port=config.get_int("port"),
    database=config.require("database"),
    username=config.require("username"),
    password=config.require_secret("password"),
)
pulumi.export("id", warehouse.id)
pulumi.export("name", warehouse.name)


def tables(connection_id: str) -> dict[str, list[str]]:
    """What the connection sees, table by table; a warehouse may have thousands, and each is a request."""
    shown = [table.path for table in get_tables(connection_id)[:MOST_TABLES]]
    return {path: [f"{each.name} {each.type}" for each in get_table_columns(connection_id, path)] for path in shown}


# In a preview of a new stack the id is not known yet, so nothing is asked.
pulumi.export("tables", warehouse.id.apply(tables))
