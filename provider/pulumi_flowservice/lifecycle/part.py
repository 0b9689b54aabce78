"""One of the objects that a resource consists of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .properties import Properties

if TYPE_CHECKING:
    from ..api.collection import Collection
    from ..api.sandbox import Sandbox

GATEWAY_SECONDS = 60.0
"""The gateway ends a request after that time; an object that does not exist by then will not be created."""
Known = Mapping[str, Any]
"""What a creation knows beside the inputs: what its look-ups have found, and for the main object the ids of the
parts, by the names of the outputs that keep them."""


@dataclass(frozen=True)
class Part:
    """One of the objects that a resource consists of; each is created exactly once, or not at all.

    Args:
        noun: What texts call it.
        collection: Where it is at the API.
        body: What its creation sends, from the inputs and what is known beside them.
        filters: What lists only such objects, such as `connectionSpec.id==…`.
        identity: The inputs by which a creation is told from others of the same collection.
        is_like: Whether an object at the server has these inputs and ids. Of a main object, the ids are left out where
            any will do: a leftover names parts of its own.
        is_certain: Whether the API shows enough of an object to tell that it is the one of these inputs.
        output: The output that keeps its id; empty for the main object, whose id is the resource's.
        may_stay: Whether a refused deletion only leads to a warning, because nothing comes of one that stays.
        search: What lists few objects and this one after a lost answer; None means `filters`. With it, the body has a
            name that no other creation has, so that `is_like` knows it by its name alone, in any order of the list.
        search_seconds: How long it is looked for after a lost answer, before the POST is repeated: if the first one is
            done later, there are two.
        is_leftover: Whether an object may be what an earlier creation of the same resource has left; for a part with a
            name of its own, which is warned of and never taken over. None: nobody looks.
    """

    noun: str
    collection: Callable[[Sandbox], Collection[Any]]
    body: Callable[[Properties, Known], Mapping[str, object]]
    filters: tuple[str, ...]
    identity: Callable[[Properties], tuple[object, ...]]
    is_like: Callable[[Any, Properties, Known], bool]
    is_certain: Callable[[Any, Properties], bool]
    output: str = ""
    may_stay: bool = False
    search: Callable[[Properties, Known], tuple[str, ...]] | None = None
    search_seconds: float = 10.0
    is_leftover: Callable[[Any, Properties, Known], bool] | None = None
