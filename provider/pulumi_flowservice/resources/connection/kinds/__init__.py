"""The kinds of connection, as data: one module for each, and `KINDS`, which maps their names to them."""

from __future__ import annotations

from ....errors import SettingsError
from ..kind import Kind
from .bigquery import BIGQUERY
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


def secret_names() -> frozenset[str]:
    """Return the names of the params that are secret in any kind; their values are never shown."""
    return frozenset(name for kind in KINDS.values() for name in kind.secrets)


def kind_named(name: str | None, *, code: str = "") -> Kind:
    """Return the kind with this name, or the default one. Raises: SettingsError, with this code if one is given."""
    if name is None:
        return DEFAULT
    if name not in KINDS:
        raise SettingsError(f"the kind of connection is not known: give one of {', '.join(KINDS)}", code=code)
    return KINDS[name]
