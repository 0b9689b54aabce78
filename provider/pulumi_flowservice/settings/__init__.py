"""The settings: stack config takes precedence over the environment, and the environment over the default.

No other module reads settings from `os.environ`.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

CONNECTION_TESTS = ("fail", "warn", "off")
# One day; much larger values are not valid as the timeout of a socket.
_LARGEST_NUMBER = 86400
_CREDENTIALS = ("clientId", "clientSecret", "accessToken")
# The scopes of Adobe's own Postman environment for Experience Platform.
_AEP_SCOPES = "openid,session,AdobeID,read_organizations,additional_info.projectedProductContext"


def _string(raw: str) -> str:
    """Return the value. Raises: ValueError; here and below its text never holds the value, which may be a secret."""
    if raw != raw.strip():
        raise ValueError("begins or ends with white space: remove it (perhaps the newline at the end of a file)")
    return raw


def _header(raw: str) -> str:
    """Return a value for a request header, in which a line break would begin another header."""
    if not (_string(raw).isascii() and raw.isprintable()):
        raise ValueError("contains a character that is not allowed in a request header: use printable ASCII only")
    return raw


def _url(raw: str) -> str:
    return _string(raw).rstrip("/")


def _number(raw: str) -> float:
    try:
        number = float(raw)
    except ValueError:
        number = math.nan
    if not (0 < number <= _LARGEST_NUMBER):
        raise ValueError(f"must be a number greater than 0 and at most {_LARGEST_NUMBER}")
    return number


def _flag(raw: str) -> bool:
    if raw.lower() not in ("true", "false", "1", "0"):
        raise ValueError("must be true or false")
    return raw.lower() in ("true", "1")


def _policy(raw: str) -> str:
    if raw not in CONNECTION_TESTS:
        raise ValueError(f"must be one of {', '.join(CONNECTION_TESTS)}")
    return raw


def _setting(
    default: object, parse: Callable[[str], object], description: str, form: str = "string", *, is_secret: bool = False
) -> Any:
    about = {"parse": parse, "description": description, "json_type": form}
    return field(default=default, repr=not is_secret, metadata=about)


@dataclass(frozen=True)
class Settings:
    """The configuration of a stack: the declaration of each setting. Times are in seconds; `repr` shows no secret.

    It may be incomplete, because a preview that needs no request must work without credentials (pull requests from
    forks have none). `problems.require_usable` is called before the first request.
    """

    endpoint: str = _setting("https://platform.adobe.io", _url, "Address of Adobe Experience Platform's API.")
    ims_endpoint: str = _setting("https://ims-na1.adobelogin.com", _url, "Address of Adobe's token service (IMS).")
    client_id: str | None = _setting(None, _header, "Client id of the OAuth server-to-server credential.")
    client_secret: str | None = _setting(
        None, _string, "Client secret of the OAuth server-to-server credential.", is_secret=True
    )
    scopes: str = _setting(_AEP_SCOPES, _string, "Scopes of the access token, separated by commas.")
    access_token: str | None = _setting(
        None, _header, "An access token instead of the client secret, beside `apiKey` or `clientId`.", is_secret=True
    )
    api_key: str | None = _setting(None, _header, "Value of the header `x-api-key`. Default: the client id.")
    ims_org: str | None = _setting(None, _header, "Id of the organization; it ends with @AdobeOrg.")
    sandbox: str | None = _setting(None, _header, "Default sandbox, for connections without the input `sandbox`.")
    connection_test: str = _setting(
        "fail",
        _policy,
        "If the database refuses the login of the test: `fail` undoes the write, `warn` keeps it; `off`: no test.",
    )
    request_timeout: float = _setting(75.0, _number, "Timeout of one request, in seconds.", "number")
    operation_timeout: float = _setting(
        600.0, _number, "Seconds that an operation waits and retries; `customTimeouts` takes precedence.", "number"
    )
    requests_per_second: float | None = _setting(None, _number, "Maximum of requests per second, if any.", "number")
    bulk_refresh: bool = _setting(
        True,
        _flag,
        "`true`: a refresh reads pages of 100 connections where this saves requests; `false`: each by itself.",
        "boolean",
    )
    debug: bool = _setting(False, _flag, "Whether tracebacks and a log of requests, no secrets, are shown.", "boolean")
    plain_http_host: str | None = _setting(
        None, _string, "A host, besides this machine, that may be reached by http without TLS."
    )
    # Where each setting that is not a default came from: `stack config` or `environment`.
    origins: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    problems: tuple[str, ...] = ()
    # The name of the native provider that the program made and these settings are of; empty for the stack's own.
    explicit_provider: str = ""

    @property
    def client(self) -> str | None:
        """The value of the header `x-api-key`; the API stores it in `createdClient` and `updatedClient`."""
        return self.api_key or self.client_id


class Setting(NamedTuple):
    """A setting as `Settings` declares it: its name in the stack's configuration, its name in Python, and the rest."""

    key: str
    name: str
    parse: Callable[[str], object]
    description: str
    json_type: str
    default: object
    is_secret: bool


def _table() -> Iterator[Setting]:
    for each in fields(Settings):
        if each.metadata:
            first, *others = each.name.split("_")
            key = first + "".join(word.title() for word in others)
            yield Setting(key, each.name, default=each.default, is_secret=not each.repr, **each.metadata)


SETTINGS: dict[str, Setting] = {setting.key: setting for setting in _table()}
"""The settings by key. Schema, documentation and the native provider's class are made from it."""


def load(stack_config: Callable[[str], object], environ: Mapping[str, str] | None = None) -> Settings:
    """Read every setting; `stack_config` returns the value of a key such as `flowservice:sandbox`, or None.

    Never raises: errors are kept in `problems`, because a preview without credentials must work.
    """
    environment = os.environ if environ is None else environ
    values: dict[str, object] = {}
    origins: dict[str, str] = {}
    problems: list[str] = []
    # All credentials come from one place, so that those of two places are never mixed.
    are_in_stack = any(stack_config(f"flowservice:{key}") not in (None, "") for key in _CREDENTIALS)
    for key, setting in SETTINGS.items():
        # An empty string counts as not set: pipelines often set a missing variable to an empty string.
        in_stack, in_environment = stack_config(f"flowservice:{key}"), environment.get(variable(key))
        if key in _CREDENTIALS and are_in_stack:
            in_environment = None
        raw = in_environment if in_stack in (None, "") else in_stack
        if raw in (None, ""):
            continue
        origins[setting.name] = "environment" if in_stack in (None, "") else "stack config"
        try:
            values[setting.name] = setting.parse(str(raw))
        except ValueError as problem:
            problems.append(f"flowservice:{key} ({variable(key)}) {problem}")
    return Settings(**values, origins=origins, problems=tuple(problems))  # type: ignore[arg-type]


def variable(key: str) -> str:
    """Return the environment variable of a stack config key: `imsOrg` is `FLOWSERVICE_IMS_ORG`."""
    return f"FLOWSERVICE_{SETTINGS[key].name.upper()}"


def misspelt(stack_keys: Iterable[str], environ: Mapping[str, str] | None = None) -> list[str]:
    """Return the names with our prefixes that are not settings and therefore have no effect."""
    environment = os.environ if environ is None else environ
    known = {f"flowservice:{key}" for key in SETTINGS} | {variable(key) for key in SETTINGS}
    ours = [name for name in (*stack_keys, *environment) if name.startswith(("flowservice:", "FLOWSERVICE_"))]
    return sorted(set(ours) - known)
