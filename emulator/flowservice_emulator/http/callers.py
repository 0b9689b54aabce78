"""Check the headers that every request must carry: token, api key, organization, sandbox."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from starlette.requests import Request

from ..names import SANDBOXES
from ..settings import Settings
from .errors import Circumstances, CodedError, GatewayError, bad_request
from .exchange import Surroundings, surroundings_of
from .tokens import Token

_SANDBOX_IDS = {name: str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}.sandbox.flowservice-emulator")) for name in SANDBOXES}


@dataclass(frozen=True)
class Caller:
    """Who sends a request, and to which sandbox and organization."""

    client: str
    user: str
    sandbox: str
    organization: str

    @property
    def sandbox_id(self) -> str:
        """Return the sandbox's own id: the same for every emulator."""
        return _SANDBOX_IDS[self.sandbox]

    def tenant(self) -> dict[str, str]:
        """Return sandbox and organization as the standard error envelope shows them."""
        return {"sandboxName": self.sandbox, "sandboxId": self.sandbox_id, "imsOrgId": self.organization}


def identify(request: Request, service: Surroundings) -> Caller:
    """Return the caller, after the gateway's checks and then the service's own.

    Raises:
        ApiError: a header is missing or wrong, or the caller lacks the permission.
    """
    token = _token(request, service)
    _check_organization(request, service.settings)
    sandbox = _sandbox(request, service.settings)
    _check_permission(request, service)
    _check_content_type(request)
    # For tokens of a service the API description has both equal; whether these are such tokens it does not say.
    user = token.client if service.settings.author == "client" and token.is_technical else token.user
    return Caller(token.client, user, sandbox, service.settings.organization)


def caller_of(request: Request) -> Caller:
    """Return the caller that `identify` found."""
    caller: Caller = request.state.caller
    return caller


def circumstances_of(request: Request) -> Circumstances:
    """Return what an error answer tells of a request, whether its caller is known or not."""
    caller: Caller | None = getattr(request.state, "caller", None)
    request_id = request.headers.get("x-request-id", "")[:200]
    return Circumstances(surroundings_of(request).settings, caller.tenant() if caller else {}, request_id)


def _token(request: Request, service: Surroundings) -> Token:
    """Check what the gateway checks: the token, and that the api key is its client.

    Codes and texts are those of the platform's troubleshooting guide; statuses 403 of the api key are assumed.
    """
    authorization = request.headers.get("authorization")
    if authorization is None:
        raise GatewayError(403, "403010", "Oauth token is missing.")
    # A header without a token is the service's own refusal, one with a wrong token the gateway's.
    scheme, _, text = authorization.partition(" ")
    if scheme.lower() == "bearer" and not text.strip():
        raise CodedError("2114-400", "Empty token provided. Please provide a token and try again.")
    token = service.tokens.read(text.strip())
    if scheme.lower() != "bearer" or token is None:
        raise GatewayError(401, "401013", "Oauth token is not valid")
    api_key = request.headers.get("x-api-key")
    if not api_key:
        raise GatewayError(403, "403000", "Api Key is required")
    # The real gateway knows more keys than one per token; that a foreign one is refused is all that matters here.
    if api_key != token.client:
        raise GatewayError(403, "403003", "Api Key is invalid")
    return token


def _check_organization(request: Request, settings: Settings) -> None:
    """Check the organization. The documents differ on whether the service or the gateway refuses another one."""
    organization = request.headers.get("x-gw-ims-org-id")
    remedy = "Please update the header value and try again."
    if organization is None:
        if settings.missing_organization == "400003":
            raise GatewayError(400, "400003", "Missing header")
        raise CodedError("2002-401", f"The header x-gw-ims-org-id is missing in the request. {remedy}")
    if not organization:
        raise CodedError("2001-401", f"The header x-gw-ims-org-id is either missing or empty. {remedy}")
    if organization != settings.organization:
        if settings.foreign_organization == "403025":
            raise GatewayError(403, "403025", "Profile is not valid")
        text = (
            "The authorization token does not have access to this organization or the organization does not exist. "
            "Please ensure that the organization exists or contact your administrator to gain access."
        )
        raise CodedError(settings.foreign_organization, text)


def _sandbox(request: Request, settings: Settings) -> str:
    """Return the sandbox, which the prose requires although the API description calls the header optional."""
    # Only internal tools of the platform may send the id; for all others its presence is the mistake.
    if "x-sandbox-id" in request.headers:
        raise CodedError(
            "2110-400",
            "The header x-sandbox-id is not allowed with the user token. Please update the header and try again.",
        )
    sandbox = request.headers.get("x-sandbox-name")
    if not sandbox:
        if settings.missing_sandbox == "prod":
            return "prod"
        raise CodedError(
            settings.missing_sandbox,
            "The header x-sandbox-name is missing in the request. Please add the header in the request and try again.",
        )
    if sandbox == "*":
        raise CodedError("2111-403", "The header x-sandbox-name with value * is restricted with the user token.")
    # Status 404, like that of a missing connection: a client that reads the status alone is misled.
    if sandbox not in SANDBOXES:
        raise CodedError(
            "2100-404",
            f"The sandbox with the name '{sandbox[:80]}' could not be found. "
            "Please ensure that the sandbox name is correct and try again.",
        )
    return sandbox


def _check_permission(request: Request, service: Surroundings) -> None:
    """Refuse what the settings deny; which of the codes 2118, 2120 and 2121 the service picks is not documented."""
    # A search or validation reads, whatever its method.
    needed = "read" if request.method == "GET" or request.url.path.endswith(("/search", "/validate")) else "write"
    if needed in service.settings.deny:
        raise CodedError(
            "2118-403",
            f"The permission {needed} is missing. "
            "Please contact your administrator to resolve permissions and try again.",
        )


def _check_content_type(request: Request) -> None:
    """Refuse a body that is not declared as JSON; a request without a body needs no declaration."""
    has_body = request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
    if has_body and not declares_json(request):
        raise bad_request("A valid content-type must be specified")


def declares_json(request: Request) -> bool:
    """Return whether a request says that its body is JSON."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"
