"""A manifest's connections as resources of a Pulumi program."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import pulumi

from .. import settings
from ..dynamic import RedshiftConnection
from .problems import ManifestError

if TYPE_CHECKING:
    from .document import Document
    from .model import SecretReference, Settled

_SANDBOX = "flowservice:sandbox"


def connections(path: str | Path) -> dict[str, RedshiftConnection]:
    """Make the connections of a manifest that go to this stack's sandbox; by entry name.

    A secret that is not set is unknown in a preview, with a warning, so that a pull request from a fork has its plan.

    Raises:
        pulumi.RunError: the file cannot be used, the sandbox is not set, or `up` lacks a secret; all problems at once.
    """
    # PyYAML and pydantic are needed here only; importing the package must not wait for them.
    from .reading import read

    try:
        manifest, document = read(path)
        sandbox = _sandbox(document)
        if manifest.sandboxes is not None and sandbox not in manifest.sandboxes:
            what = f"the stack's sandbox {sandbox!r} is not among them"
            document.add(("sandboxes",), what, f"add it, or correct {_SANDBOX} of the stack")
            raise ManifestError(document.problems)
        chosen = {name: entry for name, entry in manifest.connections.items() if manifest.goes_to(entry, sandbox)}
        settled = {name: manifest.settled(entry, sandbox) for name, entry in chosen.items()}
        passwords = _passwords(document, settled)
    except ManifestError as error:
        raise pulumi.RunError(f"the connections cannot be made:\n{error}") from None
    return {
        name: _connection(name, parts, passwords.get(name), chosen[name].previously or ())
        for name, parts in settled.items()
    }


def _sandbox(document: Document) -> str:
    """The sandbox of this stack, by the same rule as the provider's; no other setting is read."""
    found = settings.load(lambda key: pulumi.Config("flowservice").get("sandbox") if key == _SANDBOX else None).sandbox
    if not found:
        document.add((), "the stack has no sandbox", f"set {_SANDBOX} (FLOWSERVICE_SANDBOX)")
        raise ManifestError(document.problems)
    return found


def _passwords(document: Document, settled: dict[str, Settled]) -> dict[str, pulumi.Output[str]]:
    """The secrets by entry. Raises: ManifestError, in an `up` that lacks some."""
    found: dict[str, pulumi.Output[str]] = {}
    for name, parts in settled.items():
        if parts.password is None:
            continue
        value = _secret(parts.password)
        if value is None:
            document.add(("connections", name, "password"), *_complaint(parts.password))
        found[name] = _unknown() if value is None else value
    if document.problems and not pulumi.runtime.is_dry_run():
        raise ManifestError(document.problems)
    if document.problems:
        pulumi.log.warn(f"secrets are missing, and `up` would stop here:\n{ManifestError(document.problems)}")
    return found


def _secret(reference: SecretReference) -> pulumi.Output[str] | None:
    """The secret, or None where it is not set; a key without a namespace is the project's."""
    if reference.config is not None:
        namespace, _, key = reference.config.rpartition(":")
        return pulumi.Config(namespace or None).get_secret(key)
    value = settings.from_environment(reference.env or "")
    return pulumi.Output.secret(value) if value else None


def _complaint(reference: SecretReference) -> tuple[str, str]:
    """What is missing, and how to set it."""
    if reference.config is not None:
        return f"config {reference.config} is not set", f"pulumi config set --secret {reference.config}"
    return f"environment variable {reference.env} is not set", "set it where `pulumi` runs"


def _unknown() -> pulumi.Output[str]:
    """A secret whose value a preview cannot know.

    An empty text would do in a preview of a new connection, and show as a change of every existing one.
    """
    return pulumi.Output.secret(cast(str, pulumi.output.UNKNOWN))


def _connection(
    name: str, parts: Settled, password: pulumi.Output[str] | None, former_names: tuple[str, ...] | list[str]
) -> RedshiftConnection:
    """The resource. Its sandbox stays the stack's default, so that a changed default is noticed and moves nothing."""
    return RedshiftConnection(
        name,
        server=parts.server or "",
        port=parts.port,
        database=parts.database or "",
        username=parts.username or "",
        password=password,
        schema=parts.database_schema,
        name=parts.name,
        description=parts.description,
        connection_test=parts.connection_test,
        credentials_version=parts.credentials_version,
        adopt=parts.adopt,
        opts=pulumi.ResourceOptions(
            aliases=[pulumi.Alias(name=former) for former in former_names],
            retain_on_delete=parts.retain_on_delete,
            protect=parts.protect,
        ),
    )
