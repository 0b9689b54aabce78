"""MySQL.

Source: Adobe's tutorial and overview of MySQL. The port stands in the samples only. The connection string is documented
for Experience Platform on Azure only.
"""

from ..authentication import Authentication
from ..kind import Kind
from ..params import BY_CONNECTION_STRING, DATABASE, PASSWORD, PORT, SERVER, SSL_MODE, USERNAME

MYSQL = Kind(
    name="mysql",
    title="MySQL",
    resource="MySqlConnection",
    spec_id="26d738e0-8963-47ea-aadf-c60de735468a",
    authentications=(
        Authentication("Basic Authentication", (SERVER, PORT, DATABASE, USERNAME, PASSWORD, SSL_MODE)),
        BY_CONNECTION_STRING,
    ),
)
