"""MariaDB.

Source: Adobe's tutorial and overview of MariaDB. Neither has a param for the port; they disagree about Experience
Platform on AWS.
"""

from ..authentication import Authentication
from ..kind import Kind
from ..params import BY_CONNECTION_STRING, DATABASE, PASSWORD, SERVER_ALONE, SSL_MODE, USERNAME

MARIADB = Kind(
    name="mariadb",
    title="MariaDB",
    resource="MariaDbConnection",
    spec_id="3000eb99-cd47-43f3-827c-43caf170f015",
    authentications=(
        Authentication("Basic Authentication", (SERVER_ALONE, DATABASE, USERNAME, PASSWORD, SSL_MODE)),
        BY_CONNECTION_STRING,
    ),
)
