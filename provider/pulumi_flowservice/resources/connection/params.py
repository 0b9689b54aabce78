"""Params that several databases have, and the way to authenticate that most of them have."""

from ..values import HOST, HOST_ALONE, PORT_NUMBER
from .authentication import Authentication, Param

SERVER = Param("server", type=HOST, description="Host name or IP address, without scheme, port or path.")
SERVER_ALONE = Param("server", type=HOST_ALONE, description=SERVER.description)
PORT = Param(
    "port",
    is_required=False,
    type=PORT_NUMBER,
    description="TCP port; not managed if it was never in the program.",
)
DATABASE = Param("database", description="Name of the database.")
USERNAME = Param("username", description="The user that Experience Platform logs in as.")
PASSWORD = Param("password", is_secret=True, description="Password of the user.")
SCHEMA = Param("schema", is_required=False, description="Schema; for Experience Platform on AWS.")
# Adobe's documents disagree about its values, so any is taken; "false" and "true" are strings, too.
SSL_MODE = Param("sslMode", is_required=False, description="How the connection to the database is encrypted.")
CONNECTION_STRING = Param(
    "connectionString", is_secret=True, description="The whole connection string; no part of it is ever shown."
)
BY_CONNECTION_STRING = Authentication("Connection String Based Authentication", (CONNECTION_STRING,))
"""By a connection string. Adobe writes the name of this way in another form for some databases."""
