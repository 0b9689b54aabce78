"""PostgreSQL.

Source: Adobe's tutorial and overview of PostgreSQL. They disagree about the values of `sslMode`; of port and `sslMode`
no document says what happens without them. The connection string is documented for Experience Platform on Azure only.
"""

from ..authentication import Authentication
from ..kind import Kind
from ..params import BY_CONNECTION_STRING, DATABASE, PASSWORD, PORT, SERVER, SSL_MODE, USERNAME

POSTGRESQL = Kind(
    name="postgresql",
    title="PostgreSQL",
    resource="PostgreSqlConnection",
    spec_id="74a1c565-4e59-48d7-9d67-7c03b8a13137",
    authentications=(
        Authentication("Basic Authentication", (SERVER, PORT, DATABASE, USERNAME, PASSWORD, SSL_MODE)),
        BY_CONNECTION_STRING,
    ),
)
