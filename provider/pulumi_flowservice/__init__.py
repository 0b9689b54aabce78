"""Amazon Redshift base connections of Adobe Experience Platform's Flow Service as Pulumi resources and look-ups."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from .dynamic.functions import (
    LookupFailedError,
    get_connection,
    get_connection_output,
    get_flows_using,
    get_flows_using_output,
    get_table_columns,
    get_table_columns_output,
    get_tables,
    get_tables_output,
    list_connections,
    list_connections_output,
)
from .dynamic.redshift import RedshiftConnection
from .dynamic.redshift_functions import (
    RedshiftConnectionResult,
    get_redshift_connection,
    get_redshift_connection_output,
    list_redshift_connections,
    list_redshift_connections_output,
)
from .kinds import KINDS
from .lookups.results import ColumnResult, ConnectionResult, FlowResult, TableResult
from .version import __version__

if TYPE_CHECKING:
    from .dynamic.bigquery import BigQueryConnection
    from .dynamic.mariadb import MariaDbConnection
    from .dynamic.mysql import MySqlConnection
    from .dynamic.oracle import OracleConnection
    from .dynamic.postgresql import PostgreSqlConnection
    from .dynamic.snowflake import SnowflakeConnection
    from .dynamic.sqlserver import SqlServerConnection
    from .dynamic.synapse import AzureSynapseConnection

__all__ = [
    "AzureSynapseConnection",
    "BigQueryConnection",
    "ColumnResult",
    "ConnectionResult",
    "FlowResult",
    "LookupFailedError",
    "MariaDbConnection",
    "MySqlConnection",
    "OracleConnection",
    "PostgreSqlConnection",
    "RedshiftConnection",
    "RedshiftConnectionResult",
    "SnowflakeConnection",
    "SqlServerConnection",
    "TableResult",
    "__version__",
    "get_connection",
    "get_connection_output",
    "get_flows_using",
    "get_flows_using_output",
    "get_redshift_connection",
    "get_redshift_connection_output",
    "get_table_columns",
    "get_table_columns_output",
    "get_tables",
    "get_tables_output",
    "list_connections",
    "list_connections_output",
    "list_redshift_connections",
    "list_redshift_connections_output",
]


def __getattr__(name: str) -> object:
    """Import the resource class of a kind when it is first asked for: the provider process needs none of them."""
    module = next((kind.name for kind in KINDS.values() if kind.resource == name), None)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".dynamic.{module}", __name__), name)
