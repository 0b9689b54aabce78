"""Amazon Redshift base connections of Adobe Experience Platform's Flow Service as Pulumi resources and look-ups."""

from __future__ import annotations

from .dynamic.functions import (
    LookupFailedError,
    get_flows_using,
    get_flows_using_output,
    get_table_columns,
    get_table_columns_output,
    get_tables,
    get_tables_output,
)
from .dynamic.redshift import RedshiftConnection
from .dynamic.redshift_functions import (
    RedshiftConnectionResult,
    get_redshift_connection,
    get_redshift_connection_output,
    list_redshift_connections,
    list_redshift_connections_output,
)
from .lookups.results import ColumnResult, FlowResult, TableResult
from .version import __version__

__all__ = [
    "ColumnResult",
    "FlowResult",
    "LookupFailedError",
    "RedshiftConnection",
    "RedshiftConnectionResult",
    "TableResult",
    "__version__",
    "get_flows_using",
    "get_flows_using_output",
    "get_redshift_connection",
    "get_redshift_connection_output",
    "get_table_columns",
    "get_table_columns_output",
    "get_tables",
    "get_tables_output",
    "list_redshift_connections",
    "list_redshift_connections_output",
]
