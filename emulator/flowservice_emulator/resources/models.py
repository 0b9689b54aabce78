"""Define the bodies that requests send: which fields they have, and of which types.

Required fields are those of the API description or of its prose. Fields that a model does not know are dropped or
refused where a setting says so, and kept where the description leaves an object open (`params`, `scheduleParams`).
"""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from ..http.errors import ApiError, MessageError, mandatory
from ..json_values import Json

Name = Annotated[str, Field(min_length=1)]
Open = dict[str, JsonValue]


class Body(BaseModel):
    """A JSON object whose fields have exactly the types that are stated: no number is taken for text."""

    model_config = ConfigDict(strict=True, extra="ignore", hide_input_in_errors=True)

    def sent(self) -> Json:
        """Return the fields that were sent, and no default."""
        return self.model_dump(exclude_unset=True)


class SpecReference(Body):
    """The spec of a resource; `specs.find_spec` checks that the id is known."""

    id: str
    version: str | None = None


class Auth(Body):
    """How a connection logs in."""

    specName: str | None = None
    type: str | None = None
    params: Open


class ConnectionBody(Body):
    """The body of `POST /connections`."""

    name: Name
    description: str | None = None
    auth: Auth
    connectionSpec: SpecReference
    providerId: str | None = None


class SourceConnectionBody(Body):
    """The body of `POST /sourceConnections`."""

    name: Name
    description: str | None = None
    baseConnectionId: Name
    connectionSpec: SpecReference
    data: Open
    params: Open | None = None
    providerId: str | None = None


class TargetConnectionBody(Body):
    """The body of `POST /targetConnections`."""

    name: str | None = None
    description: str | None = None
    connectionSpec: SpecReference
    data: Open
    params: Open | None = None
    providerRefId: str | None = None


class FlowBody(Body):
    """The body of `POST /flows`; `dataflows.rules` has what is required of a flow that runs."""

    name: Name
    description: str | None = None
    flowSpec: SpecReference
    sourceConnectionIds: Annotated[list[str], Field(max_length=100)] | None = None
    targetConnectionIds: Annotated[list[str], Field(max_length=100)] | None = None
    transformations: list[Open] | None = None
    scheduleParams: Open | None = None
    options: Open | None = None


class SearchBody(Body):
    """The body of `POST /connections/search`; all of it is optional."""

    queryString: str = ""
    limit: int | None = None
    orderby: str | None = None
    count: bool = False


class PatchOperation(Body):
    """One operation of a JSON Patch."""

    op: str
    path: str
    value: JsonValue = None

    @property
    def has_value(self) -> bool:
        """Return whether a value was sent, null included."""
        return "value" in self.model_fields_set

    @property
    def keys(self) -> list[str]:
        """Return the steps of the path, after the escapes of JSON Pointer, in its order."""
        return [key.replace("~1", "/").replace("~0", "~") for key in self.path[1:].split("/")]


Model = TypeVar("Model", bound=Body)


def parsed(model: type[Model], body: object, unknown_fields: str = "dropped") -> Model:
    """Return a body as a model.

    Raises:
        CodedError: a field that must be there is missing or empty (1304-400).
        MessageError: a field has another type, or is unknown and refused; the envelope is assumed.
    """
    if unknown_fields == "refused" and isinstance(body, dict) and (unknown := body.keys() - model.model_fields.keys()):
        raise MessageError(400, f"Unrecognized field {min(unknown)[:80]!r}")
    try:
        return model.model_validate(body)
    except ValidationError as error:
        raise _refusal(error) from None


def _refusal(error: ValidationError) -> ApiError:
    """Return the refusal for the first thing wrong; it names the field and never its value."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    name = ".".join(str(step) for step in first["loc"])[:80]
    if first["type"] in ("missing", "string_too_short", "too_short"):
        return mandatory(name)
    return MessageError(400, f"The value of {name} is not valid: {first['msg'][:80]}")
