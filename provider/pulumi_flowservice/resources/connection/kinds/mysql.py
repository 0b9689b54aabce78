"""MySQL.

Source: Adobe's tutorial and overview of MySQL. The port stands in the samples only. The connection string is documented
for Experience Platform on Azure only.
"""

from ..authentication import Authentication
from ..kind import Kind
from ..params import DATABASE, PASSWORD, PORT, SERVER, SSL_MODE, USERNAME, by_connection_string, described

_SSL_MODE = described(
    SSL_MODE, f'{SSL_MODE.description} Such as "DISABLED" or "REQUIRED"; on AWS "true" or "false"; any is taken.'
)

MYSQL = Kind(
    name="mysql",
    title="MySQL",
    resource="MySqlConnection",
    spec_id="26d738e0-8963-47ea-aadf-c60de735468a",
    introduction="Give either `server`, `database`, `username` and `password`, or `connectionString`.",
    authentications=(
        Authentication("Basic Authentication", (SERVER, PORT, DATABASE, USERNAME, PASSWORD, _SSL_MODE)),
        by_connection_string("Server=…;Port=…;Database=…;UID=…;PWD=…", "For Experience Platform on Azure."),
    ),
)
