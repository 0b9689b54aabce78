"""The JSON models of Flow Service. Unknown fields are ignored; fields that the API always sends are required.

Source: the swagger file "Flow Service API - Sources" and the samples of Adobe's tutorials. Times are epoch
milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from ..redaction import one_line
from .parsing import IDENTIFIER
from .states import CHANGING, SETTLED

Own = TypeVar("Own", bound="Document")
Identifier = Annotated[str, StringConstraints(pattern=f"^{IDENTIFIER}$")]
# What the API sends as null is as if it were left out: one odd entry must not break a whole list.
String = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
Time = Annotated[int, BeforeValidator(lambda value: 0 if value is None else value)]
# What is only shown and compared goes into sentences: from here on it is one line, without control characters. Names,
# descriptions and params stay as they are, because the state and programs have them: texts show those by `repr`.
Shown = Annotated[str, AfterValidator(one_line)]
ShownString = Annotated[String, AfterValidator(one_line)]
Strings = Annotated[list[str], BeforeValidator(lambda value: value or [])]


class WireModel(BaseModel):
    """The base of all models: camelCase in JSON, snake_case here. Errors never show the input, a possible secret."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )


class SpecReference(WireModel):
    """A reference to a connector, in one version."""

    id: ShownString = ""
    version: str | None = None


class Auth(WireModel):
    """The credentials as the API shows them ("a partial view"): a secret may be missing, masked or in plain text."""

    spec_name: str | None = None
    params: Annotated[dict[str, Any], BeforeValidator(lambda value: value or {})] = Field(
        default_factory=dict, repr=False
    )


class Document(WireModel):
    """What the objects of Flow Service have in common. `etag` may be missing while `state` is `initializing`."""

    id: Shown
    name: String = ""
    description: str | None = None
    state: ShownString = ""
    etag: str | None = None
    sandbox_name: Shown | None = None
    ims_org_id: Shown | None = None
    created_at: Time = 0
    updated_at: Time = 0
    created_by: Shown | None = None
    updated_by: Shown | None = None
    created_client: str | None = None
    updated_client: str | None = None

    def for_call(self: Own, quote: Callable[[str], str | None]) -> Own:
        """Return the object as the texts of one call may show it: without a secret in the name of its editor."""
        if self.updated_by is None:
            return self
        return self.model_copy(update={"updated_by": quote(self.updated_by) or "somebody whose name is not shown"})

    @property
    def failures(self) -> list[str]:
        """Why the last operation on it failed; empty if it did not, or if the API does not tell."""
        return []

    @property
    def is_settled(self) -> bool:
        """Whether it can be changed. One that is initializing may be shown without an etag."""
        return bool(self.etag) and self.state in SETTLED

    @property
    def is_changing(self) -> bool:
        """Whether waiting helps: it is between two states, or has no etag yet."""
        return self.state in CHANGING or (self.state in SETTLED and not self.etag)


class Connection(Document):
    """A base connection."""

    auth: Annotated[Auth, BeforeValidator(lambda value: value or {})] = Field(default_factory=Auth)
    connection_spec: SpecReference | None = None


class Written(WireModel):
    """The answer to POST, PATCH and PUT. The `version` of a mapping set is a number, elsewhere it is an etag."""

    id: Identifier
    etag: str | None = None
    version: int | str | None = None
