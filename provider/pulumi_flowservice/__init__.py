"""Amazon Redshift base connections of Adobe Experience Platform's Flow Service as Pulumi resources and look-ups."""

from __future__ import annotations

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
from .version import __version__

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
