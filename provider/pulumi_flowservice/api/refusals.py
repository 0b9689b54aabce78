"""From a refusal to the typed error that says what happened and what to do.

Above this module nobody decides by a status or a code: the lifecycle asks only for the class of an error. What a wrong
class would cost is said where it is chosen.
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
from ..redaction import Redactor
from .envelopes import Refusal, read_refusal
from .outcomes import Gone
from .remedies import remedy
from .transport import EARLIER, Answer

_TRANSITIONS = frozenset({"1416-400", "1417-400", "1420-400", "1421-400", "1422-400", "1457-400", "1458-400"})
# As a sentence of the API, which begins the text or follows a title; not within a proxy's page.
_NOT_FOUND = re.compile(r"(?:^|: )connections not found", re.IGNORECASE)
_TOKEN_CODES = frozenset({"2114-400", "2115-400", "401013", "403010"})
_BY_CODE: dict[str, type[AnswerError]] = {
    "1404-412": VersionConflictError,
    "1418-400": InUseError,
    "1455-400": PatchPathError,
    # The connector's own text follows this code; that `/test` answers it for a refused login is assumed.
    "1308-400": DatabaseRefusedError,
    **dict.fromkeys(_TRANSITIONS, TransitionError),
}


def refusal_error(answer: Answer, redactor: Redactor, *, is_write: bool, resource_id: str = "") -> FlowServiceError:
    """Return the error for an answer other than 2xx, redacted, with status, code, the API's words and the request's id.

    `resource_id` is the id that the request named: only a refusal of this very id means that it is gone. A 5xx to a
    write is a `NoAnswerError`, because it may have been applied.
    """
    earlier = EARLIER if answer.follows_unanswered and is_write else ""
    if 300 <= answer.status < 400:
        return AnswerError(
            f"the endpoint redirects (status {answer.status}), which is never followed ({answer.history})",
            status=answer.status,
            request_id=answer.request_id,
            remedy="Check flowservice:endpoint and the proxy.",
            earlier=earlier,
        )
    refusal = read_refusal(answer.body, answer.headers.get("Content-Type", ""), redactor)
    api_code = f" {refusal.code}" if refusal.code else ""
    message = f"the API answered {answer.status}{api_code}: {refusal.text.rstrip('.')} ({answer.history})"
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
    """Return the refusal as a value; Adobe publishes 1439-404 for a dataflow that an access label hides, too."""
    return Gone(error, may_be_hidden=error.api_code == "1439-404")


def _class(status: int, refusal: Refusal, resource_id: str) -> type[AnswerError]:
    """Choose the class by code first: Adobe's codes say more than the status, which is 400 for most of them."""
    # 401 with such a code is about the user's rights or the organization: another token would not help.
    if refusal.code.endswith("-401"):
        return AnswerError
    if status == 401 or refusal.code in _TOKEN_CODES:
        return TokenRefusedError
    if resource_id and _is_gone(status, refusal, resource_id):
        return NotFoundError
    return _BY_CODE.get(refusal.code) or (VersionConflictError if status == 412 else AnswerError)


def _is_gone(status: int, refusal: Refusal, resource_id: str) -> bool:
    """Whether the connection itself is gone; a wrong yes would make the engine create a second one.

    404 also says "no such sandbox" (2100 to 2103), or comes from a gateway or proxy. Code 1439, "resource not found",
    is about any resource: `report.id` says which one, or else the text must name the id.
    """
    if status == 404 and (refusal.code == "1101-404" or _NOT_FOUND.search(refusal.text)):
        return True
    if status not in (400, 404) or refusal.code not in ("1439-400", "1439-404"):
        return False
    return refusal.resource_id == resource_id if refusal.resource_id else resource_id in refusal.words
