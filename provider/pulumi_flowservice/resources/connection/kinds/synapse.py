"""Azure Synapse Analytics.

Source: Adobe's tutorial and overview of Azure Synapse Analytics; Experience Platform on Azure only.
"""

from ..authentication import Authentication, Param
from ..kind import Kind
from ..params import BY_CONNECTION_STRING, DATABASE, SERVER_ALONE

_SERVICE_PRINCIPAL = (
    SERVER_ALONE,
    DATABASE,
    Param("tenant", description="Tenant of the service principal."),
    Param("servicePrincipalId", description="Client id of the service principal."),
    Param("servicePrincipalKey", is_secret=True, description="Key of the service principal."),
)

SYNAPSE = Kind(
    name="synapse",
    title="Azure Synapse Analytics",
    resource="AzureSynapseConnection",
    spec_id="a49bcc7d-8038-43af-b1e4-5a7a089a7d79",
    authentications=(
        Authentication("Service Principal Key Based Authentication", _SERVICE_PRINCIPAL),
        BY_CONNECTION_STRING,
    ),
)
