"""The readers of the made-up library as a type of resource: a reader, and the rack that is made for it.

As different from a connection as a type can be: two objects, a field that an action changes, one that needs a new
object, a rule of its own for what is gone, a look-up before its deletion; no secret, and no test.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from pulumi_flowservice.api.answers import GoneRule
from pulumi_flowservice.api.collection import Collection
from pulumi_flowservice.api.envelopes import Refusal
from pulumi_flowservice.api.models import Document
from pulumi_flowservice.api.outcomes import Outcome
from pulumi_flowservice.api.sandbox import Sandbox
from pulumi_flowservice.errors import Code, LifecycleError
from pulumi_flowservice.lifecycle.part import Known, Part
from pulumi_flowservice.lifecycle.properties import Field, Properties, Type
from pulumi_flowservice.lifecycle.resource_type import Operation, ResourceType

_ACTIONS = {"opened": "open", "closed": "close", "paused": "pause"}


class RackDocument(Document):
    """A rack."""

    language: str = ""


class ReaderDocument(Document):
    """A reader; it refers to its rack."""

    notes: str | None = None
    level: int = 0
    language: str = ""
    mode: str = ""
    rack_id: str = ""


class LoanDocument(Document):
    """A loan; it refers to its reader."""

    reader_id: str = ""


class Racks(Collection[RackDocument]):
    """The racks of a sandbox."""

    path = "/racks"
    noun = "rack"
    model = RackDocument


class Readers(Collection[ReaderDocument]):
    """The readers of a sandbox. One that is gone is answered with 410 and its id."""

    path = "/readers"
    noun = "reader"
    model = ReaderDocument

    def act(self, reader_id: str, op: str) -> Outcome:
        """Let a reader open, close or pause."""
        return self._write("POST", f"{self._path(reader_id)}/action", reader_id, params=(("op", op),))

    def _gone_rule(self, object_id: str) -> GoneRule:
        def is_gone(status: int, refusal: Refusal) -> bool:
            return status == 410 and refusal.resource_id == object_id

        return is_gone


class Loans(Collection[LoanDocument]):
    """The loans of a sandbox."""

    path = "/loans"
    noun = "loan"
    model = LoanDocument

    def of(self, reader_id: str) -> list[tuple[str, str]]:
        """The names and ids of a reader's loans."""
        return [(each.name, each.id) for each in self.list(f"readerId=={reader_id}") if each.reader_id == reader_id]


def _string(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("must be a string that is not empty")
    return value


def _mode(value: object) -> str:
    if value not in _ACTIONS:
        raise ValueError("must be opened, closed or paused")
    return str(value)


def _level(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("must be a whole number")
    return value


def _set_mode(sandbox: Sandbox, reader_id: str, mode: str) -> Outcome:
    return Readers(sandbox).act(reader_id, _ACTIONS[mode])


_FIELDS = (
    Field("name", "/name", Type(_string)),
    Field("notes", "/notes", Type(_string), is_required=False, is_added=True),
    Field("level", "/level", Type(_level, "integer", to_wire=int)),
    Field("language", "/language", Type(_string), replaces=True),
    Field("mode", "/mode", Type(_mode), send=_set_mode),
)


class Reader(ResourceType):
    """A reader with its rack."""

    resource = "Reader"
    title = "Made-up Reader"
    noun = "reader"
    user_noun = "loan"
    options = {"sandbox": _string, "adopt": _string}  # noqa: RUF012 - As its base declares it.
    computed = ("etag", "imsOrg", "state", "credentialsInDoubt", "rackId")
    recorded = ("rackId",)

    @property
    def fields(self) -> tuple[Field, ...]:
        return _FIELDS

    @cached_property
    def main(self) -> Part:
        return Part(
            self.noun,
            Readers,
            lambda inputs, ids: {**_given(inputs), "rackId": ids["rackId"]},
            (),
            identity=lambda inputs: (inputs["name"],),
            is_like=self._is_like,
            is_certain=lambda document, inputs: True,
        )

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        return (
            Part(
                "rack",
                Racks,
                lambda inputs, ids: {"name": _rack_name(inputs), "language": inputs["language"]},
                (),
                identity=lambda inputs: (_rack_name(inputs),),
                is_like=lambda document, inputs, ids: (
                    (document.name, document.language) == (_rack_name(inputs), inputs["language"])
                ),
                is_certain=lambda document, inputs: True,
                output="rackId",
            ),
        )

    def is_type_of(self, document: ReaderDocument) -> bool:
        return document.rack_id != ""

    def shown(self, document: ReaderDocument) -> Properties:
        found = {field.name: getattr(document, field.name) for field in self.fields}
        return {name: value for name, value in found.items() if value is not None}

    def problems(self, olds: Properties, inputs: Properties) -> Iterator[str]:
        if inputs.get("mode") == "paused" and inputs.get("level") == 0:
            yield "`mode` cannot be paused at `level` 0"

    def before_delete(self, operation: Operation, object_id: str, olds: Properties) -> tuple[str, ...]:
        """Look for loans. Raises: LifecycleError, which names them."""
        if loans := self.users(operation.sandbox, object_id):
            names = ", ".join(f"{name!r} ({id_})" for name, id_ in loans)
            raise LifecycleError(f"it has loans, so nothing was deleted: {names}", code=Code.IN_USE)
        return ()

    def users(self, sandbox: Sandbox, object_id: str) -> list[tuple[str, str]]:
        return Loans(sandbox).of(object_id)

    def _is_like(self, document: ReaderDocument, inputs: Properties, known: Known) -> bool:
        # A leftover names a rack of its own.
        is_of_rack = document.rack_id == known.get("rackId", document.rack_id)
        return is_of_rack and self.shown(document) == _given(inputs)


def _given(inputs: Mapping[str, Any]) -> Properties:
    return {field.name: inputs[field.name] for field in _FIELDS if inputs.get(field.name) is not None}


def _rack_name(inputs: Mapping[str, Any]) -> str:
    return f"rack of {inputs['name']}"


READER = Reader()

INPUTS: Properties = {"name": "ann", "level": 1, "language": "en", "mode": "opened", "sandbox": "dev"}
