"""The answers that are no, each with its status and its envelope.

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
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .error_codes import TITLES

Json = dict[str, Any]


class ApiError(Exception):
    """A refusal with a status and an empty body, as the API description shows for most of its errors."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status

    def body(self, tenant: Json) -> Json | None:
        """Return the envelope; `tenant` names sandbox and organization for the one that carries them."""
        return None


class GatewayError(ApiError):
    """A refusal by the gateway, before the service has seen the request."""

    def __init__(self, status: int, error_code: str, message: str) -> None:
        super().__init__(status)
        self.envelope: Json = {"error_code": error_code, "message": message}

    def body(self, tenant: Json) -> Json:
        return self.envelope


class LegacyError(ApiError):
    """A refusal whose text stands in the body twice."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(status)
        self.envelope: Json = {"errorMessage": message, "errorDetails": message}

    def body(self, tenant: Json) -> Json:
        return self.envelope


class MessageError(ApiError):
    """A refusal with a message and nothing else."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(status)
        self.envelope: Json = {"message": message}

    def body(self, tenant: Json) -> Json:
        return self.envelope


class TitledError(ApiError):
    """A refusal in the style of RFC 7807."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(status)
        self.envelope: Json = {"type": "/placeholder/type/uri", "status": status, "title": title, "detail": detail}

    def body(self, tenant: Json) -> Json:
        return self.envelope


class CodedError(ApiError):
    """A refusal with one of Flow Service's own codes; the part after the hyphen is the status.

    Codes, titles and texts are documented; that they travel in the platform's standard envelope with
    the prefix FLOW is assumed.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(int(code.rpartition("-")[2]))
        self.code = code
        self.detail = detail

    def body(self, tenant: Json) -> Json:
        code = f"FLOW-{self.code}"
        return {
            "type": f"http://ns.adobe.com/aep/errors/{code}",
            "title": TITLES[self.code],
            "status": self.status,
            "detail": self.detail,
            "report": {"tenantInfo": tenant, "additionalContext": None, "detailed-message": self.detail},
            "error-chain": [
                {
                    "serviceId": "FLOW",
                    "errorCode": code,
                    "invokingServiceId": "FLOW",
                    "unixTimeStampMs": int(time.time() * 1000),
                }
            ],
        }


def not_found(kind: str, resource_id: str) -> LegacyError:
    """Return the 404 of a resource, in the words of the API description."""
    return LegacyError(404, f"{kind} not found with id = [{resource_id}]")


def error_answer(request: Request, error: Exception) -> Response:
    """Write a refusal out."""
    if not isinstance(error, ApiError):
        raise error
    caller = getattr(request.state, "caller", None)
    body = error.body(caller.tenant() if caller else {})
    return Response(status_code=error.status) if body is None else JSONResponse(body, error.status)
