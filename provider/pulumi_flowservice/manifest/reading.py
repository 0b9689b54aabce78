"""The file as a `Manifest`, or all of its problems at once. No engine, no network, no secret is read."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from .agreement import note_disagreements
from .document import Document, parse
from .document import Path as Place
from .model import Entry, Manifest, Part, SecretReference, Settled, Shared
from .problems import ManifestError, Problem

# By pydantic's type of error: its own texts speak of Python, and hold inputs.
_KINDS = {
    "bool_type": ("is neither true nor false", "write true or false, without quotes"),
    "dict_type": ("must be a mapping", "write `key: value` lines below it"),
    "list_type": ("must be a list", "write [dev, prod], for example"),
    "model_type": ("must be a mapping", "write `key: value` lines below it"),
}
_CLEAR_TEXT = (
    "write {config: KEY} or {env: VARIABLE} and keep the secret there; one that was committed is known: change it"
)


def read(path: str | Path, *, served: Collection[str] = ()) -> tuple[Manifest, Document]:
    """Read a manifest and the places of its values; `served` are the sandboxes that stacks serve, where that is known.

    Raises:
        ManifestError: it cannot be used; all of its problems are in there.
    """
    name = str(path)
    try:
        raw = Path(path).read_bytes()
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        raise ManifestError([Problem(name, 1, "", reason, "check the path and its permissions")]) from None
    document = parse(raw, name)
    manifest = _validated(document)
    if manifest is not None:
        note_disagreements(manifest, document, served)
    if document.problems or manifest is None:
        raise ManifestError(document.problems)
    return manifest, document


def _validated(document: Document) -> Manifest | None:
    """The manifest, as far as its values are right; what is wrong goes to the document's problems."""
    if document.value is None:
        if not document.problems:
            document.add((), "is empty", "write `connections: {}` if there shall be none, or add connections")
        return None
    has_gaps = _note_empty_values(document)
    try:
        return Manifest.model_validate(document.value)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False):
            _note(document, detail, has_gaps)
    return None


def _note_empty_values(document: Document) -> frozenset[Place]:
    """A key without a value is a slip, but for `sandboxes`, where a name may be all that there is to say."""
    gaps = [path for path in document.empty if not (len(path) == 2 and path[0] == "sandboxes")]
    gaps = [path for path in gaps if "password" not in path[:-1]]
    for path in gaps:
        remedy = "write `{}` if there shall be none" if path == ("connections",) else "write one or remove the line"
        document.add(path, "has no value", remedy)
    return frozenset(gaps)


def _note(document: Document, detail: ErrorDetails, gaps: frozenset[Place]) -> None:
    """Turn one of pydantic's errors into a problem; that a gap has the wrong type was told already."""
    place: Place = tuple(key for key in detail["loc"] if key != "[key]")
    if place in gaps and detail["type"] != "extra_forbidden":
        return
    kind = detail["type"]
    if kind == "extra_forbidden":
        document.add(place, "is unknown here", _advice(str(place[-1]), _model_at(place[:-1])))
    elif kind == "missing":
        document.add(place, "is missing", "add it; `connections: {}` if there shall be none")
    elif kind == "value_error":
        what, _, remedy = str(detail["ctx"]["error"]).partition(": ")
        document.add(place, what, remedy or (_CLEAR_TEXT if place[-1] == "password" else "write a value that is"))
    else:
        what, remedy = _KINDS.get(kind, ("is not what is expected here", "compare it with the JSON Schema"))
        document.add(place, what, remedy)


def _model_at(place: Place) -> type[Part]:
    """The model of the mapping at a path, to tell which keys it knows."""
    if place and place[-1] == "password":
        return SecretReference
    models: Mapping[int, type[Part]] = {0: Manifest, 1: Shared, 2: Entry if place[:1] == ("connections",) else Shared}
    return models.get(len(place), Settled)


@lru_cache(maxsize=1024)
def _advice(key: str, model: type[Part]) -> str:
    """The key that was perhaps meant, or all there are; below `password` nothing is compared with a possible secret."""
    known = [field.alias or name for name, field in model.model_fields.items()]
    close = difflib.get_close_matches(key, known, n=1, cutoff=0.6) if model is not SecretReference else []
    return f"did you mean `{close[0]}`?" if close else f"known are {', '.join(known)}"


def served_sandboxes(folder: Path) -> list[str]:
    """Each value of `flowservice:sandbox` in the stack files of a folder; one that is broken is passed over."""
    found: set[str] = set()
    for path in sorted(folder.glob("Pulumi.*.yaml")):
        value: Any = parse(path.read_bytes(), path.name).value
        config = value.get("config") if isinstance(value, dict) else None
        sandbox = config.get("flowservice:sandbox") if isinstance(config, dict) else None
        if isinstance(sandbox, str):
            found.add(sandbox)
    return sorted(found)
