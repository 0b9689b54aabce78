"""Google BigQuery.

Source: Adobe's tutorial and overview of BigQuery. The two ways spell the id of the project differently. The tutorial's
sample of basic authentication has `auth.type` too, which no other document has, and which is not sent.
"""

from ...values import KEY_FILE
from ..authentication import Authentication, Param
from ..kind import Kind

_LARGE_RESULTS = Param(
    "largeResultsDataSetId",
    is_required=False,
    description="Id of the dataset for large results, without the project; for Experience Platform on Azure.",
)
_OAUTH = (
    Param("project", description="Id of the project, for an OAuth client; for Experience Platform on Azure."),
    Param("clientId", description="Id of the OAuth client."),
    Param("clientSecret", is_secret=True, description="Client secret of the OAuth client."),
    Param("refreshToken", is_secret=True, description="Refresh token that the OAuth client was given."),
    _LARGE_RESULTS,
)
_SERVICE_ACCOUNT = (
    Param("projectId", description="Id of the project, for a service account."),
    Param(
        "keyFileContent",
        is_secret=True,
        type=KEY_FILE,
        description="Key file of the service account: its JSON, or the base64 of that.",
    ),
    _LARGE_RESULTS,
    Param(
        "datasetId", is_required=False, description="Dataset, for a service account; for Experience Platform on AWS."
    ),
)

BIGQUERY = Kind(
    name="bigquery",
    title="Google BigQuery",
    resource="BigQueryConnection",
    spec_id="3c9b37f8-13a6-43d8-bad3-b863b941fedd",
    introduction="Give a service account (`projectId`, `keyFileContent`), or an OAuth client (`project`, `clientId`, "
    "`clientSecret`, `refreshToken`). Adobe spells the id of the project differently for each.",
    authentications=(
        Authentication("Service Authentication", _SERVICE_ACCOUNT),
        Authentication("Basic Authentication", _OAUTH),
    ),
)
