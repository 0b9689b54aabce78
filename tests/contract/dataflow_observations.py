"""How to see which reading a service follows, for the choices that are about dataflows; see observations.py."""

from __future__ import annotations

from urllib.parse import quote

from flowservice_emulator.choices import Option
from flowservice_emulator.json_values import Json

from tests.contract.api import CATALOG, MAPPING_SETS, FlowServiceApi, NotTriedError
from tests.contract.datasets import mapping_set

# Reads alone.


def name_filter(api: FlowServiceApi) -> Option | None:
    """With a part of a name that there is."""
    part = api.dataset()["name"][1:]
    found = api.send("GET", f"{CATALOG}?name={quote(part)}&properties=name&limit=100").json
    return "substring" if api.dataset_id in found else "exact"


def schema_ref(api: FlowServiceApi) -> Option | None:
    """Asked for by name, and not."""
    asked, unasked = (api.dataset(properties).get("schemaRef") for properties in ("name,schemaRef", ""))
    return "empty" if not asked else "shown" if asked == unasked else "when asked"


def content_type(api: FlowServiceApi) -> Option | None:
    """As the dataset was made with, at Adobe."""
    reference = api.dataset()["schemaRef"]
    if not reference:
        raise NotTriedError("the dataset shows no schemaRef")
    return str(reference["contentType"])


# Writes, to what they make.


def _mapping_set(api: FlowServiceApi, **mapping: str) -> Json:
    """Create a mapping set with one mapping, and return what a GET shows."""
    made = api.made(MAPPING_SETS, mapping_set(api, mapping or {"source": "order_id"}))
    return dict(api.send("GET", f"{MAPPING_SETS}/{made}?version=0").json)


def mapping_set_delete(api: FlowServiceApi) -> Option | None:
    """Of one that no flow names."""
    status = api.send("DELETE", f"{MAPPING_SETS}/{_mapping_set(api)['id']}", content_type=None).status
    return status if status in (204, 405) else None


def mapping_set_dates(api: FlowServiceApi) -> Option | None:
    """By their type."""
    return {int: "milliseconds", str: "ISO 8601"}.get(type(_mapping_set(api)["createdDate"]))


def source_types(api: FlowServiceApi) -> Option | None:
    """Of an attribute."""
    return str(_mapping_set(api)["mappings"][0]["sourceType"])


def static_mappings(api: FlowServiceApi) -> Option | None:
    """The third type of a source."""
    body = mapping_set(api, {"sourceType": "STATIC", "source": "CUSTOMER"})
    return {200: "accepted", 400: "refused"}.get(api.send("POST", MAPPING_SETS, body).status)


READING = (name_filter, schema_ref, content_type)
WRITING = (mapping_set_delete, mapping_set_dates, source_types, static_mappings)
