from __future__ import annotations

import pulumi
from typing_extensions import Unpack

from ..resources.connection.kinds.oracle import ORACLE
from .connection import ConnectionResource, Options


class OracleConnection(ConnectionResource):
    """An Oracle DB base connection in Flow Service; one serves many dataflows.

    Give `connection_string` on Azure; on AWS `server`, `database`, `username` and `password`.

    Args:
        resource_name: The name in the Pulumi program.
        connection_string: `Host=…;Port=…;Sid=…;User Id=…;Password=…`; a secret as a whole.
        server: Host name or IP address, without scheme, port or path.
        database: Name of the database.
        username: The user that Experience Platform logs in as.
        password: That user's password; a secret. May be left out with `adopt`.
        port: TCP port, 1 to 65535; 1521 is documented as the default. Not managed when left out.
        schema: Schema of the database.
        ssl_mode: Such as "true" or "false".
        opts: Pulumi's resource options.
        **options: What every kind has; see `Options`.
    """

    _kind = ORACLE

    connection_string: pulumi.Output[str | None]
    server: pulumi.Output[str | None]
    database: pulumi.Output[str | None]
    username: pulumi.Output[str | None]
    password: pulumi.Output[str | None]
    port: pulumi.Output[int | None]
    schema: pulumi.Output[str | None]
    ssl_mode: pulumi.Output[str | None]

    def __init__(
        self,
        resource_name: str,
        *,
        connection_string: pulumi.Input[str] | None = None,
        server: pulumi.Input[str] | None = None,
        database: pulumi.Input[str] | None = None,
        username: pulumi.Input[str] | None = None,
        password: pulumi.Input[str] | None = None,
        port: pulumi.Input[int | str] | None = None,
        schema: pulumi.Input[str] | None = None,
        ssl_mode: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **options: Unpack[Options],
    ) -> None:
        self._declare(locals())
