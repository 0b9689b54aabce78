"""Azure Synapse Analytics.

Source: Adobe's tutorial and overview of Azure Synapse Analytics; Experience Platform on Azure only.
"""

from ..authentication import Authentication, Param
from ..kind import Kind
from ..params import DATABASE, SERVER_ALONE, by_connection_string

_SERVICE_PRINCIPAL = (
    SERVER_ALONE,
    DATABASE,
    Param("tenant", description="Tenant of the service principal."),
    Param("servicePrincipalId", description="Client id of the service principal, which needs SELECT on the schema."),
    Param("servicePrincipalKey", is_secret=True, description="Key of the service principal."),
)

SYNAPSE = Kind(
    name="synapse",
    title="Azure Synapse Analytics",
    resource="AzureSynapseConnection",
    spec_id="a49bcc7d-8038-43af-b1e4-5a7a089a7d79",
    introduction="Give either a service principal with `server` and `database`, or `connectionString`.",
    authentications=(
        Authentication("Service Principal Key Based Authentication", _SERVICE_PRINCIPAL),
        by_connection_string("Server=tcp:…,1433;Database=…;User ID=…;Password=…;…"),
    ),
)
