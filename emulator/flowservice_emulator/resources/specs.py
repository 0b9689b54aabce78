"""Look up connection specs: which kinds there are, and what their credentials must hold.

They are resources of the API (`/connectionSpecs`), and here they drive the checks of `auth.params` too.
"""

from __future__ import annotations

import functools
import json
from importlib.resources import files

from ..http.errors import CodedError, MessageError, mandatory
from ..json_values import Json
from ..settings import Settings

REDSHIFT = "3416976c-a9ca-4bba-901a-1f08f66978ff"
_TYPES: dict[str, tuple[type, ...]] = {"string": (str,), "integer": (int,), "boolean": (bool,), "number": (int, float)}


@functools.cache
def connection_specs() -> dict[str, Json]:
    """Return all connection specs by id."""
    return _catalogue("connection_specs.json")


@functools.cache
def flow_specs() -> dict[str, Json]:
    """Return all flow specs by id."""
    return _catalogue("flow_specs.json")


def _catalogue(name: str) -> dict[str, Json]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return {spec["id"]: spec for spec in json.loads(text)}


def find_spec(reference: object, settings: Settings) -> Json:
    """Return the spec that the `connectionSpec` of a request names, whatever stands there.

    Raises:
        ApiError: the id is unknown (a message with 400, or 1413-400), the version missing (422) or unknown.
    """
    named = reference if isinstance(reference, dict) else {}
    spec_id, version = named.get("id"), named.get("version")
    spec = connection_specs().get(spec_id) if isinstance(spec_id, str) else None
    # The prose calls the version optional; the schema requires it, and a sample shows the refusal.
    if spec and not version and settings.missing_version == "422":
        raise MessageError(
            422, "connectionSpec.version 'version' is required for spec info, version is usually \"1.0\""
        )
    if spec is None or (version or spec["version"]) != spec["version"]:
        if settings.bad_spec == "message":
            raise MessageError(400, "Please provide a valid spec id")
        raise CodedError(
            "1413-400", f"The connection spec ID {str(spec_id)[:80]} is invalid. Please provide a valid ID."
        )
    return spec


def shown_spec(spec: Json, settings: Settings) -> Json:
    """Return a connection spec as the documents of some time show it: Redshift got filters at source later."""
    if settings.redshift_filters or spec["id"] != REDSHIFT:
        return spec
    attributes = {key: value for key, value in spec["attributes"].items() if key != "filterAtSource"}
    return {**spec, "attributes": attributes}


def spec_of(document: Json) -> Json:
    """Return the spec of a stored resource."""
    return connection_specs()[document["connectionSpec"]["id"]]


def find_auth_spec(spec: Json, name: object) -> Json:
    """Return the JSON Schema of one way to authenticate.

    Raises:
        CodedError: the spec knows no such way (1415-400).
    """
    for auth_spec in spec["authSpec"]:
        if auth_spec["name"] == name:
            schema: Json = auth_spec["spec"]
            return schema
    raise CodedError(
        "1415-400", f"The auth spec '{str(name)[:80]}' could not be found for the connection spec ID {spec['id']}."
    )


def secret_params(spec: Json, auth_name: object) -> set[str]:
    """Return the params that must not be shown: `"format": "password"` in the schema."""
    properties = find_auth_spec(spec, auth_name)["properties"]
    return {key for key, schema in properties.items() if schema.get("format") == "password"}


def check_params(spec: Json, auth_name: object, params: Json) -> None:
    """Compare `auth.params` with their schema; params that it does not name are let through.

    Raises:
        CodedError: one is missing or empty (1304-400) or of another type (1312-400).
    """
    schema = find_auth_spec(spec, auth_name)
    for key in schema["required"]:
        if params.get(key) in (None, ""):
            raise mandatory(key)
    for key, value in params.items():
        expected = _TYPES.get(schema["properties"].get(key, {}).get("type", ""))
        # A bool is an int to Python; and no value is named, for it may be a secret.
        if expected and (not isinstance(value, expected) or (isinstance(value, bool) and bool not in expected)):
            raise CodedError(
                "1312-400",
                f"The provided param value is not a valid input for property={key[:80]}. "
                "Please provide a valid param value and try again.",
            )
