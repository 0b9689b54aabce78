"""From a refusal to the error that names it and says what to do.

Above this, nobody decides by a status or a code: the lifecycle asks only for the class of an error. What a wrong class
would cost is said where it is chosen.
"""

from __future__ import annotations

import re

from ..errors import (
    AnswerError,
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
from .remedies import remedy
from .transport import Answer

# "connection", but neither "connection spec" nor "sourceConnection".
_THIS_CONNECTION = re.compile(r"\bconnections?\b(?!\s*spec)")
_TRANSITIONS = frozenset({"1416-400", "1417-400", "1420-400", "1421-400", "1422-400", "1457-400", "1458-400"})
_TOKEN_CODES = frozenset({"2114-400", "2115-400", "401013", "403010"})


def refusal_error(answer: Answer, redactor: Redactor, *, request_repeatable: bool) -> FlowServiceError:
    """The error for an answer other than 2xx, redacted, with status, code, the API's words and the request's id.

    After 5xx to a POST it is unknown what was done, so that is a `NoAnswerError`; after anything that may be repeated,
    the retries are over by now and the answer is a plain no.
    """
    if 300 <= answer.status < 400:
        return AnswerError(
            f"the endpoint redirects (status {answer.status}), which is never followed ({answer.history})",
            status=answer.status,
            request_id=answer.request_id,
            remedy="Check flowservice:endpoint and the proxy.",
        )
    refusal = read_refusal(answer.body, answer.headers.get("Content-Type", ""), redactor)
    code = f" {refusal.code}" if refusal.code else ""
    message = f"the API answered {answer.status}{code}: {refusal.text.rstrip('.')} ({answer.history})"
    if (answer.status >= 500 or answer.status == 408) and not request_repeatable:
        return NoAnswerError(message, timed_out=False)
    kind = _kind(answer.status, refusal)
    return kind(
        message,
        status=answer.status,
        code=refusal.code,
        title=refusal.text,
        request_id=answer.request_id,
        remedy=remedy(answer.status, refusal.code),
    )


def _kind(status: int, refusal: Refusal) -> type[AnswerError]:
    """The class by code first: Adobe's codes say more than the status, which is 400 for most of them."""
    # These 401 are about the organization (20..) or the database's login (10..): another token would not help.
    if status == 401 and refusal.code.startswith(("10", "20")):
        return AnswerError
    if status == 401 or refusal.code in _TOKEN_CODES:
        return TokenRefusedError
    if _is_gone(status, refusal):
        return NotFoundError
    if status == 412 or refusal.code == "1404-412":
        return VersionConflictError
    if refusal.code == "1418-400":
        return InUseError
    if refusal.code in _TRANSITIONS:
        return TransitionError
    return PatchPathError if refusal.code == "1455-400" else AnswerError


def _is_gone(status: int, refusal: Refusal) -> bool:
    """Whether the connection itself is gone; a wrong yes would make the engine create a second one.

    404 also says "no such sandbox" (2100 to 2103), or comes from a gateway or proxy; and one code for "not found",
    1439, comes with status 400.
    """
    words = refusal.text.lower()
    if status == 404:
        return refusal.code == "1101-404" or words.startswith("connections not found")
    return status == 400 and refusal.code == "1439-400" and bool(_THIS_CONNECTION.search(words))
