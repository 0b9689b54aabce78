"""Oracle DB.

Source: Adobe's tutorial and overview of Oracle. The connection string is for Experience Platform on Azure, single
params are for Experience Platform on AWS; their port is 1521 by default.
"""

from ..authentication import Authentication
from ..kind import Kind
from ..params import CONNECTION_STRING, DATABASE, PASSWORD, PORT, SCHEMA, SERVER, SSL_MODE, USERNAME

ORACLE = Kind(
    name="oracle",
    title="Oracle DB",
    resource="OracleConnection",
    spec_id="d6b52d86-f0f8-475f-89d4-ce54c8527328",
    authentications=(
        Authentication("ConnectionString", (CONNECTION_STRING,)),
        Authentication("Basic Authentication", (SERVER, PORT, DATABASE, USERNAME, PASSWORD, SCHEMA, SSL_MODE)),
    ),
)
