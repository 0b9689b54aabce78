"""The resource classes of the dynamic provider, one for each kind of connection."""

from __future__ import annotations

from typing import Any, ClassVar

import pulumi
from pulumi import dynamic

from ..kinds.check import automatic_name
from ..resources import bigquery, mariadb, mysql, oracle, postgresql, redshift, snowflake, sqlserver, synapse
from ..resources.connection import ConnectionResource
from . import (
    AzureSynapseConnectionProvider,
    BigQueryConnectionProvider,
    MariaDbConnectionProvider,
    MySqlConnectionProvider,
    OracleConnectionProvider,
    PostgreSqlConnectionProvider,
    RedshiftConnectionProvider,
    SnowflakeConnectionProvider,
    SqlServerConnectionProvider,
)
from .provider import ConnectionProvider


class DynamicConnection(ConnectionResource, dynamic.Resource):
    """A connection that the dynamic provider manages."""

    _provider_class: ClassVar[type[ConnectionProvider]]

    def _register(self, resource_name: str, properties: dict[str, Any], opts: pulumi.ResourceOptions | None) -> None:
        if not (opts and opts.id):
            # For `check`, which does not know the resource's name; it never reaches the state.
            properties["auto_name"] = automatic_name(pulumi.get_project(), pulumi.get_stack(), resource_name)
        # A connection of the native provider stays the same when the program imports this class instead.
        alias = pulumi.ResourceOptions(aliases=[pulumi.Alias(type_=self._kind.native_type)])
        options = pulumi.ResourceOptions.merge(opts, alias)
        dynamic.Resource.__init__(self, self._provider_class(), resource_name, properties, options)


class RedshiftConnection(
    redshift.RedshiftConnection, DynamicConnection, module="flowservice", name="RedshiftConnection"
):
    _provider_class = RedshiftConnectionProvider


class PostgreSqlConnection(
    postgresql.PostgreSqlConnection, DynamicConnection, module="flowservice", name="PostgreSqlConnection"
):
    _provider_class = PostgreSqlConnectionProvider


class SqlServerConnection(
    sqlserver.SqlServerConnection, DynamicConnection, module="flowservice", name="SqlServerConnection"
):
    _provider_class = SqlServerConnectionProvider


class SnowflakeConnection(
    snowflake.SnowflakeConnection, DynamicConnection, module="flowservice", name="SnowflakeConnection"
):
    _provider_class = SnowflakeConnectionProvider


class MySqlConnection(mysql.MySqlConnection, DynamicConnection, module="flowservice", name="MySqlConnection"):
    _provider_class = MySqlConnectionProvider


class MariaDbConnection(mariadb.MariaDbConnection, DynamicConnection, module="flowservice", name="MariaDbConnection"):
    _provider_class = MariaDbConnectionProvider


class AzureSynapseConnection(
    synapse.AzureSynapseConnection, DynamicConnection, module="flowservice", name="AzureSynapseConnection"
):
    _provider_class = AzureSynapseConnectionProvider


class OracleConnection(oracle.OracleConnection, DynamicConnection, module="flowservice", name="OracleConnection"):
    _provider_class = OracleConnectionProvider


class BigQueryConnection(
    bigquery.BigQueryConnection, DynamicConnection, module="flowservice", name="BigQueryConnection"
):
    _provider_class = BigQueryConnectionProvider
