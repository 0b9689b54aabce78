from __future__ import annotations

import pulumi
from typing_extensions import Unpack

from ..resources.connection.kinds.snowflake import SNOWFLAKE
from .connection import ConnectionResource, Options


class SnowflakeConnection(ConnectionResource):
    """A Snowflake base connection in Flow Service, for reading in batches; one serves many dataflows.

    Give `account`, `username`, `private_key`, `database` and `warehouse`. Older ways: `host` and `password` instead of
    `account` and `private_key` (AWS, deprecated), or `connection_string` alone (documented until 2025).

    Args:
        resource_name: The name in the Pulumi program.
        account: Name of the account with its organization, in any of the forms that Adobe uses.
        username: The user that Experience Platform logs in as.
        private_key: That user's private key of PKCS#8, in PEM form or in the base64 that Adobe asks for; a secret.
        private_key_passphrase: Passphrase of an encrypted private key; a secret. Not for AWS.
        database: Name of the database.
        warehouse: Name of the warehouse.
        host: Host name, without scheme, port or path; with `password`.
        port: TCP port, 1 to 65535; with `password`.
        password: The user's password; a secret.
        schema: Schema of the database; with `password`.
        connection_string: `jdbc:snowflake://…`; a secret as a whole.
        use_private_link: Whether a private endpoint is used; with `connection_string`.
        opts: Pulumi's resource options.
        **options: What every kind has; see `Options`.
    """

    _kind = SNOWFLAKE

    account: pulumi.Output[str | None]
    username: pulumi.Output[str | None]
    private_key: pulumi.Output[str | None]
    private_key_passphrase: pulumi.Output[str | None]
    database: pulumi.Output[str | None]
    warehouse: pulumi.Output[str | None]
    host: pulumi.Output[str | None]
    port: pulumi.Output[int | None]
    password: pulumi.Output[str | None]
    schema: pulumi.Output[str | None]
    connection_string: pulumi.Output[str | None]
    use_private_link: pulumi.Output[bool | None]

    def __init__(
        self,
        resource_name: str,
        *,
        account: pulumi.Input[str] | None = None,
        username: pulumi.Input[str] | None = None,
        private_key: pulumi.Input[str] | None = None,
        private_key_passphrase: pulumi.Input[str] | None = None,
        database: pulumi.Input[str] | None = None,
        warehouse: pulumi.Input[str] | None = None,
        host: pulumi.Input[str] | None = None,
        port: pulumi.Input[int | str] | None = None,
        password: pulumi.Input[str] | None = None,
        schema: pulumi.Input[str] | None = None,
        connection_string: pulumi.Input[str] | None = None,
        use_private_link: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **options: Unpack[Options],
    ) -> None:
        self._declare(locals())
