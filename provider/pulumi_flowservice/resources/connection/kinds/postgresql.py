"""PostgreSQL.

Source: Adobe's tutorial and overview of PostgreSQL. They disagree about the values of `sslMode`; of port and `sslMode`
no document says what happens without them. The connection string is documented for Experience Platform on Azure only.
"""

from ..authentication import Authentication
from ..kind import Kind
from ..params import DATABASE, PASSWORD, PORT, SERVER, SSL_MODE, USERNAME, by_connection_string, described

_PORT = described(PORT, f"{PORT.description} Adobe's samples always have one.")
_SSL_MODE = described(
    SSL_MODE, f'{SSL_MODE.description} Such as "Require" or "Verify-Full"; on AWS "true" or "false"; any is taken.'
)

POSTGRESQL = Kind(
    name="postgresql",
    title="PostgreSQL",
    resource="PostgreSqlConnection",
    spec_id="74a1c565-4e59-48d7-9d67-7c03b8a13137",
    introduction="Give either `server`, `database`, `username` and `password`, or `connectionString`.",
    authentications=(
        Authentication("Basic Authentication", (SERVER, _PORT, DATABASE, USERNAME, PASSWORD, _SSL_MODE)),
        by_connection_string("Server=…;Database=…;Port=…;UID=…;Password=…", "For Experience Platform on Azure."),
    ),
)
