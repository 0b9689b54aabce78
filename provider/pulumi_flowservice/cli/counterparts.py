"""Find what on one side of a comparison corresponds to what on the other side: by ids, by former names, by names."""

from __future__ import annotations

from collections.abc import Collection, Iterator
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


def likely_renames(found: Collection[Pair], places: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the former and the new name of what only one side has each, if the properties `places` of both are equal.

    Between two versions of a manifest: an entry was perhaps renamed, and its file does not say so.
    """
    gone = [(pair.name, pair.left) for pair in found if pair.left and not pair.right]
    new = [(pair.name, pair.right) for pair in found if pair.right and not pair.left]
    for was, left in gone:
        for now, right in new:
            (former, _, place), (name, _, other) = was.partition(" @ "), now.partition(" @ ")
            shown = [{key: each.properties[key] for key in places if key in each.properties} for each in (left, right)]
            if place == other and shown[0] and shown[0] == shown[1]:
                yield former, name
