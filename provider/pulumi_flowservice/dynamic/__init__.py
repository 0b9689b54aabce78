"""The adapter to Pulumi's dynamic providers: resource classes and functions for programs, providers for the engine.

The provider classes must stay in this module under these names, because the state of every user's stack refers to them.
"""

from __future__ import annotations

from ..kinds.bigquery import BIGQUERY
from ..kinds.mariadb import MARIADB
from ..kinds.mysql import MYSQL
from ..kinds.oracle import ORACLE
from ..kinds.postgresql import POSTGRESQL
from ..kinds.redshift import REDSHIFT
from ..kinds.snowflake import SNOWFLAKE
from ..kinds.sqlserver import SQLSERVER
from ..kinds.synapse import SYNAPSE
from .provider import ConnectionProvider


class RedshiftConnectionProvider(ConnectionProvider):
    """The provider of Amazon Redshift connections."""

    kind = REDSHIFT


class PostgreSqlConnectionProvider(ConnectionProvider):
    """The provider of PostgreSQL connections."""

    kind = POSTGRESQL


class SqlServerConnectionProvider(ConnectionProvider):
    """The provider of Microsoft SQL Server connections."""

    kind = SQLSERVER


class SnowflakeConnectionProvider(ConnectionProvider):
    """The provider of Snowflake connections."""

    kind = SNOWFLAKE


class MySqlConnectionProvider(ConnectionProvider):
    """The provider of MySQL connections."""

    kind = MYSQL


class MariaDbConnectionProvider(ConnectionProvider):
    """The provider of MariaDB connections."""

    kind = MARIADB


class AzureSynapseConnectionProvider(ConnectionProvider):
    """The provider of Azure Synapse Analytics connections."""

    kind = SYNAPSE


class OracleConnectionProvider(ConnectionProvider):
    """The provider of Oracle DB connections."""

    kind = ORACLE


class BigQueryConnectionProvider(ConnectionProvider):
    """The provider of Google BigQuery connections."""

    kind = BIGQUERY
