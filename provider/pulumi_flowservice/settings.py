"""Configuration: stack config first, then the environment, then the default. The only reader of `os.environ`."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from .errors import SettingsError

CONNECTION_TESTS = ("fail", "warn", "off")
# A day of seconds; a socket's timeout cannot be much longer than that.
_LARGEST_NUMBER = 86400
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_CREDENTIALS = ("clientId", "clientSecret", "accessToken")
SECRET_KEYS = ("clientSecret", "accessToken")
# The scopes of Adobe's own Postman environment for Experience Platform.
_AEP_SCOPES = "openid,session,AdobeID,read_organizations,additional_info.projectedProductContext"


@dataclass(frozen=True)
class Settings:
    """What a stack is configured with. Times are seconds; secrets stay out of `repr`.

    It may be incomplete: a preview that needs no request must work without credentials, as in a pull request from a
    fork. `require_usable` is called where a request is due.
    """

    endpoint: str = "https://platform.adobe.io"
    ims_endpoint: str = "https://ims-na1.adobelogin.com"
    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    scopes: str = _AEP_SCOPES
    access_token: str | None = field(default=None, repr=False)
    api_key: str | None = None
    ims_org: str | None = None
    sandbox: str | None = None
    connection_test: str = "fail"
    request_timeout: float = 75.0
    operation_timeout: float = 600.0
    requests_per_second: float | None = None
    bulk_refresh: bool = True
    debug: bool = False
    plain_http_host: str | None = None
    # Where each setting that is not a default came from: `stack config` or `environment`.
    origins: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    problems: tuple[str, ...] = ()

    @property
    def client(self) -> str | None:
        """The value of `x-api-key`; the API records it as `createdClient` and `updatedClient`."""
        return self.api_key or self.client_id

    def require_usable(self) -> None:
        """Raise a `SettingsError` that lists everything that keeps a request from being made."""
        found = [*self.problems, *_credential_problems(self), *_endpoint_problems(self)]
        if not self.ims_org:
            found.append("no organization: set flowservice:imsOrg or FLOWSERVICE_IMS_ORG (it ends in @AdobeOrg)")
        if found:
            raise SettingsError(
                "the configuration cannot be used: " + "; ".join(found), remedy="README.md lists every setting."
            )


def load(stack_config: Callable[[str], object], environ: Mapping[str, str] | None = None) -> Settings:
    """Read every setting; `stack_config` answers a key such as `flowservice:sandbox` with its value or None.

    Never raises: what cannot be read is kept in `problems`, because a preview without credentials must work.
    """
    environment = os.environ if environ is None else environ
    values: dict[str, object] = {}
    origins: dict[str, str] = {}
    problems: list[str] = []
    layer = _credentials_layer(stack_config)
    for key, (name, parse) in OPTIONS.items():
        in_stack, in_environment = stack_config(f"flowservice:{key}"), environment.get(variable(key))
        if key in _CREDENTIALS and layer == "stack config":
            in_environment = None
        raw = in_environment if in_stack in (None, "") else in_stack
        if raw in (None, ""):
            continue
        origins[name] = "environment" if in_stack in (None, "") else "stack config"
        try:
            values[name] = parse(str(raw))
        except ValueError as problem:
            problems.append(f"flowservice:{key} ({variable(key)}) {problem}")
    return Settings(**values, origins=origins, problems=tuple(problems))  # type: ignore[arg-type]


def variable(key: str) -> str:
    """The environment variable of a stack config key: `imsOrg` is `FLOWSERVICE_IMS_ORG`."""
    return "FLOWSERVICE_" + "".join("_" + letter if letter.isupper() else letter for letter in key).upper()


def misspelt(stack_keys: Iterable[str], environ: Mapping[str, str] | None = None) -> list[str]:
    """The names under our prefixes that are no setting of ours, and so have no effect."""
    environment = os.environ if environ is None else environ
    known = {f"flowservice:{key}" for key in OPTIONS} | {variable(key) for key in OPTIONS}
    ours = [name for name in (*stack_keys, *environment) if name.startswith(("flowservice:", "FLOWSERVICE_"))]
    return sorted(set(ours) - known)


def from_environment(name: str) -> str | None:
    """A variable that a manifest refers to; an empty one is not set."""
    return os.environ.get(name) or None


def _credentials_layer(stack_config: Callable[[str], object]) -> str:
    """Credentials come from one layer as a whole: half of each would be a mixture that nobody meant."""
    given = any(stack_config(f"flowservice:{key}") not in (None, "") for key in _CREDENTIALS)
    return "stack config" if given else "environment"


def _text(raw: str) -> str:
    """A value as it is. Raises: ValueError, here and below without the value, which may be a secret."""
    if raw != raw.strip():
        raise ValueError("has white space at an end: remove it (a file's last newline, perhaps)")
    return raw


def _header(raw: str) -> str:
    """A value that goes into a header, where a line break would begin another header."""
    if not (_text(raw).isascii() and raw.isprintable()):
        raise ValueError("has a character that no request header can carry: ASCII only")
    return raw


def _url(raw: str) -> str:
    return _text(raw).rstrip("/")


def _number(raw: str) -> float:
    try:
        number = float(raw)
    except ValueError:
        number = math.nan
    if not (0 < number <= _LARGEST_NUMBER):
        raise ValueError(f"must be a number greater than 0, and at most {_LARGEST_NUMBER}")
    return number


def _flag(raw: str) -> bool:
    if raw.lower() not in ("true", "false", "1", "0"):
        raise ValueError("must be true or false")
    return raw.lower() in ("true", "1")


def _policy(raw: str) -> str:
    if raw not in CONNECTION_TESTS:
        raise ValueError(f"must be one of {', '.join(CONNECTION_TESTS)}")
    return raw


OPTIONS: dict[str, tuple[str, Callable[[str], object]]] = {
    "endpoint": ("endpoint", _url),
    "imsEndpoint": ("ims_endpoint", _url),
    "clientId": ("client_id", _header),
    "clientSecret": ("client_secret", _text),
    "scopes": ("scopes", _text),
    "accessToken": ("access_token", _header),
    "apiKey": ("api_key", _header),
    "imsOrg": ("ims_org", _header),
    "sandbox": ("sandbox", _header),
    "connectionTest": ("connection_test", _policy),
    "requestTimeout": ("request_timeout", _number),
    "operationTimeout": ("operation_timeout", _number),
    "requestsPerSecond": ("requests_per_second", _number),
    "bulkRefresh": ("bulk_refresh", _flag),
    "debug": ("debug", _flag),
    "plainHttpHost": ("plain_http_host", _text),
}


def _credential_problems(settings: Settings) -> list[str]:
    """What is wrong with the one layer that the credentials come from."""
    pair = (settings.client_id, settings.client_secret)
    if settings.access_token and settings.client_secret:
        return ["both an access token and a client secret are set in one place: keep one of them"]
    if settings.access_token:
        return [] if settings.client else ["an access token needs flowservice:apiKey (FLOWSERVICE_API_KEY) beside it"]
    if not any(pair):
        return [
            "no credentials: set flowservice:clientId and flowservice:clientSecret "
            "(FLOWSERVICE_CLIENT_ID and FLOWSERVICE_CLIENT_SECRET), or flowservice:accessToken and flowservice:apiKey"
        ]
    if not all(pair):
        missing = "clientSecret" if settings.client_id else "clientId"
        return [f"half of the credentials: flowservice:{missing} ({variable(missing)}) is missing in the same place"]
    return []


def _endpoint_problems(settings: Settings) -> list[str]:
    """What is wrong with the two addresses; both are sent secrets."""
    found = []
    for key, url in (("endpoint", settings.endpoint), ("imsEndpoint", settings.ims_endpoint)):
        try:
            parts = urlsplit(url)
            host = parts.hostname if parts.port is None or parts.port else None
        except ValueError:
            parts, host = urlsplit(""), None
        if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or "?" in url or "#" in url:
            found.append(f"flowservice:{key} ({variable(key)}) is no URL such as https://platform.adobe.io")
        elif parts.scheme == "http" and host not in (*_LOOPBACK, settings.plain_http_host):
            found.append(
                f"flowservice:{key} ({variable(key)}) is plain http to another machine, which would send secrets "
                "in clear: use https, or name the host in flowservice:plainHttpHost"
            )
    return found
