"""Params that several databases have, and the way to authenticate that most of them have."""

from __future__ import annotations

from dataclasses import replace

from ..values import HOST, HOST_ALONE, PORT_NUMBER
from .authentication import Authentication, Param

SERVER = Param("server", type=HOST, description="Host name or IP address, without scheme, port or path.")
SERVER_ALONE = Param("server", type=HOST_ALONE, description=SERVER.description)
PORT = Param(
    "port",
    is_required=False,
    type=PORT_NUMBER,
    description="TCP port, 1 to 65535; not managed if it was never in the program.",
)
DATABASE = Param("database", description="Name of the database.")
USERNAME = Param("username", description="The user that Experience Platform logs in as.")
PASSWORD = Param("password", is_secret=True, description="Password of the user.")
SCHEMA = Param(
    "schema",
    is_required=False,
    description="Schema of the database; documented for Experience Platform on AWS. Not managed if it was never in the "
    "program.",
)
# Adobe's documents disagree about its values, so any is taken; "false" and "true" are strings, too.
SSL_MODE = Param("sslMode", is_required=False, description="How the connection to the database is encrypted.")


def described(param: Param, description: str) -> Param:
    """Return a param with what Adobe says of it for one database."""
    return replace(param, description=description)


def connection_string(form: str, note: str = "") -> Param:
    """Return the param for a whole connection string in a documented form, such as `Server=…;UID=…`."""
    text = f"The whole connection string, `{form}`; no part of it is ever shown.{note and ' ' + note}"
    return Param("connectionString", is_secret=True, description=text)


def by_connection_string(form: str, note: str = "") -> Authentication:
    """Return the way by a connection string. Adobe writes the name of this way in another form for some databases."""
    return Authentication("Connection String Based Authentication", (connection_string(form, note),))
