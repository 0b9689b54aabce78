"""Amazon Redshift.

Source: Adobe's Redshift tutorial, and the connection specification in its older edition.
"""

from ..authentication import Authentication
from ..kind import Kind
from ..params import DATABASE, PASSWORD, PORT, SCHEMA, SERVER, USERNAME, described

_SERVER = described(SERVER, "Host name or IP address of the cluster, without scheme, port or path.")

REDSHIFT = Kind(
    name="redshift",
    title="Amazon Redshift",
    resource="RedshiftConnection",
    spec_id="3416976c-a9ca-4bba-901a-1f08f66978ff",
    authentications=(Authentication("Basic Authentication", (_SERVER, PORT, DATABASE, USERNAME, PASSWORD, SCHEMA)),),
)
