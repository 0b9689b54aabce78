"""The resource classes of the native provider, which the engine finds as the plugin `pulumi-resource-flowservice`.

They have the same arguments as those of `pulumi_flowservice`, and a connection stays the same when a program imports
the other class. docs/native.md says what the native provider has in addition, and how the engine finds it.
"""

from __future__ import annotations

from typing import Any

import pulumi

from .plugin import DOWNLOAD_ADDRESS
from .sdk import bigquery, mariadb, mysql, oracle, postgresql, redshift, snowflake, sqlserver, synapse
from .sdk.connection import ConnectionResource

__all__ = [
    "AzureSynapseConnection",
    "BigQueryConnection",
    "MariaDbConnection",
    "MySqlConnection",
    "OracleConnection",
    "PostgreSqlConnection",
    "Provider",
    "RedshiftConnection",
    "SnowflakeConnection",
    "SqlServerConnection",
]


class Provider(pulumi.ProviderResource):
    """An explicit provider: its resources have settings of their own, such as another organization or sandbox.

    What is left out is read from the environment (`FLOWSERVICE_…`), not from the stack's configuration. Source of the
    settings: docs/configuration.md; there is one argument for each.

    Args:
        resource_name: The name in the Pulumi program.
        client_secret: Kept in the state, encrypted: a rotated one needs `pulumi up` before the next plain refresh.
        access_token: As `client_secret`.
        opts: Pulumi's resource options.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        endpoint: pulumi.Input[str] | None = None,
        ims_endpoint: pulumi.Input[str] | None = None,
        client_id: pulumi.Input[str] | None = None,
        client_secret: pulumi.Input[str] | None = None,
        scopes: pulumi.Input[str] | None = None,
        access_token: pulumi.Input[str] | None = None,
        api_key: pulumi.Input[str] | None = None,
        ims_org: pulumi.Input[str] | None = None,
        sandbox: pulumi.Input[str] | None = None,
        connection_test: pulumi.Input[str] | None = None,
        request_timeout: pulumi.Input[float] | None = None,
        operation_timeout: pulumi.Input[float] | None = None,
        requests_per_second: pulumi.Input[float] | None = None,
        bulk_refresh: pulumi.Input[bool] | None = None,
        debug: pulumi.Input[bool] | None = None,
        plain_http_host: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        given = {
            "endpoint": endpoint,
            "imsEndpoint": ims_endpoint,
            "clientId": client_id,
            "clientSecret": pulumi.Output.secret(client_secret) if client_secret is not None else None,
            "scopes": scopes,
            "accessToken": pulumi.Output.secret(access_token) if access_token is not None else None,
            "apiKey": api_key,
            "imsOrg": ims_org,
            "sandbox": sandbox,
            "connectionTest": connection_test,
            "requestTimeout": _json(request_timeout),
            "operationTimeout": _json(operation_timeout),
            "requestsPerSecond": _json(requests_per_second),
            "bulkRefresh": _json(bulk_refresh),
            "debug": _json(debug),
            "plainHttpHost": plain_http_host,
        }
        super().__init__("flowservice", resource_name, given, _found(opts))


class NativeConnection(ConnectionResource):
    """A connection that the native provider manages."""

    def _register(self, resource_name: str, properties: dict[str, Any], opts: pulumi.ResourceOptions | None) -> None:
        if opts and "/" in (getattr(opts, "import_", None) or ""):
            # The engine would take each other spelling of the id for another connection, and replace.
            raise pulumi.RunError(f"{resource_name}: `import_` takes the id alone; the sandbox is that of the provider")
        # A connection of the dynamic provider stays the same when the program imports this class instead.
        options = pulumi.ResourceOptions(aliases=[pulumi.Alias(type_=self._kind.dynamic_type)])
        merged = pulumi.ResourceOptions.merge(_found(opts), options)
        pulumi.CustomResource.__init__(self, self._kind.native_type, resource_name, properties, merged)


def _json(value: pulumi.Input[Any] | None) -> pulumi.Output[str] | None:
    """Return the value as a JSON string: the protocol has only strings in the settings of a provider."""
    return None if value is None else pulumi.Output.json_dumps(value)


def _found(opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
    """Return the options with the address that the plugin is not downloaded from."""
    return pulumi.ResourceOptions.merge(pulumi.ResourceOptions(plugin_download_url=DOWNLOAD_ADDRESS), opts)


class RedshiftConnection(redshift.RedshiftConnection, NativeConnection):
    pass


class PostgreSqlConnection(postgresql.PostgreSqlConnection, NativeConnection):
    pass


class SqlServerConnection(sqlserver.SqlServerConnection, NativeConnection):
    pass


class SnowflakeConnection(snowflake.SnowflakeConnection, NativeConnection):
    pass


class MySqlConnection(mysql.MySqlConnection, NativeConnection):
    pass


class MariaDbConnection(mariadb.MariaDbConnection, NativeConnection):
    pass


class AzureSynapseConnection(synapse.AzureSynapseConnection, NativeConnection):
    pass


class OracleConnection(oracle.OracleConnection, NativeConnection):
    pass


class BigQueryConnection(bigquery.BigQueryConnection, NativeConnection):
    pass
