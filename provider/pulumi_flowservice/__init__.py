"""Amazon Redshift base connections of Adobe Experience Platform's Flow Service as Pulumi resources and look-ups."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from .version import __version__

if TYPE_CHECKING:
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
    from .dynamic.redshift_functions import (
        RedshiftConnectionResult,
        get_redshift_connection,
        get_redshift_connection_output,
        list_redshift_connections,
        list_redshift_connections_output,
    )
    from .dynamic.resources import (
        AzureSynapseConnection,
        BigQueryConnection,
        MariaDbConnection,
        MySqlConnection,
        OracleConnection,
        PostgreSqlConnection,
        RedshiftConnection,
        SnowflakeConnection,
        SqlServerConnection,
    )
    from .lookups.results import ColumnResult, ConnectionResult, FlowResult, TableResult

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

# Imported at the first use of one of their names: the commands start three times as fast without Pulumi's SDK.
_HOMES = (".lookups.results", ".dynamic.resources", ".dynamic.functions", ".dynamic.redshift_functions")


def __getattr__(name: str) -> object:
    if name in __all__:
        for home in _HOMES:
            module = importlib.import_module(home, __name__)
            if hasattr(module, name):
                return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
