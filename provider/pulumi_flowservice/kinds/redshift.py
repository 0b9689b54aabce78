"""Amazon Redshift.

Source: Adobe's Redshift tutorial, and the connection specification in its older edition.
"""

from __future__ import annotations

from .kind import Authentication, Kind, Param
from .values import host, port, port_from_wire

REDSHIFT = Kind(
    name="redshift",
    title="Amazon Redshift",
    resource="RedshiftConnection",
    spec_id="3416976c-a9ca-4bba-901a-1f08f66978ff",
    authentications=(
        Authentication(
            "Basic Authentication",
            (
                Param("server", parse=host, description="Host name or IP address, without scheme, port or path."),
                Param(
                    "port",
                    is_required=False,
                    parse=port,
                    from_wire=port_from_wire,
                    description="TCP port; not managed if it was never in the program.",
                ),
                Param("database", description="Name of the database."),
                Param("username", description="The user that Experience Platform logs in as."),
                Param("password", is_secret=True, description="That user's password."),
                Param("schema", is_required=False, description="Schema; for Experience Platform on AWS."),
            ),
        ),
    ),
)
