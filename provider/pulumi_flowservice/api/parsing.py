"""Read JSON documents, as models where their members matter.

Without a model, such as where only deletions are answered, a run needs no pydantic, whose import takes as long as a
hundred requests.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

from ..errors import MalformedAnswerError

if TYPE_CHECKING:
    from pydantic import BaseModel

Model = TypeVar("Model", bound="BaseModel")
# An id becomes a segment of a path: with a slash or leading dots it would name another resource.
IDENTIFIER = r"[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,127}"


def parse(model: type[Model], document: object, what: str) -> Model:
    """Return the document as a model. Raises: MalformedAnswerError, which names the fields and never their values."""
    from pydantic import ValidationError

    try:
        return model.model_validate(document)
    except ValidationError as error:
        fields = ", ".join(
            sorted({".".join(str(part) for part in problem["loc"]) or "all" for problem in error.errors()})
        )
    raise MalformedAnswerError(f"the API's {what} does not have the documented form in: {fields[:200]}")


def member(document: object, key: str) -> object:
    """Return the value of a key, or None if the document is not an object or lacks the key."""
    return document.get(key) if isinstance(document, Mapping) else None
