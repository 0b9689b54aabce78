"""Snowflake, read in batches; the streaming source has another specification.

Source: Adobe's tutorial and overview of Snowflake, and of private links. Basic authentication is for Experience
Platform on AWS, and deprecated since November 2025; connection strings stand in the tutorials of 2025 only.
"""

from ...values import FLAG, HOST, PRIVATE_KEY
from ..authentication import Authentication, Param
from ..kind import Kind
from ..params import DATABASE, PASSWORD, PORT, SCHEMA, USERNAME, connection_string, described

_WAREHOUSE = Param("warehouse", description="Name of the warehouse.")
_KEY_PAIR = (
    # Adobe writes it in three forms, so none is refused.
    Param("account", description="Name of the account with its organization, in any of the forms that Adobe uses."),
    USERNAME,
    Param(
        "privateKey",
        is_secret=True,
        type=PRIVATE_KEY,
        description="Private key of the user, in PKCS#8: as PEM, or as the base64 that Adobe asks for.",
    ),
    Param(
        "privateKeyPassphrase",
        is_required=False,
        is_secret=True,
        description="Passphrase of an encrypted private key; not for Experience Platform on AWS.",
    ),
    DATABASE,
    _WAREHOUSE,
)
_BASIC = (
    Param("host", type=HOST, description="Host name, without scheme, port or path; with `password`."),
    described(PORT, "TCP port, 1 to 65535; with `password`."),
    USERNAME,
    PASSWORD,
    DATABASE,
    _WAREHOUSE,
    described(SCHEMA, "Schema of the database; with `password`."),
)
_PRIVATE_LINK = Param(
    "usePrivateLink",
    is_required=False,
    type=FLAG,
    description="Whether a private endpoint is used; with `connectionString`.",
)

SNOWFLAKE = Kind(
    name="snowflake",
    title="Snowflake",
    resource="SnowflakeConnection",
    spec_id="b2e08744-4f1a-40ce-af30-7abac3e23cf3",
    introduction="For reading in batches. Give `account`, `username`, `privateKey`, `database` and `warehouse`. Older "
    "ways: `host` and `password` instead of `account` and `privateKey` (AWS, deprecated), or `connectionString` alone "
    "(documented until 2025).",
    authentications=(
        Authentication("KeyPair Authentication", _KEY_PAIR),
        Authentication("Basic Authentication", _BASIC),
        Authentication("ConnectionString", (connection_string("jdbc:snowflake://…"), _PRIVATE_LINK)),
    ),
)
