"""MariaDB.

Source: Adobe's tutorial and overview of MariaDB. Neither has a param for the port; they disagree about Experience
Platform on AWS.
"""

from ..authentication import Authentication
from ..kind import Kind
from ..params import DATABASE, PASSWORD, SERVER_ALONE, SSL_MODE, USERNAME, by_connection_string, described

_SERVER = described(SERVER_ALONE, "Host name or IP address; only a connection string can name a port.")
_SSL_MODE = described(SSL_MODE, f"{SSL_MODE.description} Its values are not documented.")

MARIADB = Kind(
    name="mariadb",
    title="MariaDB",
    resource="MariaDbConnection",
    spec_id="3000eb99-cd47-43f3-827c-43caf170f015",
    introduction="Give either `server`, `database`, `username` and `password`, or `connectionString`.",
    authentications=(
        Authentication("Basic Authentication", (_SERVER, DATABASE, USERNAME, PASSWORD, _SSL_MODE)),
        by_connection_string("Server=…;Port=…;Database=…;UID=…;PWD=…"),
    ),
)
