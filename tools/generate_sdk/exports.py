"""The modules from which programs import: `__init__.py` and `native.py`."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator

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
_PACKAGE_END = """\

# Imported at the first use of one of their names: the commands start much faster without Pulumi's SDK.
_HOMES = {{
{homes}
}}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {{__name__!r}} has no attribute {{name!r}}")
    return getattr(importlib.import_module(_HOMES[name], __name__), name)


def __dir__() -> list[str]:
    return __all__
"""
_NATIVE = '''\
"""The classes and functions of the native provider, which the engine finds as the plugin `pulumi-resource-flowservice`.

They have the same arguments as those of `pulumi_flowservice`, and a connection stays the same when a program imports
the other class. docs/how-to/native.md says what the native provider has in addition, and how the engine finds it.
"""

from __future__ import annotations

'''


def package() -> Iterator[str]:
    """Yield the lines of `__init__.py`."""
    homes = {home: list(importlib.import_module(f"pulumi_flowservice{home}").__all__) for home in _HOMES}
    homes[_CLASSES] = [*TYPES]
    by_name = {name: home for home, names in homes.items() for name in names}
    yield from _PACKAGE.splitlines()
    for home, names in sorted(homes.items()):
        yield from (f"    {line}" for line in _import(home, names))
    yield from ("", *_all((*by_name, "__version__")))
    lines = (f'    "{name}": "{by_name[name]}",' for name in sorted(by_name, key=_order))
    yield from _PACKAGE_END.format(homes="\n".join(lines)).splitlines()


def native() -> Iterator[str]:
    """Yield the lines of `native.py`."""
    names = ["Provider", *TYPES]
    arguments = importlib.import_module("pulumi_flowservice.sdk.arguments").__all__
    asking = functions.names()
    imports = (
        *_import(".sdk.arguments", arguments),
        *_import(".sdk.native", names),
        *_import(".sdk.native_functions", asking),
    )
    yield from (*_NATIVE.splitlines(), *imports, "", *_all((*arguments, *names, *asking)))


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
