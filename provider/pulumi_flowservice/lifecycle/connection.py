"""The lifecycle of a base connection: check, diff, create, read, update, delete. Values in, values out; no Pulumi."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..clock import operation
from ..errors import FlowServiceError, InUseError, NotFoundError, OwnershipError, SettingsError, during
from ..kinds.kind import ConnectionType, Properties, Unknown, check_inputs
from ..settings import Settings
from .bulk_reads import BulkReads
from .create import Creation
from .ownership import require_ours, require_same_adoption, require_same_organization
from .patches import before_adoption, operations
from .provenance import Version, editor, suspicion
from .update import Writer
from .verify import Probation
from .wait import delete_settled

if TYPE_CHECKING:
    from ..api.client import FlowServiceClient
    from ..api.models import Connection

# Outputs that are no inputs.
_COMPUTED = ("etag", "imsOrg")


@dataclass(frozen=True)
class Diff:
    """Whether something is to be done, and the properties that need a replacement."""

    changes: bool
    replaces: list[str] = field(default_factory=list)


class BaseConnection:
    """The lifecycle of one kind of connection, for one configuration. One instance serves all threads of a process.

    Every method but `check` raises `FlowServiceError`s: one paragraph, without any secret.
    """

    def __init__(
        self,
        kind: ConnectionType,
        settings: Settings,
        warn: Callable[[str], None],
        connect: Callable[[Settings], FlowServiceClient] | None = None,
    ) -> None:
        self._kind = kind
        self._settings = settings
        self._warn = warn
        self._connect = connect or _connect
        self._reads = BulkReads(kind, is_on=settings.bulk_refresh)
        self._creation = Creation(kind, warn)
        self._adopted: set[str] = set()

    def check(self, olds: Properties, news: Properties) -> tuple[Properties, list[str]]:
        """The inputs in one spelling, and all problems, none of which holds a value. Pure."""
        return check_inputs(self._kind, olds, news, self._settings)

    def diff(self, connection_id: str, olds: Properties, news: Properties) -> Diff:
        """What would change; only another sandbox needs a replacement. Pure."""
        with during(self._activity("comparing", olds)):
            require_same_organization(olds, self._settings.ims_org)
            require_same_adoption(connection_id, news)
        replaces = ["sandbox"] if olds.get("sandbox") != news.get("sandbox") else []
        unknown = any(isinstance(value, Unknown) for value in news.values())
        found = operations(self._kind, olds, news, resend=_resend(olds, news))
        return Diff(bool(replaces or unknown or found), replaces)

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        """Make the connection, or take over the one named by `adopt`, and test it: its id and the outputs."""
        with self._operation("creating", inputs) as client:
            if inputs.get("adopt"):
                return self._adopt(client, inputs)
            missing = [name for name in self._kind.secrets if inputs.get(name) is None]
            if missing:
                raise SettingsError(f"`{missing[0]}` is missing: a new connection needs it")
            sandbox = inputs["sandbox"]
            made = self._creation.create(client, sandbox, inputs)
            etag = self._probation(client, inputs).after_creation(inputs, made.id, made.etag)
            return made.id, self._outputs(inputs, etag)

    def read(self, connection_id: str, properties: Properties) -> tuple[Properties, Properties] | None:
        """The outputs and inputs as the server has them, or None when the connection is gone.

        Of a managed connection, what the program leaves out is left out here too: what the server fills in is no drift.
        """
        with self._operation("reading", properties, connection_id) as client:
            sandbox = properties.get("sandbox") or self._settings.sandbox
            if not sandbox:
                raise SettingsError("no sandbox: set `sandbox` or flowservice:sandbox")
            try:
                current = self._reads.get(client, sandbox, connection_id)
            except NotFoundError as missing:
                if properties.get("name") is None:
                    # Not managed: the engine would take "gone" for an answer, and the program would go on with nothing.
                    missing.remedy = "Check the id and the sandbox; `pulumi-flowservice adopt` lists what exists."
                    raise
                return None
            require_ours(self._kind, current, sandbox, self._settings.ims_org)
            outputs = self._observed(current, {**properties, "sandbox": sandbox})
            return outputs, {name: value for name, value in outputs.items() if name not in _COMPUTED}

    def update(self, connection_id: str, olds: Properties, news: Properties) -> Properties:
        """Change it in place with one PATCH, and test it where its credentials changed: the new outputs."""
        with self._operation("updating", olds, connection_id) as client:
            require_same_adoption(connection_id, news)
            self._learn(client, news)
            self._reads.forget(olds["sandbox"], connection_id)
            writer = Writer(self._kind, client, olds["sandbox"], connection_id)
            known, resend = Version.of_state(olds.get("etag")), _resend(olds, news)
            try:
                change = writer.change(olds, news, known, resend=resend)
            except NotFoundError as gone:
                gone.remedy = "`pulumi refresh` takes that into the state; the next `pulumi up` makes it anew."
                raise
            self._probation(client, {**news, "sandbox": olds["sandbox"]}).after_change(olds, news, change, writer)
            if change.met and not change.version.is_trusted:
                self._warn(suspicion(change.met, known, change.version))
            elif change.met and not resend:
                self._warn(
                    f"{editor(change.met)} had changed {change.met.name!r} too; our password was sent over theirs."
                )
            kept = {"name": olds["name"]} if "name" in olds else {}
            return self._outputs({**kept, **news}, change.version.kept)

    def delete(self, connection_id: str, olds: Properties) -> None:
        """Delete it; gone already is success. Raises: InUseError, which names the flows that use it."""
        with self._operation("deleting", olds, connection_id) as client:
            if connection_id in self._adopted:
                self._warn(
                    f"The connection {connection_id} stays: another resource of this program has just adopted it."
                )
                return
            self._reads.forget(olds["sandbox"], connection_id)
            try:
                delete_settled(client, olds["sandbox"], connection_id)
            except InUseError as refused:
                raise _named_flows(client, olds["sandbox"], connection_id, refused) from None

    def _adopt(self, client: FlowServiceClient, inputs: Properties) -> tuple[str, Properties]:
        """Take over a connection that exists: send what differs, keep what the program leaves out."""
        sandbox, connection_id = inputs["sandbox"], inputs["adopt"]
        try:
            current = client.get_connection(sandbox, connection_id)
        except NotFoundError as missing:
            missing.remedy = (
                "There is nothing to adopt: check the id and the sandbox, or remove `adopt` to make it anew."
            )
            raise
        require_ours(self._kind, current, sandbox, self._settings.ims_org)
        if not self._creation.claim(connection_id):
            raise OwnershipError("another resource of this program adopts the same connection")
        kept = before_adoption(self._kind, current, inputs)
        self._reads.forget(sandbox, connection_id)
        writer = Writer(self._kind, client, sandbox, connection_id)
        change = writer.change(kept, inputs, Version(current.etag or ""))
        self._probation(client, inputs).after_change(kept, inputs, change, writer)
        # Only now: after a failed adoption, a resource that is removed in the same run must still delete it.
        self._adopted.add(connection_id)
        return connection_id, self._outputs({"name": kept.get("name", ""), **inputs}, change.version.kept)

    def _probation(self, client: FlowServiceClient, properties: Properties) -> Probation:
        return Probation(self._kind, client, self._settings, properties, self._warn)

    def _observed(self, current: Connection, properties: Properties) -> Properties:
        visible, shown = self._kind.visible, self._kind.shown(current)
        is_managed = properties.get("name") is not None
        outputs = {name: value for name, value in properties.items() if name not in visible and value is not None}
        outputs |= {name: value for name, value in shown.items() if name in properties or not is_managed}
        # "A partial view of the credentials": a required param cannot be absent, so what is not shown is as it was.
        required = self._kind.required_visible
        outputs |= {name: properties[name] for name in required if name not in shown and properties.get(name)}
        etag = self._known_version(current, properties, outputs).kept if is_managed else current.etag
        return {**self._outputs(outputs, etag), "imsOrg": current.ims_org_id or self._settings.ims_org}

    def _known_version(self, current: Connection, properties: Properties, outputs: Properties) -> Version:
        """The version for the state. A doubt about the password is told by every read until the password is sent."""
        known = Version.of_state(properties.get("etag"))
        now = known.followed_by(current, self._settings.client or "")
        is_ours = current.updated_client == self._settings.client
        is_visible = any(outputs.get(name) != properties.get(name) for name in self._kind.visible)
        if is_ours and not known.etag and not is_visible:
            # It was initializing. An etag alone is nothing that a refresh should show as a change.
            return known
        is_new = now != known and not (is_ours and is_visible)
        if (is_new or not now.is_trusted) and any(properties.get(name) for name in self._kind.secrets):
            self._warn(suspicion(current, known, now, is_visible=is_visible))
        return now if is_ours or is_visible else known

    def _outputs(self, inputs: Properties, etag: str | None) -> Properties:
        known = {name: value for name, value in inputs.items() if value is not None and name not in _COMPUTED}
        return {**known, **({"etag": etag} if etag else {}), "imsOrg": self._settings.ims_org}

    @contextmanager
    def _operation(self, verb: str, properties: Properties, connection_id: str = "") -> Iterator[FlowServiceClient]:
        """The client, with one deadline for all requests inside and the activity named in every error."""
        with during(self._activity(verb, properties, connection_id)):
            require_same_organization(properties, self._settings.ims_org)
            client = self._connect(self._settings)
            self._learn(client, properties)
            with operation(client.clock, self._settings.operation_timeout):
                yield client

    def _learn(self, client: FlowServiceClient, properties: Properties) -> None:
        client.redactor.learn(*(properties.get(name) for name in self._kind.secrets))

    def _activity(self, verb: str, properties: Properties, connection_id: str = "") -> str:
        name = properties.get("name") or properties.get("adopt") or connection_id
        where = properties.get("sandbox") or self._settings.sandbox
        identity = f" ({connection_id})" if connection_id and connection_id != name else ""
        return f"{verb} connection {name!r}{identity} in sandbox {where!r}"


def _connect(settings: Settings) -> FlowServiceClient:
    # requests and pydantic take as long to import as Pulumi itself: previews and updates without changes need neither.
    from ..api.client import connect

    return connect(settings)


def _resend(olds: Properties, news: Properties) -> bool:
    return bool(olds.get("credentialsVersion") != news.get("credentialsVersion"))


def _named_flows(client: FlowServiceClient, sandbox: str, connection_id: str, refused: InUseError) -> InUseError:
    """The same error, with the names of the flows: the API names none."""
    try:
        flows = client.list_flows_using(sandbox, connection_id)
    except FlowServiceError:
        flows = []
    names = ", ".join(f"{flow.name!r} ({flow.id})" for flow in flows) or "flows that this credential cannot see"
    return InUseError(
        f"it is in use by {names}, so nothing was deleted",
        status=refused.status,
        code=refused.code,
        request_id=refused.request_id,
        remedy="Delete these flows or let them use another connection, then run the command again; or keep the "
        "connection at the server and let only the stack forget it: `pulumi state delete`, or retain_on_delete=True.",
    )
