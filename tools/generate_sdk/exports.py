"""The modules from which programs import: `__init__.py` and `native.py`."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping

from pulumi_flowservice.resources.types import TYPES

from tools.generate_sdk import functions

# Each has in `__all__` what the package exports of it.
_HOMES = (
    ".dynamic.functions",
    ".dynamic.dataflow_functions",
    ".dynamic.redshift_functions",
    ".lookups.results",
    ".sdk.arguments",
)
_CLASSES = ".sdk.dynamic"
_PACKAGE = '''\
"""Base connections and dataflows of Adobe Experience Platform's Flow Service as Pulumi resources, and look-ups."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from .version import __version__

if TYPE_CHECKING:
'''
_END = """\

# Imported at the first use of one of their names: programs and commands start faster without the rest.
_HOMES = {{
{homes}
}}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {{__name__!r}} has no attribute {{name!r}}")
    return getattr(importlib.import_module(_HOMES[name], "pulumi_flowservice"), name)


def __dir__() -> list[str]:
    return __all__
"""
_NATIVE = '''\
"""The classes and functions of the native provider, which the engine finds as the plugin `pulumi-resource-flowservice`.

They have the same arguments as those of `pulumi_flowservice`, and a connection stays the same when a program imports
the other class. docs/how-to/native.md says what the native provider has in addition, and how the engine finds it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
'''


def package() -> Iterator[str]:
    """Yield the lines of `__init__.py`."""
    homes = {home: list(importlib.import_module(f"pulumi_flowservice{home}").__all__) for home in _HOMES}
    homes[_CLASSES] = [*TYPES]
    yield from _module(_PACKAGE, homes, "__version__")


def native() -> Iterator[str]:
    """Yield the lines of `native.py`."""
    homes = {
        ".sdk.arguments": importlib.import_module("pulumi_flowservice.sdk.arguments").__all__,
        ".sdk.native": ["Provider", *TYPES],
        ".sdk.native_functions": functions.names(),
    }
    yield from _module(_NATIVE, homes)


def _module(head: str, homes: Mapping[str, list[str]], *own: str) -> Iterator[str]:
    by_name = {name: home for home, names in homes.items() for name in names}
    yield from head.splitlines()
    for home, names in sorted(homes.items()):
        yield from (f"    {line}" for line in _import(home, names))
    yield from ("", *_all((*by_name, *own)))
    lines = (f'    "{name}": "{by_name[name]}",' for name in sorted(by_name, key=_order))
    yield from _END.format(homes="\n".join(lines)).splitlines()


def _import(home: str, names: Iterable[str]) -> Iterator[str]:
    yield f"from {home} import ("
    yield from (f"    {name}," for name in sorted(names, key=_order))
    yield ")"


def _all(names: Iterable[str]) -> Iterator[str]:
    yield "__all__ = ["
    yield from (f'    "{name}",' for name in sorted(names, key=_order))
    yield "]"


def _order(name: str) -> tuple[bool, str]:
    """Sort as the linter does: classes before functions."""
    return not name[0].isupper(), name
