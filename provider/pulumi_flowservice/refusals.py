"""From a refusal to the error that names it and says what to do.

Source of the codes: Adobe's list of Flow Service and sources errors; the suffix is the HTTP status.
"""

from __future__ import annotations

from .envelopes import Refusal, read_refusal
from .errors import (
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
from .redaction import Redactor
from .transport import Answer

_WAIT = "The connection is changing its state: wait a minute and run the command again."
_SANDBOX = "Check that the sandbox exists, is active, and that this credential may use it."
_PERMISSION = (
    "Ask an administrator to give this credential's product profile the permissions View Sources and Manage Sources."
)
_SPEC = "The API does not know this connection specification in this organization."
_ORG = "Check flowservice:imsOrg; it belongs to the credentials and ends in @AdobeOrg."
_KEY = "Check flowservice:apiKey; left out, it is the client id."

REMEDIES: dict[str, str] = {
    "1100-400": "The organization is not entitled to this: ask Adobe which licence the Redshift source needs.",
    "1103-503": "Flow Service is not available: run the command again later.",
    "1104-504": "Flow Service took too long: run the command again later.",
    "1300-400": "This connector cannot be changed in place: make a new connection.",
    "1304-400": "A mandatory field is missing: compare the inputs with README.md.",
    "1413-400": _SPEC,
    "1414-400": "A connection cannot change its specification: make a new connection.",
    "1415-400": _SPEC,
    "1416-400": _WAIT,
    "1417-400": _WAIT,
    "1418-400": "Delete or re-point those flows first.",
    "1420-400": _WAIT,
    "1421-400": _WAIT,
    "1422-400": _WAIT,
    "1445-400": "Changes in place are not enabled for this organization: ask Adobe, or make a new connection.",
    "1457-400": _WAIT,
    "1458-400": _WAIT,
    "2000-401": _ORG,
    "2001-401": _ORG,
    "2002-401": _ORG,
    "2100-404": _SANDBOX,
    "2101-404": _SANDBOX,
    "2103-404": _SANDBOX,
    "2105-400": _SANDBOX,
    "2118-403": _PERMISSION,
    "2120-403": _PERMISSION,
    "2121-403": _PERMISSION,
    "403000": _KEY,
    "403003": _KEY,
    "403025": "The credential has no product profile for Experience Platform: add one in Adobe Developer Console.",
    "403027": _ORG,
    "429050": "The organization's request quota is used up: set flowservice:requestsPerSecond, or run again later.",
}
_TRANSITIONS = frozenset({"1416-400", "1417-400", "1420-400", "1421-400", "1422-400", "1457-400", "1458-400"})
_TOKEN_CODES = frozenset({"2114-400", "2115-400", "401013", "403010"})
_BY_STATUS = {
    401: "Check the credentials with `pulumi-flowservice doctor`.",
    403: _PERMISSION,
    404: "Check flowservice:endpoint and the sandbox; the state is kept as it is.",
    429: REMEDIES["429050"],
}


def refusal_error(answer: Answer, redactor: Redactor, *, request_repeatable: bool) -> FlowServiceError:
    """The error for an answer other than 2xx; after 5xx to a POST it is unknown what was done."""
    refusal = read_refusal(answer.body, answer.headers.get("Content-Type", ""))
    said = redactor.redact(refusal.text)
    code = f" {refusal.code}" if refusal.code else ""
    message = f"the API answered {answer.status}{code}: {said.rstrip('.')} (request {answer.request_id})"
    if 300 <= answer.status < 400:
        return AnswerError(
            f"the endpoint redirects (status {answer.status}), which is never followed (request {answer.request_id})",
            status=answer.status,
            remedy="Check flowservice:endpoint and the proxy.",
        )
    if answer.status >= 500 and not request_repeatable:
        return NoAnswerError(message, timed_out=False)
    remedy = REMEDIES.get(refusal.code) or _BY_STATUS.get(answer.status, "")
    if answer.status >= 500:
        remedy = remedy or "This is the API's side: run the command again later."
    kind = _kind(answer.status, refusal)
    return kind(
        message, status=answer.status, code=refusal.code, title=said, request_id=answer.request_id, remedy=remedy
    )


def _kind(status: int, refusal: Refusal) -> type[AnswerError]:
    if status == 401 and refusal.code.startswith("20"):
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
    """404 also says "no such sandbox" or comes from a gateway: only these words mean that the connection is gone."""
    words = refusal.text.lower()
    if status == 404:
        return refusal.code == "1101-404" or words.startswith("connections not found")
    return status == 400 and refusal.code == "1439-400" and "connection" in words
