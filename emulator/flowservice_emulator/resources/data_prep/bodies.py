"""Read mapping sets as they are sent, in either of the two documented forms, and keep them in one.

The tutorials on dataflows have `xdmSchema` with `sourceAttribute` and `destinationXdmPath`; the API description has
`outputSchema` with `source` and `destination`.
"""

from __future__ import annotations

from pydantic import Field

from ...http.errors import MessageError
from ...json_values import Json
from ...settings import Settings
from ..models import Body, Open, parsed

ATTRIBUTE, EXPRESSION, STATIC = "ATTRIBUTE", "EXPRESSION", "STATIC"
# The types of answers, which are those of requests to older versions.
_SPELLINGS = {
    ATTRIBUTE: ATTRIBUTE,
    EXPRESSION: EXPRESSION,
    STATIC: STATIC,
    "text/x.schema-path": ATTRIBUTE,
    "text/x.aep-xl": EXPRESSION,
}
_MOST_MAPPINGS = 1_000
Text = str | None


class MappingBody(Body):
    """One mapping, in both forms."""

    sourceType: Text = None
    source: Text = None
    destination: Text = None
    sourceAttribute: Text = None
    destinationXdmPath: Text = None
    name: Text = None
    description: Text = None
    identity: bool | None = None
    primaryIdentity: bool | None = None
    identityGroup: Text = None
    namespaceCode: Text = None
    functionVersion: Text = None


class SchemaReference(Body):
    """A schema and its content type."""

    id: Text = None
    contentType: Text = None


class OutputSchema(Body):
    """The schema that a mapping set writes."""

    schemaRef: SchemaReference = SchemaReference()


class MappingSetBody(Body):
    """The body of `POST /mappingSets`, in both forms."""

    name: Text = None
    xdmSchema: Text = None
    xdmVersion: Text = None
    inputSchema: Open | None = None
    outputSchema: OutputSchema | None = None
    mappings: list[MappingBody] = Field(default_factory=list, max_length=_MOST_MAPPINGS)


def mapping_set(body: object, settings: Settings) -> Json:
    """Return name, schemaId, contentType, xdmVersion and mappings of a mapping set.

    Raises:
        ApiError: a field has another type, or a source type is unknown (400, assumed).
    """
    sent = parsed(MappingSetBody, body)
    reference = (sent.outputSchema or OutputSchema()).schemaRef
    return {
        "name": sent.name,
        "schemaId": reference.id or sent.xdmSchema,
        "contentType": reference.contentType,
        "xdmVersion": reference.contentType or sent.xdmVersion,
        "mappings": [_mapping(each, settings) for each in sent.mappings],
    }


def _mapping(sent: MappingBody, settings: Settings) -> Json:
    """Return one mapping as it is stored: `sourceType`, `source`, `destination` and what else was sent."""
    given = sent.sourceType or ATTRIBUTE
    kind = _SPELLINGS.get(given)
    if kind is None or (kind == STATIC and settings.static_mappings == "refused"):
        known = (
            f"{ATTRIBUTE} and {EXPRESSION}"
            if settings.static_mappings == "refused"
            else ", ".join(list(_SPELLINGS)[:3])
        )
        raise MessageError(400, f"The source type {given[:40]} is not known; known are {known}")
    others = sent.sent()
    for key in ("sourceType", "source", "destination", "sourceAttribute", "destinationXdmPath"):
        others.pop(key, None)
    return {
        "sourceType": kind,
        "source": sent.source if sent.source is not None else sent.sourceAttribute or "",
        "destination": sent.destination if sent.destination is not None else sent.destinationXdmPath or "",
        **others,
    }
