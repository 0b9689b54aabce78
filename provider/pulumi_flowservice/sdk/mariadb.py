from __future__ import annotations

import pulumi
from typing_extensions import Unpack

from ..resources.connection.kinds.mariadb import MARIADB
from .connection import ConnectionResource, Options


class MariaDbConnection(ConnectionResource):
    """A MariaDB base connection in Flow Service; one serves many dataflows.

    Give either `server`, `database`, `username` and `password`, or `connection_string`.

    Args:
        resource_name: The name in the Pulumi program.
        server: Host name or IP address; only a connection string can name a port.
        database: Name of the database.
        username: The user that Experience Platform logs in as.
        password: That user's password; a secret. May be left out with `adopt`.
        ssl_mode: How the connection is encrypted; its values are not documented.
        connection_string: `Server=…;Port=…;Database=…;UID=…;PWD=…`; a secret as a whole.
        opts: Pulumi's resource options.
        **options: What every kind has; see `Options`.
    """

    _kind = MARIADB

    server: pulumi.Output[str | None]
    database: pulumi.Output[str | None]
    username: pulumi.Output[str | None]
    password: pulumi.Output[str | None]
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
        ssl_mode: pulumi.Input[str] | None = None,
        connection_string: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **options: Unpack[Options],
    ) -> None:
        self._declare(locals())
