"""The adapter to Pulumi's dynamic providers: resource classes and functions for programs, providers for the engine.

The provider classes must stay in this module under these names, because the state of every user's stack refers to them.
"""

from ..resources.connection.kinds import KINDS
from .provider import ConnectionProvider


class RedshiftConnectionProvider(ConnectionProvider):
    kind = KINDS["redshift"]


class PostgreSqlConnectionProvider(ConnectionProvider):
    kind = KINDS["postgresql"]


class SqlServerConnectionProvider(ConnectionProvider):
    kind = KINDS["sqlserver"]


class SnowflakeConnectionProvider(ConnectionProvider):
    kind = KINDS["snowflake"]


class MySqlConnectionProvider(ConnectionProvider):
    kind = KINDS["mysql"]


class MariaDbConnectionProvider(ConnectionProvider):
    kind = KINDS["mariadb"]


class AzureSynapseConnectionProvider(ConnectionProvider):
    kind = KINDS["synapse"]


class OracleConnectionProvider(ConnectionProvider):
    kind = KINDS["oracle"]


class BigQueryConnectionProvider(ConnectionProvider):
    kind = KINDS["bigquery"]
