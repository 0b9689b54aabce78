"""What is sent to Data Prep, and what it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .mapping import Mapped, shown_path

if TYPE_CHECKING:
    from ...api.sandbox import Sandbox
    from ...lifecycle.call import Call


def media_type(major_version: str = "1") -> str:
    """Return the version of a schema as Flow Service and Data Prep take it; both must be told the same."""
    return f"application/vnd.adobe.xed-full+json;version={major_version}"


def set_body(name: str, schema_id: str, schema_version: str, rows: list[dict[str, Any]]) -> dict[str, object]:
    """Return the body that creates or replaces a mapping set."""
    return {
        "name": name,
        "outputSchema": {"schemaRef": {"id": schema_id, "contentType": schema_version}},
        "mappings": rows,
    }


def refused_rows(sandbox: Sandbox, call: Call, found: Mapped, body: Mapping[str, object]) -> list[str]:
    """Return the rows of a mapping that Data Prep refuses, and why. Raises: FlowServiceError."""
    problems = []
    for path, each in zip(found, sandbox.mapping_sets.validate(body), strict=False):
        if each.status.upper() == "FAILED":
            reasons = [sandbox.quote(problem.exception) or "the reason is not shown" for problem in each.errors]
            what = f"what `mapping` has for {shown_path(path, call)}"
            problems.append(f"Data Prep refuses {what}: {'; '.join(reasons) or 'no reason'}")
    return problems
