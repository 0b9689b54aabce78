"""Oracle DB.

Source: Adobe's tutorial and overview of Oracle. The connection string is for Experience Platform on Azure, single
params are for Experience Platform on AWS; their port is 1521 by default.
"""

from ..authentication import Authentication
from ..kind import Kind
from ..params import DATABASE, PASSWORD, PORT, SCHEMA, SERVER, SSL_MODE, USERNAME, connection_string, described

_PORT = described(PORT, f"{PORT.description} 1521 is documented as the default.")
_SSL_MODE = described(SSL_MODE, f'{SSL_MODE.description} Such as "true" or "false".')

ORACLE = Kind(
    name="oracle",
    title="Oracle DB",
    resource="OracleConnection",
    spec_id="d6b52d86-f0f8-475f-89d4-ce54c8527328",
    introduction="Give `connectionString` on Azure; on AWS `server`, `database`, `username` and `password`.",
    authentications=(
        Authentication("ConnectionString", (connection_string("Host=…;Port=…;Sid=…;User Id=…;Password=…"),)),
        Authentication("Basic Authentication", (SERVER, _PORT, DATABASE, USERNAME, PASSWORD, SCHEMA, _SSL_MODE)),
    ),
)
