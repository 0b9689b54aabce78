"""What keeps settings from being used for a request, and the commands that set what is missing."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from ..errors import SettingsError
from . import SETTINGS, Settings, variable

# What stands for a value; secrets have none, because `pulumi config set --secret` asks for it.
_PLACES = {"clientId": "CLIENT_ID", "apiKey": "API_KEY", "imsOrg": "ID@AdobeOrg", "sandbox": "NAME"}


def require_usable(settings: Settings) -> None:
    """Raise a `SettingsError` that lists everything that is missing or wrong for a request, and how to set it."""
    if error := why_unusable(settings):
        raise error


def why_unusable(settings: Settings) -> SettingsError | None:
    """Return that error; None if nothing is missing or wrong."""
    found = [*settings.problems, *credential_problems(settings), *endpoint_problems(settings)]
    if not settings.ims_org:
        found.append("no organization: set flowservice:imsOrg or FLOWSERVICE_IMS_ORG (it ends with @AdobeOrg)")
    if not found:
        return None
    remedy = f"`pulumi-flowservice doctor` shows every setting.{how_to_set(settings)}"
    return SettingsError("the configuration cannot be used: " + "; ".join(found), remedy=remedy)


def how_to_set(settings: Settings, *, is_in_a_line: bool = False) -> str:
    """Return the sentence with the command for each setting that is missing, after a space; empty if none is.

    Nothing of what the environment has one half of. No command sets what an explicit provider takes: it is named.
    """
    if settings.explicit_provider:
        name = settings.explicit_provider
        return f" The provider {name!r} takes its settings from the program or the environment, not from the stack."
    commands = [
        " ".join(part for part in ("pulumi config set", secret, f"flowservice:{key}", _PLACES.get(key, "")) if part)
        for key in _missing(settings)
        for secret in ["--secret" if SETTINGS[key].is_secret else ""]
    ]
    listed = " " + ", ".join(f"`{each}`" for each in commands) if is_in_a_line else "\n  " + "\n  ".join(commands)
    return f" In the stack, this sets what is missing:{listed}" if commands else ""


def _missing(settings: Settings) -> list[str]:
    has_half = "environment" in (settings.origins.get("client_id"), settings.origins.get("client_secret"))
    needed: dict[str, object] = {"clientId": settings.client_id, "clientSecret": settings.client_secret}
    if settings.access_token:
        needed = {"apiKey": settings.client}
    elif has_half:
        # With a part of them in the stack, the environment would not be read for the other.
        needed = {}
    needed |= {"imsOrg": settings.ims_org, "sandbox": settings.sandbox}
    return [key for key, value in needed.items() if not value]


def is_loopback(host: str) -> bool:
    """Return whether a host name or address is this machine: localhost, 127.0.0.0/8 or ::1."""
    try:
        return host.lower() == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def credential_problems(settings: Settings) -> list[str]:
    """Return what is wrong with the credentials."""
    pair = (settings.client_id, settings.client_secret)
    is_environment = "environment" in (settings.origins.get("client_id"), settings.origins.get("client_secret"))
    if settings.access_token and settings.client_secret:
        where = "the environment" if is_environment else "the configuration"
        return [f"both an access token and a client secret are set in {where}: keep one of them"]
    if settings.access_token:
        return [] if settings.client else ["an access token also needs flowservice:apiKey (FLOWSERVICE_API_KEY)"]
    if not any(pair):
        return [
            "no credentials: set flowservice:clientId and flowservice:clientSecret "
            "(FLOWSERVICE_CLIENT_ID and FLOWSERVICE_CLIENT_SECRET), or flowservice:accessToken and flowservice:apiKey"
        ]
    if not all(pair):
        given, missing = ("clientId", "clientSecret") if settings.client_id else ("clientSecret", "clientId")
        if is_environment:
            return [f"{variable(given)} is set, but {variable(missing)} is not"]
        return [f"flowservice:{given} is set, but flowservice:{missing} is not (the environment is not read for it)"]
    return []


def endpoint_problems(settings: Settings) -> list[str]:
    """Return what is wrong with the two URLs, both of which receive secrets."""
    found, hosts = [], []
    for key, url in (("endpoint", settings.endpoint), ("imsEndpoint", settings.ims_endpoint)):
        try:
            parts = urlsplit(url)
            host = parts.hostname if parts.port is None or parts.port else None
        except ValueError:
            parts, host = urlsplit(""), None
        hosts.append(host or "")
        if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or "?" in url or "#" in url:
            found.append(f"flowservice:{key} ({variable(key)}) is not a valid URL such as https://platform.adobe.io")
        elif parts.scheme == "http" and not (is_loopback(host) or host == (settings.plain_http_host or "").lower()):
            found.append(
                f"flowservice:{key} ({variable(key)}) uses http without TLS to another machine, which would send "
                "secrets unencrypted: use https, or name the host in flowservice:plainHttpHost"
            )
    is_forgotten = settings.client_secret and "ims_endpoint" not in settings.origins
    if is_forgotten and is_loopback(hosts[0]) and not is_loopback(hosts[1]):
        found.append("flowservice:endpoint is this machine, but flowservice:imsEndpoint is not set: set it, too")
    return found
