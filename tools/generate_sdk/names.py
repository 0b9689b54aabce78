"""The module `resources/declared.py`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pulumi_flowservice.resources.types import TYPES


def declared() -> Iterator[str]:
    """Yield the lines of the module with the names of all types."""
    yield '"""The names of all types of resources and of their properties, for programs."""'
    yield from ("", "from __future__ import annotations", "", "from collections.abc import Mapping", "")
    yield from ("from .names import Names", "", "DECLARED: Mapping[str, Names] = {")
    for name, each in TYPES.items():
        yield f'    "{name}": Names('
        yield from _listed((name, *each.inputs, *each.outputs))
        yield f'        dynamic_type="{each.dynamic_type}",'
        yield f'        native_type="{each.native_type}",'
        yield from (f"        secrets={_tuple(each.secrets)},", f"        defaulted={_tuple(_defaulted(name))},")
        yield from (f"        is_deleted_first={each.is_deleted_first},", "    ),")
    yield from ("}", '"""By the names of their classes."""')


def _listed(names: Iterable[str]) -> Iterator[str]:
    yield from (f'        "{name}",' for name in names)


def _tuple(names: Iterable[str]) -> str:
    quoted = [f'"{name}"' for name in names]
    return f"({quoted[0]},)" if len(quoted) == 1 else f"({', '.join(quoted)})"


def _defaulted(name: str) -> tuple[str, ...]:
    """Return the inputs that `check` gives a value."""
    return ("name", "sandbox", *TYPES[name].defaults({}, {}))
