"""Judge the transformations of a flow: which column tells what is new, and which mapping set applies."""

from __future__ import annotations

import re

from ...http.errors import CodedError
from ...json_values import Json
from ...service import Service
from ...settings import Settings
from ...store.store import Resource
from ..data_prep.mapping_sets import version_of
from ..data_prep.validation import problems
from .schedule import ONCE, Schedule

COPY, MAPPING = "Copy", "Mapping"
_VERSION = re.compile(r"[0-9]{1,9}")


def check_shape(transformations: object) -> list[Json]:
    """Return transformations whose form is right: each a name, `Copy` or `Mapping`, and params.

    Raises:
        CodedError: 1392-400.
    """
    found = [] if transformations is None else transformations
    if not isinstance(found, list) or not all(_has_shape(each) for each in found):
        raise CodedError("1392-400", "The transformations cannot be parsed.")
    return found


def _has_shape(transformation: object) -> bool:
    return (
        isinstance(transformation, dict)
        and transformation.keys() <= {"name", "params"}
        and transformation.get("name") in (COPY, MAPPING)
        and isinstance(transformation.get("params", {}), dict)
    )


def named(transformations: list[Json], name: str) -> Json | None:
    """Return the params of a transformation; None where there is none of that name."""
    return next((each.get("params", {}) for each in transformations if each["name"] == name), None)


def delta_column(transformations: list[Json]) -> str:
    """Return the column that tells what is new; empty where none is named.

    Raises:
        CodedError: it is not an object with a name (1392-400).
    """
    column = (named(transformations, COPY) or {}).get("deltaColumn")
    if column is None:
        return ""
    if not isinstance(column, dict) or not all(isinstance(each, str) for each in column.values()):
        raise CodedError("1392-400", "The transformations cannot be parsed: deltaColumn must hold texts.")
    return str(column.get("name") or "")


def check_delta_column(transformations: list[Json], schedule: Schedule) -> None:
    """Refuse a missing delta column, or one of a one-time flow."""
    has_one = "deltaColumn" in (named(transformations, COPY) or {})
    if schedule.frequency == ONCE and has_one:
        raise CodedError("1369-400", "The delta column in copy transform is not allowed when frequency is set to once.")
    if schedule.frequency != ONCE and not delta_column(transformations):
        raise CodedError(
            "1367-400", "The delta column is required in copy transformation when creating a CRM connector."
        )


def mapping_of(transformations: list[Json], sandbox: str, service: Service) -> Resource:
    """Return the version of the mapping set that the transformations name.

    Raises:
        CodedError: none is named (1370, 1328, 1329-400), or it is not there or not valid (1412, 1419-400).
    """
    params = named(transformations, MAPPING)
    if params is None:
        raise CodedError(
            "1370-400",
            "The source columns could not be fetched for ingestion because the mapping transformation is missing.",
        )
    if not params:
        raise CodedError("1328-400", "The mapping transformation cannot be null or empty.")
    mapping_id, version = params.get("mappingId"), str(params.get("mappingVersion"))
    if not isinstance(mapping_id, str) or not mapping_id:
        raise CodedError("1329-400", "The mappingId cannot be null or empty.")
    if params.get("mappingVersion") is None:
        raise CodedError("1329-400", "The mappingVersion cannot be null or empty.")
    if version_of(mapping_id, 0, sandbox, service) is None:
        raise _invalid(mapping_id, version)
    found = version_of(mapping_id, int(version), sandbox, service) if _VERSION.fullmatch(version) else None
    if found is None:
        raise CodedError("1412-400", f"The mapping version {version[:20]} is invalid. Please provide a valid version.")
    wrong = problems(found.document, sandbox, service)
    if not wrong or any(wrong):
        raise _invalid(mapping_id, version)
    return found


def _invalid(mapping_id: str, version: str) -> CodedError:
    text = (
        f"An error has occurred while validating mapping with id {mapping_id[:80]}, version {version[:20]}. "
        "This could be because of inadequate permissions on mapped fields."
    )
    return CodedError("1419-400", text)


def shown_transformations(transformations: list[Json], settings: Settings) -> list[Json]:
    """Return transformations with the mapping version in the type that answers have."""
    return [_shown(each, settings) for each in transformations]


def _shown(transformation: Json, settings: Settings) -> Json:
    params = transformation.get("params")
    version = str(params.get("mappingVersion")) if isinstance(params, dict) else ""
    # Nobody has judged those of a draft.
    if not isinstance(params, dict) or not _VERSION.fullmatch(version):
        return transformation
    shown = version if settings.mapping_version == "string" else int(version)
    return {**transformation, "params": {**params, "mappingVersion": shown}}
