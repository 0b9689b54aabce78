"""The kinds of connection, as data: one module for each, and `KINDS`, which maps their names to them."""

from __future__ import annotations

from .bigquery import BIGQUERY
from .kind import Kind
from .mariadb import MARIADB
from .mysql import MYSQL
from .oracle import ORACLE
from .postgresql import POSTGRESQL
from .redshift import REDSHIFT
from .snowflake import SNOWFLAKE
from .sqlserver import SQLSERVER
from .synapse import SYNAPSE

KINDS: dict[str, Kind] = {
    kind.name: kind for kind in (REDSHIFT, POSTGRESQL, SQLSERVER, SNOWFLAKE, MYSQL, MARIADB, SYNAPSE, ORACLE, BIGQUERY)
}
DEFAULT = REDSHIFT
"""The kind that is used if a manifest, a command or a look-up names none."""
