"""Answer the paths below `/emulator/datasets`: make, rename and delete datasets, and look at their rows."""

from __future__ import annotations

from starlette.requests import Request

from ..json_values import Json
from ..resources.dataflows.runs.due import make_due_runs
from ..resources.datasets.definition import (
    dataset,
    definition,
    delete_dataset,
    make_dataset,
    rename_dataset,
    rows_of,
)
from ..service import Service
from .control_endpoint import Control, text


def _make(service: Service, body: Json, request: Request) -> Json:
    return make_dataset(definition(body), service)


def _rename(service: Service, body: Json, request: Request) -> None:
    resource = dataset(request.path_params["id"], service)
    name = text(body, "name")
    if not name or body.keys() != {"name"}:
        raise ValueError("name is what can be changed, and it cannot be removed")
    rename_dataset(resource, name, service)


def _delete(service: Service, body: Json, request: Request) -> None:
    delete_dataset(dataset(request.path_params["id"], service), service)


async def _rows(service: Service, body: Json, request: Request) -> Json:
    await make_due_runs(service)
    return rows_of(dataset(request.path_params["id"], service), service)


DATASET_CONTROLS: list[tuple[str, str, Control]] = [
    ("POST", "datasets", _make),
    ("PATCH", "datasets/{id}", _rename),
    ("DELETE", "datasets/{id}", _delete),
    ("GET", "datasets/{id}/rows", _rows),
]
