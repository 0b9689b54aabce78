"""Find what on one side of a comparison corresponds to what on the other side: by ids, by former names, by names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .side import Entries, Entry, Source


class Pair(NamedTuple):
    """An entry and its counterpart; one of the two may be missing."""

    name: str
    left: Entry | None
    right: Entry | None
    is_by_id: bool = False
    former_name: str = ""


def pairs(left: Entries, right: Entries, sources: tuple[Source, Source]) -> list[Pair]:
    """Return all entries of both sides, sorted by name, each with its counterpart.

    Between programs their names decide, as they do for the engine; if the right side says that an entry was renamed, it
    belongs to the left one of the former name. A sandbox has ids, and names in the UI; shown are the program's names.
    """
    lefts, rights = dict(left), dict(right)
    if Source.SANDBOX in sources:
        found = [*_by_id(lefts, rights, shows_right=sources[0] is Source.SANDBOX)]
        lefts, rights = ({each.name_in_the_ui: each for each in side.values()} for side in (lefts, rights))
    else:
        found = [*_by_former_name(lefts, rights)]
    found += [Pair(name, lefts.get(name), rights.get(name)) for name in lefts.keys() | rights.keys()]
    return sorted(found, key=lambda pair: pair.name)


def _by_id(lefts: dict[str, Entry], rights: dict[str, Entry], *, shows_right: bool) -> Iterator[Pair]:
    """Yield what has one id on both sides, and take it out of both."""
    names = {each.id: name for name, each in lefts.items() if each.id}
    for right_name, right in list(rights.items()):
        if (left_name := names.pop(right.id, None)) is not None:
            name = right_name if shows_right else left_name
            yield Pair(name, lefts.pop(left_name), rights.pop(right_name), is_by_id=True)


def _by_former_name(lefts: dict[str, Entry], rights: dict[str, Entry]) -> Iterator[Pair]:
    """Yield the entries that only the left side has, by a former name, and take them out of both sides."""
    new = [name for name in rights if name not in lefts]
    stated = {name: former for name in new for former in rights[name].former_names}
    for name, former in stated.items():
        if former in lefts and former not in rights:
            yield Pair(name, lefts.pop(former), rights.pop(name), former_name=former)
