"""Turn a refusal of the API into a typed error with a remedy.

Only this module decides by HTTP status and API code; its callers look at the class of the error.
"""

from __future__ import annotations

import re

from ..errors import (
    AnswerError,
    DatabaseRefusedError,
    FlowServiceError,
    InUseError,
    NoAnswerError,
    NotFoundError,
    PatchPathError,
    TokenRefusedError,
    TransitionError,
    VersionConflictError,
)
from ..redaction import Redactor, quotable
from .envelopes import Refusal, read_refusal
from .outcomes import Gone
from .remedies import TRANSITIONS, remedy
from .transport import EARLIER, Answer

# Matches a message of the API, at the beginning or after a title, and not the same words within a proxy's page.
_NOT_FOUND = re.compile(r"(?:^|: )connections not found", re.IGNORECASE)
_TOKEN_CODES = frozenset({"2114-400", "2115-400", "401013", "403010"})
_BY_CODE: dict[str, type[AnswerError]] = {
    "1404-412": VersionConflictError,
    "1418-400": InUseError,
    "1455-400": PatchPathError,
    # The database's message follows this code. That `/test` answers it for a refused login is assumed.
    "1308-400": DatabaseRefusedError,
    **dict.fromkeys(TRANSITIONS, TransitionError),
}


def refusal_error(answer: Answer, redactor: Redactor, *, is_write: bool, resource_id: str = "") -> FlowServiceError:
    """Return the error for an answer other than 2xx: redacted, with status, code, message and request id.

    `resource_id` is the id in the request: only a refusal that is about this id means that the connection is gone. A
    5xx to a write becomes a NoAnswerError, because the write may have been applied.
    """
    earlier = EARLIER if answer.follows_unanswered and is_write else ""
    if 300 <= answer.status < 400:
        return AnswerError(
            f"the endpoint answered with a redirect (status {answer.status}), which is never followed "
            f"({answer.history})",
            status=answer.status,
            request_id=answer.request_id,
            remedy="Check flowservice:endpoint and the proxy.",
            earlier=earlier,
        )
    refusal = read_refusal(answer.body, answer.headers.get("Content-Type", ""), redactor)
    api_code = f" {refusal.code}" if refusal.code else ""
    message = f"the API answered {answer.status}{api_code}: {quotable(refusal.text).rstrip('.')} ({answer.history})"
    advice = remedy(answer.status, refusal.code)
    if answer.is_trouble and is_write:
        return NoAnswerError(message, remedy=advice)
    return _class(answer.status, refusal, resource_id)(
        message,
        status=answer.status,
        api_code=refusal.code,
        request_id=answer.request_id,
        remedy=advice,
        earlier=earlier,
    )


def gone(error: NotFoundError) -> Gone:
    """Return the refusal as a value. Adobe documents 1439-404 also for a dataflow that an access label hides."""
    return Gone(error, may_be_hidden=error.api_code == "1439-404")


def _class(status: int, refusal: Refusal, resource_id: str) -> type[AnswerError]:
    """Return the class of the error; the code is more precise than the status, which is often 400."""
    # A code `…-401` is about permissions or the organization: a new token would not help.
    if refusal.code.endswith("-401"):
        return AnswerError
    if status == 401 or refusal.code in _TOKEN_CODES:
        return TokenRefusedError
    if resource_id and _is_gone(status, refusal, resource_id):
        return NotFoundError
    return _BY_CODE.get(refusal.code) or (VersionConflictError if status == 412 else AnswerError)


def _is_gone(status: int, refusal: Refusal, resource_id: str) -> bool:
    """Return whether this connection is gone. If wrongly true, the engine would create a second one.

    404 also means "no such sandbox" (2100 to 2103), or comes from a gateway or proxy. Code 1439, "resource not found",
    may be about any resource: `report.id` or the text must name the id.
    """
    if status == 404 and (refusal.code == "1101-404" or _NOT_FOUND.search(refusal.text)):
        return True
    if status not in (400, 404) or refusal.code not in ("1439-400", "1439-404"):
        return False
    return refusal.resource_id == resource_id if refusal.resource_id else resource_id in refusal.words
