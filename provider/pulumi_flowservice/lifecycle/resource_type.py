"""What the lifecycle needs to know of a type of resource, data and few functions; and one operation on a resource.

`resources/` has the types. The lifecycle works for any of them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..settings import Settings
from .call import Call, Run
from .part import Known, Part
from .properties import Field, Properties
from .registry import Registry
from .results import Change, Checked, Made, PatchOperation

if TYPE_CHECKING:
    # pydantic takes longer to import than everything else here, and a preview needs no documents of the API.
    from ..api.outcomes import Gone
    from ..api.sandbox import Sandbox


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
    recorded: tuple[str, ...] = ()
    """Those of them that say what the object was made of; they stay in the state until a read or a change renews them.
    The ids of parts are among them."""
    after_write: AfterWrite = AfterWrite()
    user_noun: str = "object"
    """What texts call one of the `users` that prevent a deletion, such as "dataflow"."""
    is_deleted_first: bool = False
    """Whether a replacement deletes the old object first. Then a value that is not known yet is shown as a replacement,
    too: what depends on something that is replaced goes before it."""
    is_read_before_change: bool = False
    """Whether a change depends on what the server shows, so that it begins with a read."""
    is_adopted_unchanged: bool = False
    """Whether an adoption sends nothing, so that what differs is the update of the next run."""

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
        """The objects that are made before the main one, at once, and deleted after it, in the opposite order.

        None names another one. What fails in several of them is told in this order.
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

    def defaults(self, olds: Properties, given: Properties) -> Properties:
        """Return the inputs that are left out and have a default; `olds` are those in the state, if there are any."""
        return {}

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

    def prepare(self, operation: Operation, inputs: Properties) -> Known:
        """Look up what a creation needs beside its inputs, before its first write. Raises: FlowServiceError."""
        return {}

    def complete(self, operation: Operation, document: Any, known: Properties) -> Any:
        """Return the main object together with what the API shows of its parts. Raises: FlowServiceError."""
        return document

    def facts(self, document: Any) -> Properties:
        """Return the `recorded` outputs that the API shows; of an object that was just made, what was sent."""
        return {}

    def notices(self, subject: str, document: Any, known: Properties) -> Iterator[str]:
        """Yield warnings of a read, with code and subject: what nothing that the program can say would change."""
        return iter(())

    def hidden(self, operation: Operation, gone: Gone, object_id: str, known: Properties) -> str:
        """Return the warning that an object, which the API says is gone, may be hidden; empty if it is gone."""
        return ""

    def refuse_change(self, call: Call, olds: Properties, news: Properties, now: float) -> None:  # noqa: B027 - As above.
        """Raise a LifecycleError if a change is neither possible in place nor a replacement; `now` is epoch seconds."""

    def replacement_notice(self, subject: str, olds: Properties, news: Properties, names: list[str]) -> str:
        """Return the warning about the subject that comes with a replacement because of these inputs, or nothing."""
        return ""

    def prepare_patch(
        self, operation: Operation, found: list[PatchOperation], document: Any, after: Properties
    ) -> list[PatchOperation]:
        """Write what a patch refers to, and return the patch that refers to it. Raises: FlowServiceError."""
        return found

    def before_delete(self, operation: Operation, object_id: str, olds: Properties) -> Sequence[str]:
        """Look up what a deletion depends on; return the outputs of parts that it must leave at the server.

        Raises: LifecycleError if it must not be sent.
        """
        return ()

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

    def differing(self, olds: Properties, news: Properties) -> list[str]:
        """Return the names of those of `fixed` that `news` gives, and that mean something else in `olds`."""
        return [
            field.name
            for field in self.fields
            if field.replaces and news.get(field.name) is not None and not field.is_same(olds, news[field.name])
        ]

    @property
    def dynamic_type(self) -> str:
        """The resource type in the state of a stack that uses the dynamic provider."""
        return f"pulumi-python:dynamic/flowservice:{self.resource}"

    @property
    def native_type(self) -> str:
        """The resource type in the state of a stack that uses the native provider."""
        return f"flowservice:index:{self.resource}"
