from __future__ import annotations

import pulumi
from typing_extensions import Unpack

from ..resources.connection.kinds.synapse import SYNAPSE
from .connection import ConnectionResource, Options


class AzureSynapseConnection(ConnectionResource):
    """An Azure Synapse Analytics base connection in Flow Service; one serves many dataflows.

    Give either a service principal with `server` and `database`, or `connection_string`.

    Args:
        resource_name: The name in the Pulumi program.
        server: Host name or IP address, without scheme, port or path.
        database: Name of the database.
        tenant: Tenant of the service principal.
        service_principal_id: Client id of the service principal, which needs SELECT on the schema.
        service_principal_key: Key of the service principal; a secret. May be left out with `adopt`.
        connection_string: `Server=tcp:…,1433;Database=…;User ID=…;Password=…;…`; a secret as a whole.
        opts: Pulumi's resource options.
        **options: What every kind has; see `Options`.
    """

    _kind = SYNAPSE

    server: pulumi.Output[str | None]
    database: pulumi.Output[str | None]
    tenant: pulumi.Output[str | None]
    service_principal_id: pulumi.Output[str | None]
    service_principal_key: pulumi.Output[str | None]
    connection_string: pulumi.Output[str | None]

    def __init__(
        self,
        resource_name: str,
        *,
        server: pulumi.Input[str] | None = None,
        database: pulumi.Input[str] | None = None,
        tenant: pulumi.Input[str] | None = None,
        service_principal_id: pulumi.Input[str] | None = None,
        service_principal_key: pulumi.Input[str] | None = None,
        connection_string: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **options: Unpack[Options],
    ) -> None:
        self._declare(locals())
