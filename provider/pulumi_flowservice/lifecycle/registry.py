"""What one run of the engine knows of each object: which resource has it, whether it was written, what failed.

A resource is known by its `owner`: in the native provider its URN; in the dynamic one, which is told no URN, its inputs
before the check and its name. Two rules keep one object with one resource:

- A resource has an object if `diff` names both and follows a `check` of this run: the engine asks `check` only for the
  resources of the program, but a refresh asks `diff` also for those that the program no longer has.
- A resource gives its objects up if `diff` answers a replacement, if `check` asks again for it as for a new resource
  (that is how the engine begins every replacement), or if it makes another object.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from .lists import Lists
from .properties import Properties
from .record import Record, adopted_twice, kept_in_state, managed_twice


class Registry:
    """The records of a run; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._records: defaultdict[str, Record] = defaultdict(Record)
        self._owned: defaultdict[str, set[str]] = defaultdict(set)
        self._checked: dict[Any, str] = {}
        self._in_program: set[str] = set()
        self._failed: set[str] = set()
        self.lists = Lists()

    # What the engine asks.

    def checked(self, owner: str, inputs: Properties, noun: str, *, is_new: bool) -> None:
        """Record that the program has this resource with these inputs; `is_new`: the engine will create an object.

        Raises: LifecycleError if it is going to adopt an object that another resource has.
        """
        adopted = inputs.get("adopt")
        with self._lock:
            self._checked[inputs_key(inputs)] = owner
            self._in_program.add(owner)
            if is_new:
                self._give_up(owner)
                if isinstance(adopted, str):
                    self._announce(adopted, owner, noun)

    def owner_of(self, inputs: Properties) -> str:
        """Return the resource whose check returned these inputs; empty if there was none."""
        with self._lock:
            return self._checked.get(inputs_key(inputs), "")

    def is_in_program(self, owner: str) -> bool:
        """Return whether the engine has checked this resource in this run."""
        with self._lock:
            return owner in self._in_program

    def seen(self, object_id: str, editor: str = "", parts: Iterable[str] = ()) -> None:
        """Record that the state has the object, who changed it last if that was read, and the ids of its parts."""
        with self._lock:
            for part in parts:
                self._records[part].is_in_state = True
            record = self._records[object_id]
            record.is_in_state = True
            record.editor = editor or record.editor

    def is_shared(self, object_id: str, urn: str) -> bool:
        """Return whether another resource of the state was read with the same object; remember this one."""
        with self._lock:
            readers = self._records[object_id].readers
            readers.update({urn} - {""})
            return bool(readers - {urn})

    def editor_of(self, object_id: str) -> str:
        """Return who changed the object last before this run, as far as it was read; or empty."""
        with self._lock:
            return self._records[object_id].editor

    # Who has what.

    def owned_by(self, object_id: str, owner: str, noun: str, *, is_replaced: bool = False) -> None:
        """Record that this resource of the program has the object, or gives it up because it is replaced.

        Raises: LifecycleError if another resource has it, or is going to adopt it.
        """
        if not owner:
            return
        with self._lock:
            if is_replaced:
                self._give_up(owner)
                return
            self.require_free(object_id, owner, noun)
            self._own(object_id, owner)

    def require_free(self, object_id: str, owner: str, noun: str) -> None:
        """Raise a LifecycleError if another resource of the program has the object, or is going to adopt it."""
        with self._lock:
            record = self._records[object_id]
            adopters = sorted(record.adopters - {owner}) if owner else []
            has_owner = bool(owner) and record.owner not in ("", owner)
        if has_owner:
            raise managed_twice(record.owner, noun, object_id)
        if adopters:
            raise adopted_twice(adopters[0], noun, object_id)

    def made(self, object_id: str, owner: str) -> None:
        """Record that this run has created the object, so that the resource has no other."""
        with self._lock:
            self._give_up(owner)
            self._records[object_id].is_ours = True

    @contextmanager
    def adoption_of(self, object_id: str, owner: str, noun: str) -> Iterator[None]:
        """Record an adoption, which is made inside. Raises: LifecycleError if another resource has the object."""
        with self._lock:
            self.require_free(object_id, owner, noun)
            record = self._records[object_id]
            if record.is_ours:
                raise adopted_twice("", noun, object_id)
            record.is_ours = True
            record.adopters.add(owner)
        with self._recorded(object_id, owner):
            yield

    @contextmanager
    def import_of(self, object_id: str, owner: str, noun: str) -> Iterator[None]:
        """Record an import, which is made inside. Raises: LifecycleError if another resource has the object."""
        with self._lock:
            self._announce(object_id, owner, noun)
        with self._recorded(object_id, owner):
            yield

    def failed(self, owner: str) -> None:
        """Record that a creation or change of this resource failed, or that its object does not work yet."""
        with self._lock:
            self._failed.update({owner} - {""})

    def works(self, owner: str) -> None:
        """Record that the object of this resource works now."""
        with self._lock:
            self._failed.discard(owner)

    def keeps(self, object_id: str, owner: str) -> bool:
        """Return whether a resource that goes away must leave the object at the server, because another one has it.

        Raises: LifecycleError if that is not certain, so that the state keeps the resource; or if what replaces the
        object failed: until that works, whatever uses it needs the old one.
        """
        with self._lock:
            record = self._records[object_id]
            if record.is_adopted or (not record.has_failed and record.owner not in ("", owner)):
                return True
            # A replacement, which begins with the deletion, adopts its own object again.
            if owner in record.adopters and not record.has_failed:
                return True
            if record.adopters or record.has_failed:
                why = "a resource of this program asks to adopt it, and has not done so"
                raise kept_in_state(why, "the adoption, or remove this resource's own `adopt`,")
            if owner in self._failed:
                raise kept_in_state("what replaces it does not work yet", "the new one")
        return False

    def is_free(self, object_id: str) -> bool:
        """Return whether no resource of this stack is known to have the object."""
        with self._lock:
            record = self._records[object_id]
            return not (record.is_ours or record.is_in_state)

    def _announce(self, object_id: str, owner: str, noun: str) -> None:
        self._records[object_id].adopters.add(owner)
        self.require_free(object_id, owner, noun)

    @contextmanager
    def _recorded(self, object_id: str, owner: str) -> Iterator[None]:
        """Record how an adoption or import ends. After a failure, another resource may try it."""
        record = self._records[object_id]
        try:
            yield
        except Exception:
            # Also if the object is not there: it may be in another sandbox.
            with self._lock:
                record.has_failed, record.is_ours = True, False
                record.adopters.discard(owner)
            raise
        with self._lock:
            record.is_ours, record.is_adopted, record.has_failed = True, True, False
            self._own(object_id, owner)

    def _own(self, object_id: str, owner: str) -> None:
        self._records[object_id].owner = owner
        self._owned[owner].add(object_id)

    def _give_up(self, owner: str) -> None:
        for object_id in self._owned.pop(owner, ()):
            if self._records[object_id].owner == owner:
                self._records[object_id].owner = ""

    # What is replaced.

    def replaced_by(self, object_id: str, inputs: Properties | None) -> None:
        """Record the inputs of what replaces the object, which a deletion looks at first; None: nothing does."""
        with self._lock:
            self._records[object_id].replacement = inputs

    def replacement_of(self, object_id: str) -> Properties | None:
        """Return the inputs of what replaces the object; None if nothing does, as far as this run knows."""
        with self._lock:
            return self._records[object_id].replacement

    def not_deleted_before(self, inputs: Properties) -> list[str]:
        """Return the ids of the objects that these inputs replace, and that this run has not deleted."""
        key = inputs_key(inputs)
        with self._lock:
            return [
                id_
                for id_, record in self._records.items()
                if record.replacement is not None and inputs_key(record.replacement) == key and not record.is_deleted
            ]

    def deleted(self, object_id: str) -> None:
        """Record that this run has deleted the object."""
        with self._lock:
            self._records[object_id].is_deleted = True

    # What was read.

    def written(self, object_id: str) -> None:
        """Read the object by its id from now on. Called before a write, because pages may be older than the write."""
        with self._lock:
            self._records[object_id].is_written = True

    def is_written(self, object_id: str) -> bool:
        """Return whether this run has written the object, so that a page may be older."""
        with self._lock:
            return self._records[object_id].is_written


def inputs_key(inputs: Properties) -> tuple[tuple[str, str], ...]:
    """Return what tells these inputs from others; None counts as left out."""
    return tuple(sorted((name, repr(value)) for name, value in inputs.items() if value is not None))
