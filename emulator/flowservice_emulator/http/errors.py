"""Define the error responses, with status and body format.

Flow Service answers errors in several shapes, and its documentation shows each of them:

    ApiError                a status and no body at all
    ├── GatewayError        {"error_code", "message"}: the gateway in front of the service
    ├── LegacyError         {"errorMessage", "errorDetails"}: 404 and 412 of connections
    ├── MessageError        {"message"}: a bad spec
    ├── TitledError         {"type", "status", "title", "detail"}: a bad content type
    └── CodedError          the platform's standard envelope around a code such as 1418-400

An endpoint raises one of them; `error_answer` is the one place that writes them out.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from starlette.responses import JSONResponse, Response

from ..json_values import Json
from ..settings import Settings
from .error_codes import TITLES

_TRY_AGAIN = "Please try again. If the problem persists, please contact customer support."


@dataclass(frozen=True)
class Circumstances:
    """What an envelope tells about the request, and the choices that form it."""

    settings: Settings = field(default_factory=Settings)
    tenant: Json = field(default_factory=dict)
    """Sandbox and organization of the caller."""
    request_id: str = ""


class ApiError(Exception):
    """A refusal with a status and an empty body, as the API description shows for most of its errors."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status
        self.headers: dict[str, str] = {}

    def body(self, circumstances: Circumstances) -> Json | None:
        """Return the envelope."""
        return None

    @property
    def reason(self) -> str:
        """Return why, in words; empty where the answer has none."""
        return ""


class GatewayError(ApiError):
    """A refusal by the gateway, before the service has seen the request."""

    def __init__(self, status: int, error_code: str, message: str) -> None:
        super().__init__(status)
        self._code = error_code
        self._message = message

    def body(self, circumstances: Circumstances) -> Json:
        as_number = circumstances.settings.gateway_codes == "numbers"
        return {"error_code": int(self._code) if as_number else self._code, "message": self._message}


class LegacyError(ApiError):
    """A refusal whose text stands in the body twice."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(status)
        self._message = message

    def body(self, circumstances: Circumstances) -> Json:
        return {"errorMessage": self._message, "errorDetails": self._message}


class MessageError(ApiError):
    """A refusal with a message and nothing else."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(status)
        self._message = message

    @property
    def reason(self) -> str:
        return self._message

    def body(self, circumstances: Circumstances) -> Json:
        return {"message": self._message}


class TitledError(ApiError):
    """A refusal in the style of RFC 7807."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(status)
        self._title = title
        self._detail = detail

    def body(self, circumstances: Circumstances) -> Json:
        return {"type": "/placeholder/type/uri", "status": self.status, "title": self._title, "detail": self._detail}


def bad_request(text: str) -> TitledError:
    """Return a 400 of the services beside Flow Service; their errors are not documented (assumed)."""
    return TitledError(400, "BadRequestError", text)


class CodedError(ApiError):
    """A refusal with one of Flow Service's own codes; the part after the hyphen is the status.

    Codes, titles and texts are in the error catalogues. The envelope is published for two codes of flows, in the
    tutorial on access labels; that all codes travel in it is assumed. `about` is id and kind of a resource; `title` is
    for a number that the two catalogues use for different errors.
    """

    def __init__(self, code: str, detail: str, about: tuple[str, str] | None = None, *, title: str = "") -> None:
        super().__init__(int(code.rpartition("-")[2]))
        self._title = title or TITLES[code]
        self._code = code
        self._detail = detail
        self._about = about

    @property
    def reason(self) -> str:
        return self._detail

    def body(self, circumstances: Circumstances) -> Json:
        settings = circumstances.settings
        code = f"FLOW-{self._code}"
        envelope: Json = {
            "type": f"{settings.error_scheme}://ns.adobe.com/aep/errors/{code}",
            "title": self._title,
            "status": self.status,
        }
        # The form of the tutorial on labels, and that of the platform's other services.
        if settings.error_report == "request-id":
            about = {"id": self._about[0], "type": self._about[1]} if self._about else {}
            envelope["report"] = {
                "detailed-message": self._detail,
                "request-id": circumstances.request_id or "not given",
                **about,
            }
        else:
            envelope["detail"] = self._detail
            envelope["report"] = {"tenantInfo": circumstances.tenant, "additionalContext": None}
            envelope["error-chain"] = [_link(code)]
        if settings.error_message:
            envelope |= {"errorMessage": self._detail, "errorDetails": self._detail}
        return envelope


def _link(code: str) -> Json:
    """Return the one link of an error chain."""
    now = int(time.time() * 1000)
    return {"serviceId": "FLOW", "errorCode": code, "invokingServiceId": "FLOW", "unixTimeStampMs": now}


def not_found(kind: str, resource_id: str) -> LegacyError:
    """Return the 404 of a resource, in the words of the API description."""
    return LegacyError(404, f"{kind} not found with id = [{resource_id}]")


def mandatory(field_name: str) -> CodedError:
    """Return the refusal of a body without a field that must be there."""
    return CodedError(
        "1304-400", f"The mandatory field {field_name} is not provided. Please provide the {field_name} and try again."
    )


def internal_error() -> CodedError:
    """Return the answer to what should not have happened."""
    return CodedError("1102-500", f"An internal error has occurred. {_TRY_AGAIN}")


def unavailable() -> CodedError:
    """Return the answer of a service that is not available."""
    return CodedError("1103-503", f"The service is temporarily unavailable. {_TRY_AGAIN}")


def error_answer(error: ApiError, circumstances: Circumstances) -> Response:
    """Write a refusal out."""
    body = error.body(circumstances)
    if body is None:
        return Response(status_code=error.status, headers=error.headers)
    return JSONResponse(body, error.status, error.headers)
