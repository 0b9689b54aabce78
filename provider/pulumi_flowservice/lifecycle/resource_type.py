"""What the lifecycle needs to know of a type of resource, data and few functions; and one operation on a resource.

`resources/` has the types. The lifecycle works for any of them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..settings import Settings
from .call import Call, Run
from .properties import Field, Properties
from .registry import Registry
from .results import Change, Checked, Made, PatchOperation

if TYPE_CHECKING:
    # pydantic takes longer to import than everything else here, and a preview needs no documents of the API.
    from ..api.collection import Collection
    from ..api.sandbox import Sandbox

Ids = Mapping[str, str]
"""The ids of a resource's other objects, by the names of the outputs that keep them."""


@dataclass(frozen=True)
class Part:
    """One of the objects that a resource consists of; each is created exactly once, or not at all.

    Args:
        noun: What texts call it.
        collection: Where it is at the API.
        body: What its creation sends, from the inputs and the ids of the parts before it.
        filters: What lists only such objects, such as `connectionSpec.id==…`.
        identity: The inputs by which a creation is told from others of the same collection.
        is_like: Whether an object at the server has these inputs and ids. Of a main object, the ids are empty where any
            will do: a leftover names parts of its own.
        is_certain: Whether the API shows enough of an object to tell that it is the one of these inputs.
        output: The output that keeps its id; empty for the main object, whose id is the resource's.
    """

    noun: str
    collection: Callable[[Sandbox], Collection[Any]]
    body: Callable[[Properties, Ids], Mapping[str, object]]
    filters: tuple[str, ...]
    identity: Callable[[Properties], tuple[object, ...]]
    is_like: Callable[[Any, Properties, Ids], bool]
    is_certain: Callable[[Any, Properties], bool]
    output: str = ""


@dataclass(frozen=True)
class Operation:
    """One call: the type of its resource, the run and the call that it belongs to, and the sandbox that it works in."""

    resource: ResourceType
    run: Run
    call: Call
    sandbox: Sandbox

    @property
    def settings(self) -> Settings:
        """The settings of the run."""
        return self.run.settings

    @property
    def registry(self) -> Registry:
        """What the run knows of each object."""
        return self.run.registry

    @property
    def place(self) -> tuple[str, str]:
        """What tells lists of this type in this sandbox from others."""
        return self.resource.resource, self.sandbox.name

    def subject(self, properties: Mapping[str, Any], object_id: str = "") -> str:
        """Return how every text names the object."""
        return self.call.subject(self.resource.noun, properties, object_id)

    def after_write(self) -> Operation:
        """Return the operation for what follows a write, and is finished even if the run is cancelled."""
        return replace(self, sandbox=self.sandbox.after_write())


class AfterWrite:
    """What follows a write, such as a test that may undo it. This one accepts everything."""

    def concerns(self, operations: list[PatchOperation]) -> bool:
        """Return whether a change by these operations is checked, so that it may have to be undone."""
        return False

    def after_creation(self, operation: Operation, inputs: Properties, made: Made) -> Checked:
        """Check a new object, and remove it if it is not accepted. Never raises: the object was made."""
        return Checked()

    def after_change(self, operation: Operation, change: Change, inputs: Properties, *, is_due: bool) -> Checked:
        """Check a change, and undo it if it is not accepted; with `is_due`, also check if nothing was sent.

        Raises: FlowServiceError if the object is gone.
        """
        return Checked()


class ResourceType(ABC):
    """A type of resource: one main object at the API, and the parts that are made before it."""

    resource: str
    """The name of the class, such as `RedshiftConnection`; part of its type in users' states."""
    title: str
    """Its name for people, such as "Amazon Redshift"."""
    noun: str
    """What texts call one, such as "connection"."""
    options: Mapping[str, Callable[[object], object]]
    """The parsers of inputs that the API does not keep, such as `adopt`."""
    computed: tuple[str, ...]
    """The names of the outputs that are not inputs."""
    after_write: AfterWrite = AfterWrite()
    user_noun: str = "object"
    """What texts call one of the `users` that prevent a deletion, such as "dataflow"."""

    @property
    @abstractmethod
    def fields(self) -> tuple[Field, ...]:
        """The properties that the API keeps, in the order of tables and files."""

    @property
    @abstractmethod
    def main(self) -> Part:
        """The main object."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """The objects that are made before the main one, in this order, and deleted after it.

        The outputs that keep their ids are among `computed`. Those of an adopted object are not known, and stay.
        """
        return ()

    @abstractmethod
    def is_type_of(self, document: Any) -> bool:
        """Return whether an object at the API is of this type."""

    def type_told(self, document: Any) -> str:
        """Return what an error says of an object of another type, such as the id of its specification."""
        return ""

    @abstractmethod
    def shown(self, document: Any) -> Properties:
        """Return the visible properties of an object, converted to the state's values; never a secret."""

    @abstractmethod
    def problems(self, olds: Properties, inputs: Properties) -> Iterator[str]:
        """Yield the problems of inputs that concern several of them; no text holds a value."""

    def view(self, document: Any, known: Mapping[str, Any]) -> Properties:
        """Return what the API shows, completed by what is known of the object where the view is partial."""
        return self.shown(document)

    def is_whole_entry(self, document: Any) -> bool:
        """Return whether an entry of a list is as complete as a read by id."""
        return True

    def missing_for_creation(self, inputs: Properties) -> str:
        """Return what a new object needs and the inputs lack, as the end of a sentence; empty if nothing."""
        missing = [field.name for field in self.fields if field.is_required and inputs.get(field.name) is None]
        return ", ".join(f"`{name}`" for name in missing)

    def require_adoptable(self, document: Any, inputs: Properties) -> None:  # noqa: B027 - Most types need none.
        """Raise a LifecycleError if an existing object of this type cannot become the one of these inputs."""

    def whole_patch(
        self, found: list[PatchOperation], document: Any, after: Properties, *, is_in_doubt: bool
    ) -> list[PatchOperation] | None:
        """Return the same change in the form for an API that refuses to patch single paths; None if there is none.

        Raises: FlowServiceError if that would overwrite what is not known.
        """
        return None

    def before_delete(  # noqa: B027 - As above.
        self, operation: Operation, object_id: str, olds: Properties
    ) -> None:
        """Look up what a deletion depends on. Raises: LifecycleError if it must not be sent."""

    def users(self, sandbox: Sandbox, object_id: str) -> list[tuple[str, str]]:
        """Return name and id of what uses the object and prevents its deletion. Raises: FlowServiceError."""
        return []

    @cached_property
    def secrets(self) -> tuple[str, ...]:
        """The names of the inputs that are secret."""
        return tuple(field.name for field in self.fields if field.is_secret)

    @cached_property
    def visible(self) -> tuple[str, ...]:
        """The names of all inputs that the API shows, in the order of tables and files."""
        return tuple(field.name for field in self.fields if not field.is_secret)

    @cached_property
    def details(self) -> tuple[str, ...]:
        """The names of the visible inputs other than name and description, such as those of the database's address."""
        return tuple(name for name in self.visible if name not in ("name", "description"))

    @cached_property
    def fixed(self) -> tuple[str, ...]:
        """The names of the inputs that only a new object could change."""
        return tuple(field.name for field in self.fields if field.replaces)

    @property
    def dynamic_type(self) -> str:
        """The resource type in the state of a stack that uses the dynamic provider."""
        return f"pulumi-python:dynamic/flowservice:{self.resource}"

    @property
    def native_type(self) -> str:
        """The resource type in the state of a stack that uses the native provider."""
        return f"flowservice:index:{self.resource}"
