"""The lifecycle of a connection: check, diff, create, read, update, delete. Independent of Pulumi."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..api.clock import SYSTEM_CLOCK, Clock, time_limit
from ..api.outcomes import Gone
from ..errors import Code, LifecycleError, OwnershipError, SettingsError, during, notice
from ..redaction import short_secrets
from ..resources.connection.check import check_inputs
from ..resources.connection.kind import Kind, Properties
from ..settings import Settings
from .bulk_reads import BulkReads
from .caller import Caller
from .create import Creation, with_doubt
from .delete import delete
from .diff import Diff, compare, is_resend_asked
from .owners import Owners
from .patches import before_adoption
from .provenance import (
    INTERRUPTED,
    Version,
    doubt_notice,
    editor,
    manages_secret,
    require_ours,
    require_same_adoption,
    require_same_organization,
    require_same_way,
)
from .read import COMPUTED, TEST_REFUSED, observe
from .update import Writer
from .verify import Verification
from .wait import existing

if TYPE_CHECKING:
    from ..api.client import FlowServiceClient
    from ..api.connections import Connections

_NOT_THERE = "Check the id and the sandbox; `pulumi-flowservice adopt` lists what exists."
_NOTHING_TO_ADOPT = "There is nothing to adopt: check the id and the sandbox, or remove `adopt` to create a new one."


class Lifecycle:
    """The lifecycle of one kind of connection, for one configuration. One instance serves all threads of a process.

    Every method except `check` raises `FlowServiceError`s.
    """

    def __init__(
        self,
        kind: Kind,
        settings: Settings,
        caller: Caller,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._kind = kind
        self._settings = settings
        self._caller = caller
        self._clock = clock
        self._reads = BulkReads(kind, is_on=settings.bulk_refresh)
        self._creation = Creation(kind)
        self._owners = Owners()

    def called_by(self, caller: Caller) -> Lifecycle:
        """Return this lifecycle for one call of the engine, with all that it knows of the process."""
        twin = copy.copy(self)
        twin._caller = caller
        return twin

    def check(self, olds: Properties, news: Properties) -> tuple[Properties, list[str]]:
        """Return the normalized inputs and all problems, none of which holds a value. Pure."""
        return check_inputs(self._kind, olds, news, self._settings)

    def diff(self, connection_id: str, olds: Properties, news: Properties) -> Diff:
        """Return what would change, without any request. Only another sandbox needs a replacement."""
        self._creation.remember(connection_id)
        with during(f"comparing {self._caller.subject(olds, connection_id)}"):
            require_same_organization(olds, self._settings.ims_org)
            require_same_adoption(connection_id, news)
            self._owners.require_free(connection_id, self._caller.urn)
        self._owners.own(connection_id, self._caller.urn)
        return compare(self._kind, olds, news)

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        """Create the connection, or adopt an existing one, and test it. Return the id and the outputs."""
        with self._connections("creating", inputs) as connections:
            if inputs.get("adopt"):
                return self._adopt(connections, inputs)
            way = self._kind.way(inputs)
            missing = [p.name for p in way.params if p.is_required and inputs.get(p.name) is None] if way else []
            if missing or way is None:
                names = ", ".join(f"`{name}`" for name in missing or self._kind.secrets)
                needed = names if missing else f"the secrets of one way to authenticate, some of these: {names}"
                raise SettingsError(f"a new connection also requires {needed}", code=Code.INPUTS)
            made = self._creation.create(connections, inputs)
            try:
                with with_doubt(made.doubt):
                    seen = self._verification(connections, inputs).after_creation(made)
            except LifecycleError as error:
                if error.code == Code.CREATION_NOT_UNDONE:
                    outputs = self._outputs(inputs, Version(made.etag or ""), None)
                    error.left = made.id, {**outputs, TEST_REFUSED: True}
                    self._owners.fail(self._caller.urn)
                raise
            if made.doubt:
                subject = self._caller.subject(inputs, made.id)
                text = f"{subject}: there may be a second connection like it: {made.doubt}"
                self._caller.warn(notice(Code.POSSIBLE_DUPLICATE, text))
            version = Version(made.etag or (seen.etag if seen else None) or "")
            return made.id, self._outputs(inputs, version, seen.state if seen else None)

    def read(self, connection_id: str, properties: Properties) -> tuple[Properties, Properties] | None:
        """Return the outputs and inputs as the server has them, or None if the connection is gone."""
        properties = {**properties, "sandbox": properties.get("sandbox") or self._settings.sandbox}
        with self._connections("reading", properties, connection_id) as connections:
            current = self._reads.get(connections, connection_id)
            if isinstance(current, Gone):
                if properties.get("name") is None:
                    # A connection that `get` reads: for None the engine would go on with an empty resource.
                    raise current.error.copy(remedy=_NOT_THERE)
                self._warn_if_hidden(current, connection_id)
                return None
            require_ours(self._kind, current, connections.sandbox, self._settings.ims_org)
            self._creation.remember(connection_id)
            subject = self._caller.subject(properties, connection_id)
            shown, version, warning = observe(self._kind, current, properties, connections.own_client, subject)
            if warning:
                self._caller.warn(warning)
            outputs = self._outputs(shown, version, current.state)
            outputs["imsOrg"] = current.ims_org_id or self._settings.ims_org
            if properties.get(TEST_REFUSED):
                outputs[TEST_REFUSED] = True
            return outputs, {name: value for name, value in outputs.items() if name not in COMPUTED}

    def update(self, connection_id: str, olds: Properties, news: Properties) -> Properties:
        """Change the connection in place, and test it if its params changed. Return the new outputs."""
        self._creation.remember(connection_id)
        with self._connections("updating", olds, connection_id, news) as connections:
            require_same_adoption(connection_id, news)
            self._reads.forget(connection_id)
            writer = Writer(self._kind, connections, connection_id)
            try:
                change = writer.change(
                    olds, news, Version.of_state(self._kind, olds), resend=is_resend_asked(olds, news)
                )
                is_due = bool(olds.get(TEST_REFUSED))
                self._verification(connections, news).after_change(change, writer, is_due=is_due)
            except LifecycleError as error:
                self._owners.fail(self._caller.urn)
                if error.code in (Code.CHANGE_UNKNOWN, Code.CHANGE_NOT_UNDONE) and manages_secret(self._kind, olds):
                    doubt = olds.get("credentialsInDoubt") or INTERRUPTED
                    error.left = connection_id, {**olds, "credentialsInDoubt": doubt}
                raise
            subject, theirs = self._caller.subject(olds, connection_id), change.foreign_write
            if theirs and change.version.doubt:
                self._caller.warn(doubt_notice(subject, theirs, change.version.doubt))
            elif theirs:
                text = f"{subject}: somebody else changed the connection, and then this stack's credentials were sent; "
                hint = f"if the other change ({editor(theirs)}) had set credentials, they were overwritten"
                self._caller.warn(notice(Code.SENT_OVER_THEIRS, text + hint))
            # The inputs of an adopted connection may have no name; the state keeps the one of the server.
            kept = {"name": olds["name"]} if "name" in olds else {}
            state = change.seen.state if change.seen else olds.get("state")
            return self._outputs({**kept, **news}, change.version, state)

    def delete(self, connection_id: str, olds: Properties) -> None:
        """Delete the connection; one that is already gone is a success. Raises: InUseError, which names the flows."""
        with self._connections("deleting", olds, connection_id) as connections:
            if self._owners.keeps(connection_id, self._caller.urn):
                # The old resource of a rename without an alias: create (adopt) runs before delete in the same `up`.
                text = f"connection {connection_id} was not deleted: another resource of this program manages it"
                self._caller.warn(notice(Code.KEPT_FOR_ADOPTER, text))
                return
            self._owners.require_usable(self._caller.urn)
            self._reads.forget(connection_id)
            # It may stay in the list for a while; it is nobody's leftover.
            self._creation.remember(connection_id)
            gone = delete(connections, self._client().flows(connections.sandbox), connection_id)
            if gone is not None:
                self._warn_if_hidden(gone, connection_id)

    def keep(self, connection_id: str) -> None:
        """Record an import, which may replace another resource, or the same one under another spelling of the id."""
        self._owners.take(connection_id)

    def _adopt(self, connections: Connections, inputs: Properties) -> tuple[str, Properties]:
        """Adopt an existing connection: send what differs, keep what the program leaves out."""
        connection_id = inputs["adopt"]
        self._owners.require_free(connection_id, self._caller.urn)
        current = existing(connections, connection_id, _NOTHING_TO_ADOPT)
        require_ours(self._kind, current, connections.sandbox, self._settings.ims_org)
        require_same_way(self._kind, current, inputs)
        if not self._creation.claim(connection_id):
            raise OwnershipError("another resource of this program adopts the same connection")
        before = before_adoption(self._kind, current, inputs)
        self._reads.forget(connection_id)
        writer = Writer(self._kind, connections, connection_id)
        change = writer.change(before, inputs, Version(current.etag or ""))
        self._verification(connections, inputs).after_change(change, writer)
        # Only after success: if the adoption failed, a resource that is removed in the same run must still delete it.
        self._owners.take(connection_id)
        self._owners.own(connection_id, self._caller.urn)
        return connection_id, self._outputs({"name": before.get("name", ""), **inputs}, change.version, current.state)

    def _verification(self, connections: Connections, properties: Properties) -> Verification:
        policy = properties.get("connectionTest") or self._settings.connection_test
        return Verification(connections, policy, self._caller, self._kind, properties)

    def _warn_if_hidden(self, gone: Gone, connection_id: str) -> None:
        if gone.may_be_hidden:
            text = f"connection {connection_id} was treated as deleted ({gone.error.message}). If you use access "
            hint = "labels, it may only be hidden: look for it in the UI before the next `pulumi up`"
            self._caller.warn(notice(Code.MAYBE_HIDDEN, text + hint))

    def _outputs(self, inputs: Properties, version: Version, state: str | None) -> Properties:
        known = {name: value for name, value in inputs.items() if value is not None and name not in COMPUTED}
        computed = {"etag": version.etag, "state": state, "credentialsInDoubt": version.doubt}
        return {**known, **{k: v for k, v in computed.items() if v}, "imsOrg": self._settings.ims_org}

    def _client(self) -> FlowServiceClient:
        # requests and pydantic take as long to import as Pulumi itself; previews and runs without changes need neither.
        from ..api.client import connect

        return connect(self._settings, self._clock)

    @contextmanager
    def _connections(
        self, verb: str, properties: Properties, connection_id: str = "", news: Properties | None = None
    ) -> Iterator[Connections]:
        """Open the endpoint, with one deadline for all requests inside; errors raised inside name the activity."""
        with during(f"{verb} {self._caller.subject(properties, connection_id)}"):
            require_same_organization(properties, self._settings.ims_org)
            if not properties.get("sandbox"):
                raise SettingsError("no sandbox: set `sandbox` or flowservice:sandbox")
            client, caller, both = self._client(), self._caller, (properties, news or {})
            secrets = [each.get(name) for each in both for name in {*self._kind.secrets, *(caller.secrets or ())}]
            client.redactor.learn(*secrets)
            if caller.secrets is None:
                client.redactor.learn_inputs(*(each.get(name) for each in both for name in self._kind.visible_params))
            with (
                short_secrets(*secrets),
                time_limit(client.clock, caller.seconds or self._settings.operation_timeout),
            ):
                yield client.connections(properties["sandbox"])
