"""The kinds of connection, as data: one module for each, and `KINDS`, which maps their names to them.

A module has the kind's name, and the kind in a constant of the same name in capital letters: `mysql.py` has `MYSQL`.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module

from ....errors import SettingsError
from ..kind import Kind
from .redshift import REDSHIFT

DEFAULT = REDSHIFT
"""The kind that is used if a manifest, a command or a look-up names none."""
_NAMES = sorted(
    (module.name for module in pkgutil.iter_modules(__path__)), key=lambda name: (name != DEFAULT.name, name)
)
KINDS: dict[str, Kind] = {name: getattr(import_module(f"{__name__}.{name}"), name.upper()) for name in _NAMES}
"""All kinds by name: the default one first, the others by the alphabet."""


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
