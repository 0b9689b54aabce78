"""The connections and dataflows of a manifest as resources of a Pulumi program."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pulumi

from .. import native as native_classes
from .. import settings
from ..errors import Code, notice
from ..lifecycle.names import python_name
from ..resources.connection.kinds import KINDS
from ..resources.dataflow.dataflow import DATAFLOW
from ..sdk import dynamic as dynamic_classes
from ..sdk.resource import FlowServiceResource
from .problems import ManifestError, listed

if TYPE_CHECKING:
    from .content import Manifest, SecretReference, Settled, SettledDataflow
    from .strict_yaml import Document

_SANDBOX = "flowservice:sandbox"
Classes = dict[str, Callable[..., FlowServiceResource]]
# By kind, and that of dataflows.
_TYPES = {**{kind.name: kind.resource for kind in KINDS.values()}, DATAFLOW.noun: DATAFLOW.resource}
CLASSES: Classes = {name: getattr(dynamic_classes, resource) for name, resource in _TYPES.items()}
NATIVE_CLASSES: Classes = {name: getattr(native_classes, resource) for name, resource in _TYPES.items()}
# By input.
Secrets = Mapping[str, pulumi.Output[str] | None]


class Connections(dict[str, FlowServiceResource]):
    """The connections of a manifest by the names of their entries; `dataflows` has the dataflows by theirs."""

    dataflows: dict[str, FlowServiceResource]


def connections(path: str | Path, *, native: bool = False) -> Connections:
    """Create the resources of a manifest for this stack's sandbox: connections, and the dataflows that use them.

    With `native=True`, they are of the native provider. A missing secret is unknown in a preview, with a warning, so
    that pull requests from forks get a plan.

    Raises:
        pulumi.RunError: the file is not valid, the sandbox is not set, or `up` lacks a secret; with all problems.
    """
    # PyYAML is needed only here, and would make the import of the package slower.
    from .reader import read

    try:
        manifest, document = read(path)
        sandbox = _sandbox(document)
        if manifest.sandboxes is not None and sandbox not in manifest.sandboxes:
            what = f"the stack's sandbox {sandbox!r} is missing here"
            document.add(("sandboxes",), what, f"add it, or correct {_SANDBOX} of the stack")
            raise ManifestError(document.problems)
        chosen = [name for name in manifest.connections if manifest.goes_to(name, sandbox)]
        settled = {name: manifest.settled(name, sandbox) for name in chosen}
        secrets = {name: _secrets(document, name, parts) for name, parts in settled.items()}
        _require(document)
    except ManifestError as error:
        raise pulumi.RunError(str(error)) from None
    classes = NATIVE_CLASSES if native else CLASSES
    made = Connections(
        {
            name: _connection(
                classes[parts.kind.name], name, parts, secrets[name], manifest.connections[name].get("previously", ())
            )
            for name, parts in settled.items()
        }
    )
    made.dataflows = _dataflows(classes[DATAFLOW.noun], manifest, sandbox, made)
    return made


def _dataflows(
    make: Callable[..., FlowServiceResource],
    manifest: Manifest,
    sandbox: str,
    made: Mapping[str, FlowServiceResource],
) -> dict[str, FlowServiceResource]:
    """Create the dataflows of a sandbox, whose connections have been made."""
    found: dict[str, FlowServiceResource] = {}
    for name, entry in manifest.dataflows.items():
        if manifest.dataflow_goes_to(name, sandbox):
            parts = manifest.settled_dataflow(name, sandbox)
            inputs = {python_name(key): value for key, value in parts.inputs.items()}
            options = _options(parts, entry.get("previously", ()))
            found[name] = make(name, connection=made[parts.connection].id, **inputs, opts=options)
    return found


def _sandbox(document: Document) -> str:
    """Return the sandbox of this stack, by the same rule as the provider."""
    in_stack = pulumi.Config("flowservice").get("sandbox")
    sandbox = settings.load({_SANDBOX: in_stack}.get).sandbox
    if not sandbox:
        document.add((), "the stack has no sandbox", f"set {_SANDBOX} (FLOWSERVICE_SANDBOX)")
        raise ManifestError(document.problems)
    return sandbox


def _secrets(document: Document, name: str, parts: Settled) -> Secrets:
    """Return the secrets of an entry by input; a missing one is None and a problem of the document."""
    secrets: dict[str, pulumi.Output[str] | None] = {}
    for key in parts.kind.secrets:
        if reference := parts.inputs.get(key):
            secrets[key] = _secret(reference)
            if secrets[key] is None:
                document.add(("connections", name, key), *_complaint(reference))
    return secrets


def _require(document: Document) -> None:
    """Warn about missing secrets in a preview. Raises: ManifestError, in an `up`."""
    if document.problems and not pulumi.runtime.is_dry_run():
        raise ManifestError(document.problems)
    if document.problems:
        what = (
            "secrets are missing, and `pulumi up` would fail; this preview treats them as unchanged where the "
            "connection exists"
        )
        pulumi.log.warn(notice(Code.SECRETS_MISSING, f"{what}:\n{listed(document.problems)}"))


def _secret(reference: SecretReference) -> pulumi.Output[str] | None:
    """Return the secret, or None if it is not set; a key without a namespace belongs to the project."""
    if reference.config is not None:
        namespace, _, key = reference.config.rpartition(":")
        return pulumi.Config(namespace or None).get_secret(key)
    # An empty variable counts as not set, as in pipelines.
    value = os.environ.get(reference.env or "")
    return pulumi.Output.secret(value) if value else None


def _complaint(reference: SecretReference) -> tuple[str, str]:
    """Return what is missing, and how to set it."""
    if reference.config is not None:
        return f"config {reference.config} is not set", f"pulumi config set --secret {reference.config}"
    return f"environment variable {reference.env} is not set", "set it where `pulumi` runs"


def _connection(
    make: Callable[..., FlowServiceResource],
    name: str,
    parts: Settled,
    secrets: Secrets,
    former_names: list[str] | tuple[()],
) -> FlowServiceResource:
    """Create the resource. It gets no `sandbox` input, so that the check notices a changed default."""
    missing = [key for key, value in secrets.items() if value is None]
    # The engine treats an Output with this value as unknown.
    unknown = pulumi.Output.secret(cast(str, pulumi.output.UNKNOWN)) if missing else None
    inputs = {**parts.inputs, **{key: value or unknown for key, value in secrets.items()}}
    options = _options(parts, former_names)
    # For an existing connection, an unknown secret would show as an update; with `ignore_changes`, the engine keeps the
    # secret of the state. For a new one, the secret stays unknown.
    options.ignore_changes = missing or None
    return make(name, **{python_name(key): value for key, value in inputs.items()}, opts=options)


def _options(parts: Settled | SettledDataflow, former_names: list[str] | tuple[()]) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(
        aliases=[pulumi.Alias(name=former) for former in former_names],
        retain_on_delete=parts.options.get("retainOnDelete"),
        protect=parts.options.get("protect"),
    )
