from __future__ import annotations

import pulumi
from typing_extensions import Unpack

from ..resources.connection.kinds.sqlserver import SQLSERVER
from .connection import ConnectionResource, Options


class SqlServerConnection(ConnectionResource):
    """A Microsoft SQL Server base connection in Flow Service; one serves many dataflows.

    All of it is one secret, so the API shows nothing that could be compared: drift shows in name and description only.

    Args:
        resource_name: The name in the Pulumi program.
        connection_string: `Data Source=…;Initial Catalog=…;Integrated Security=False;User ID=…;Password=…;`; a secret
            as a whole. May be left out with `adopt`.
        opts: Pulumi's resource options.
        **options: What every kind has; see `Options`.
    """

    _kind = SQLSERVER

    connection_string: pulumi.Output[str | None]

    def __init__(
        self,
        resource_name: str,
        *,
        connection_string: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **options: Unpack[Options],
    ) -> None:
        self._declare(locals())
