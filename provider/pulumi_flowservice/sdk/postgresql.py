from __future__ import annotations

import pulumi
from typing_extensions import Unpack

from ..resources.connection.kinds.postgresql import POSTGRESQL
from .connection import ConnectionResource, Options


class PostgreSqlConnection(ConnectionResource):
    """A PostgreSQL base connection in Flow Service; one serves many dataflows.

    Give either `server`, `database`, `username` and `password`, or `connection_string`.

    Args:
        resource_name: The name in the Pulumi program.
        server: Host name or IP address, without scheme, port or path.
        database: Name of the database.
        username: The user that Experience Platform logs in as.
        password: That user's password; a secret. May be left out with `adopt`.
        port: TCP port, 1 to 65535; Adobe's samples always have one. Not managed when left out.
        ssl_mode: Such as "Require" or "Verify-Full"; on AWS "true" or "false"; any is taken.
        connection_string: `Server=…;Database=…;Port=…;UID=…;Password=…`; a secret as a whole; for Azure.
        opts: Pulumi's resource options.
        **options: What every kind has; see `Options`.
    """

    _kind = POSTGRESQL

    server: pulumi.Output[str | None]
    database: pulumi.Output[str | None]
    username: pulumi.Output[str | None]
    password: pulumi.Output[str | None]
    port: pulumi.Output[int | None]
    ssl_mode: pulumi.Output[str | None]
    connection_string: pulumi.Output[str | None]

    def __init__(
        self,
        resource_name: str,
        *,
        server: pulumi.Input[str] | None = None,
        database: pulumi.Input[str] | None = None,
        username: pulumi.Input[str] | None = None,
        password: pulumi.Input[str] | None = None,
        port: pulumi.Input[int | str] | None = None,
        ssl_mode: pulumi.Input[str] | None = None,
        connection_string: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **options: Unpack[Options],
    ) -> None:
        self._declare(locals())
