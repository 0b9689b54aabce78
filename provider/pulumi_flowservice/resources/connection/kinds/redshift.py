"""Amazon Redshift.

Source: Adobe's Redshift tutorial, and the connection specification in its older edition.
"""

from ..authentication import Authentication, Param
from ..kind import Kind
from ..params import DATABASE, PORT, SCHEMA, SERVER, USERNAME

_PASSWORD = Param("password", is_secret=True, description="That user's password.")

REDSHIFT = Kind(
    name="redshift",
    title="Amazon Redshift",
    resource="RedshiftConnection",
    spec_id="3416976c-a9ca-4bba-901a-1f08f66978ff",
    authentications=(Authentication("Basic Authentication", (SERVER, PORT, DATABASE, USERNAME, _PASSWORD, SCHEMA)),),
)
