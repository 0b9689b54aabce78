"""How to see which reading a service follows, for the choices that are about dataflows; see observations.py."""

from __future__ import annotations

from urllib.parse import quote

from flowservice_emulator.choices import Option

from tests.contract.api import CATALOG, FlowServiceApi, NotTriedError

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


READING = (name_filter, schema_ref, content_type)
