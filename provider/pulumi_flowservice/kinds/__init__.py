"""The kinds of connection that are managed, as data: one module each, and `KINDS`, which lists them by name."""

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
"""The kind that a manifest, a command or a look-up means where it names none."""
