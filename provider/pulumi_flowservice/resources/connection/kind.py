"""A kind of base connection as data: its connection spec, and the authentications with their params.

`lifecycle` needs no more than this of a kind; `kinds/` has them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ...errors import Code, LifecycleError, SettingsError
from ...lifecycle.names import CREDENTIALS_VERSION
from ...lifecycle.part import Known, Part
from ...lifecycle.patches import removed, sends_secret
from ...lifecycle.properties import Field, Properties
from ...lifecycle.resource_type import ResourceType
from ...lifecycle.results import PatchOperation
from ..properties import Property
from .authentication import PARAMS, Authentication, Param, all_params, authentication_problems, chosen
from .common import COMPUTED, DESCRIPTION, INPUTS, NAME, OPTIONS, OUTPUTS
from .connection_test import CONNECTION_TEST

if TYPE_CHECKING:
    from ...api.collection import Collection
    from ...api.models import Connection
    from ...api.sandbox import Sandbox

_ALL_AT_ONCE = "the API does not accept changes of single parameters of this connection"


@dataclass(frozen=True)
class Kind(ResourceType):
    """A kind of connection.

    Args:
        name: Its name in manifests and commands, such as `redshift`.
        title: Its name for people, such as "Amazon Redshift".
        resource: The name of the resource class, such as `RedshiftConnection`; part of its type in users' states.
        spec_id: The id of the connection specification.
        authentications: The ways to authenticate; the params that a program gives choose one.
        spec_version: The version of the connection specification.
        introduction: What a program needs to know before it gives the params; it names them as in the API.
    """

    name: str
    title: str
    resource: str
    spec_id: str
    authentications: tuple[Authentication, ...]
    spec_version: str = "1.0"
    introduction: str = ""

    noun = "connection"
    options = OPTIONS
    computed = COMPUTED
    outputs = OUTPUTS
    after_write = CONNECTION_TEST
    user_noun = "dataflow"

    @cached_property
    def params(self) -> tuple[Param, ...]:
        """The params of all authentications, without duplicates."""
        return all_params(self.authentications)

    @cached_property
    def inputs(self) -> Mapping[str, Property]:
        """All inputs by name, as classes and documentation have them."""
        required = self.required_visible({})
        params = [Property(p.name, p.description, p.type, p.name in required) for p in self.params]
        return {**{each.name: each for each in params}, **INPUTS}

    @property
    def required_inputs(self) -> tuple[str, ...]:
        """The inputs that every program gives."""
        return self.required_visible({})

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        return (NAME, DESCRIPTION, *(param.field for param in self.params))

    @property
    def summary(self) -> str:
        """What a resource of this kind is."""
        return f"A base connection to {self.title} in Flow Service; many dataflows can use it."

    @property
    def spec_filter(self) -> str:
        """The documented filter that lists the connections of this kind only."""
        return f"connectionSpec.id=={self.spec_id}"

    @cached_property
    def main(self) -> Part:
        return Part(
            self.noun,
            _connections,
            self._body,
            (self.spec_filter,),
            identity=lambda inputs: tuple(inputs.get(name) for name in ("name", *self.required_visible(inputs))),
            is_like=self._is_like,
            is_certain=self._is_certain,
        )

    def is_type_of(self, document: Connection) -> bool:
        return document.connection_spec is not None and document.connection_spec.id == self.spec_id

    def type_told(self, document: Connection) -> str:
        spec = document.connection_spec
        return f"its connection spec is {spec.id}" if spec else "it has no connection spec"

    def is_whole_entry(self, document: Connection) -> bool:
        return bool(document.connection_spec and document.auth.params)

    def authentication(self, properties: Mapping[str, Any]) -> Authentication | None:
        """Return the one authentication that these properties choose; None if none or several match."""
        return chosen(self.authentications, properties)

    def required_visible(self, properties: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the names of the params that are required and not secret in every authentication that matches."""
        matching = [found] if (found := self.authentication(properties)) else self.authentications
        always = frozenset.intersection(*(frozenset(each.required) for each in matching)) - {*self.secrets}
        return tuple(param.name for param in self.params if param.name in always)

    def problems(self, olds: Properties, inputs: Properties) -> Iterator[str]:
        return authentication_problems(self.authentications, olds, inputs)

    def missing_for_creation(self, inputs: Properties) -> str:
        found = self.authentication(inputs)
        if found is None:
            names = ", ".join(f"`{name}`" for name in self.secrets)
            return f"the secrets of one way to authenticate, some of these: {names}"
        return ", ".join(f"`{name}`" for name in found.required if inputs.get(name) is None)

    def require_adoptable(self, document: Connection, inputs: Properties) -> None:
        """Raise a LifecycleError if the params of another authentication would be mixed with those at the server."""
        wanted, there = self.authentication(inputs), document.auth.spec_name
        known = [each.spec_name for each in self.authentications]
        if wanted is not None and there != wanted.spec_name and there in known:
            raise LifecycleError(
                f"it uses {there!r} to authenticate, but the program has the parameters of {wanted.spec_name!r}",
                code=Code.NOT_OURS,
                remedy=f"Use the parameters of {there!r}; or create a second connection with {wanted.spec_name!r}, "
                "switch the dataflows to it, and then delete the first one.",
            )

    def shown(self, document: Connection) -> Properties:
        params = document.auth.params
        found: Properties = {"name": document.name, "description": document.description or None}
        found |= {p.name: p.type.from_wire(params[p.name]) for p in self.params if p.name in params and not p.is_secret}
        return {name: value for name, value in found.items() if value is not None}

    def view(self, document: Connection, known: Mapping[str, Any]) -> Properties:
        """What the API shows of a connection, completed by what is known of it where its view is partial.

        The API documents "a partial view of the credentials". Where a required param is not shown, the view is partial,
        and what it leaves out is as it was; in a whole view, an optional param that is absent was removed.
        """
        shown = self.shown(document)
        if self.is_whole(shown, known):
            return shown
        return {name: known[name] for name in self.details if known.get(name) is not None} | shown

    def is_whole(self, shown: Properties, known: Mapping[str, Any]) -> bool:
        """Whether a view has every param that such a connection always has."""
        return all(name in shown or known.get(name) is None for name in self.required_visible(known))

    def wire_params(self, properties: Mapping[str, Any]) -> Properties:
        """Return the API's `auth.params` for these properties."""
        given = (param for param in self.params if properties.get(param.name) is not None)
        return {param.name: param.type.to_wire(properties[param.name]) for param in given}

    def whole_patch(
        self, found: list[PatchOperation], document: Connection, after: Properties, *, is_in_doubt: bool
    ) -> list[PatchOperation] | None:
        """Return the operations that replace all params at once; those that others have added are kept.

        They overwrite the secrets at the server. Raises: LifecycleError if somebody else may have set those,
        SettingsError if the program does not give the secrets.
        """
        if not any(operation["path"].startswith(PARAMS) for operation in found):
            return None
        shown, dropped = document.auth.params, removed(self, found)
        needed = found_now.required if (found_now := self.authentication(after)) else self.secrets
        # A secret that the server shows and the program does not give would be replaced by its mask; one that this very
        # change removes is not sent.
        kept = [name for name in self.secrets if after.get(name) is None and name not in dropped]
        if any(name in needed or name in shown for name in kept):
            raise SettingsError(f"{_ALL_AT_ONCE}, so all its secrets must be in the program too")
        if is_in_doubt and not sends_secret(self, found):
            raise LifecycleError(
                f"{_ALL_AT_ONCE}, and somebody else may have changed the credentials",
                code=Code.CONCURRENT_CHANGE,
                remedy=f"Set the correct credentials and change {CREDENTIALS_VERSION} to send them.",
            )
        value = {name: each for name, each in shown.items() if name not in dropped} | self.wire_params(after)
        rest = [operation for operation in found if not operation["path"].startswith(PARAMS)]
        return [*rest, {"op": "replace", "path": PARAMS, "value": value}]

    def users(self, sandbox: Sandbox, object_id: str) -> list[tuple[str, str]]:
        return [(flow.name, flow.id) for flow in sandbox.flows.using(object_id)]

    def _body(self, inputs: Properties, _known: Known) -> Mapping[str, object]:
        found = self.authentication(inputs)
        assert found is not None  # noqa: S101 - `check` refuses inputs that choose none.
        described = {"description": inputs["description"]} if inputs.get("description") else {}
        return {
            "name": inputs["name"],
            **described,
            "auth": {"specName": found.spec_name, "params": self.wire_params(inputs)},
            "connectionSpec": {"id": self.spec_id, "version": self.spec_version},
        }

    def _is_like(self, document: Connection, inputs: Properties, _known: Known) -> bool:
        # What a partial view leaves out may be equal or not: such a match is told, and never taken over.
        shown = self.view(document, inputs)
        compared = ("name", *self.details)
        return self.is_type_of(document) and all(shown.get(n) == inputs[n] for n in compared if n in inputs)

    def _is_certain(self, document: Connection, inputs: Properties) -> bool:
        return self.is_whole(self.shown(document), inputs) and bool(self.required_visible(inputs))


def _connections(sandbox: Sandbox) -> Collection[Connection]:
    return sandbox.connections
