"""The connection test after a write: then the write is kept, warned about, or undone, by the policy of the resource."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...api.outcomes import Applied, Gone, NotApplied
from ...errors import Code, FlowServiceError, LifecycleError, Reason, notice
from ...lifecycle.names import CREDENTIALS_VERSION, in_words
from ...lifecycle.operation import Operation
from ...lifecycle.patches import changed_names, sends_secret
from ...lifecycle.properties import Properties
from ...lifecycle.resource_type import AfterWrite
from ...lifecycle.results import Change, Checked, Made, PatchOperation
from ...lifecycle.versions import editor, foreign_write_text, manages_secret
from ...lifecycle.wait import delete_settled, existing
from .authentication import PARAMS
from .undo import undo

if TYPE_CHECKING:
    from ...api.sandbox import Sandbox

_CHECK = (
    "Check the parameters and the credentials of the connection, the rights of its user, and that the database accepts "
    "connections from Adobe's IP addresses; then run `pulumi up` again."
)
_DYNAMIC_UNDO = " Until then, a refresh takes this undo for an interrupted run; `pulumi up --refresh` ends that, too."
_NATIVE_UNDO = " With the old values in the program, the next `pulumi up` shows one update that sends nothing."


@dataclass(frozen=True)
class Verdict:
    """The result of a connection test: `passed`; or refused, with no reason; or none, for this reason.

    What the API answers for a failed login, other than false, is not documented.
    """

    passed: bool
    no_verdict: str = ""

    @property
    def is_refusal(self) -> bool:
        """Whether the database refused the login."""
        return not self.passed and not self.no_verdict


class ConnectionTest(AfterWrite):
    """The connection test of every kind of connection, by a policy: `fail`, `warn` or `off`."""

    def concerns(self, operations: list[PatchOperation]) -> bool:
        return any(operation["path"].startswith(PARAMS) for operation in operations)

    def after_creation(self, operation: Operation, inputs: Properties, made: Made) -> Checked:
        if _tested(operation, inputs, made.id, made.etag).is_refusal:
            return Checked(error=_undo_creation(operation, inputs, made.id))
        if made.etag or _policy(operation, inputs) == "off":
            return Checked()
        # A connection that was initializing had no etag. Without one in the state, the next update needs another read.
        with suppress(FlowServiceError):
            found = operation.sandbox.connections.get(made.id)
            return Checked() if isinstance(found, Gone) else Checked(seen=found)
        return Checked()

    def after_change(self, operation: Operation, change: Change, inputs: Properties, *, is_due: bool) -> Checked:
        is_concerned = self.concerns(list(change.sent))
        if is_due and not is_concerned:
            existing(operation.sandbox.connections, change.id)
        elif not is_concerned:
            return Checked()
        verdict = _tested(operation, inputs, change.id, change.version.etag)
        if not verdict.is_refusal:
            return Checked(is_pending=bool(verdict.no_verdict))
        database = _database(operation, inputs)
        if not is_concerned:
            text = f"{database} still refuses the connection's credentials; {change.id} is kept"
            return Checked(error=LifecycleError(text, code=Code.CREATION_NOT_UNDONE, remedy=_CHECK))
        undone = undo(operation, inputs, change)
        earlier = foreign_write_text(operation.resource.noun, change.foreign_write) if change.foreign_write else ""
        code, remedy = Code.CHANGE_NOT_UNDONE, _CHECK
        if undone.is_done:
            code = Code.CHANGE_UNDONE
            remedy += _NATIVE_UNDO if operation.call.records_failures else _DYNAMIC_UNDO
        text = f"{database} refused {_what_was_changed(operation, inputs, change)}; {undone.text}"
        return Checked(error=LifecycleError(text, code=code, remedy=remedy, earlier=earlier), etag=undone.etag)


CONNECTION_TEST = ConnectionTest()


def try_connection(sandbox: Sandbox, connection_id: str, *, was_settled: bool) -> Verdict:
    """Test a connection. Never raises, because the write before it was applied.

    A refusal while the connection is initializing is not a verdict: the test is repeated. `was_settled`: the connection
    has an etag, so it was no longer initializing.
    """
    for _ in sandbox.deadline.attempts():
        verdict = _test_once(sandbox, connection_id)
        if verdict and verdict.is_refusal and not was_settled:
            # The refusal may have come just before the end of the initialization.
            was_settled = True
            verdict = _test_once(sandbox, connection_id)
        if verdict is not None:
            return verdict
    return Verdict(False, "the connection is still initializing")


def _test_once(sandbox: Sandbox, connection_id: str) -> Verdict | None:
    """Return the verdict of one test; None while the connection is between two states."""
    try:
        if sandbox.connections.test(connection_id):
            return Verdict(True)
    except FlowServiceError as error:
        if error.refusal is not Reason.DATABASE:
            return Verdict(False, error.message)
    try:
        current = sandbox.connections.get(connection_id)
    except FlowServiceError:
        # The test was refused, and nothing says that it came too early.
        return Verdict(False)
    if isinstance(current, Gone):
        return Verdict(False, current.error.message)
    return None if current.is_changing else Verdict(False)


def _policy(operation: Operation, properties: Properties) -> str:
    return str(properties.get("connectionTest") or operation.settings.connection_test)


def _tested(operation: Operation, properties: Properties, connection_id: str, etag: str | None) -> Verdict:
    """Return the verdict of a test by the policy: a refusal is one only with `fail`; other findings are warnings."""
    policy, warn = _policy(operation, properties), operation.call.warn
    if policy == "off":
        return Verdict(True)
    verdict = try_connection(operation.sandbox, connection_id, was_settled=bool(etag))
    subject = operation.subject(properties, connection_id)
    if verdict.no_verdict:
        text = f"{subject}: its connection test gave no result ({verdict.no_verdict}); nothing was undone. "
        warn(notice(Code.NO_TEST_RESULT, text + "Test it in the UI"))
    elif verdict.is_refusal and policy == "warn":
        text = f"{subject}: the database refused the connection's credentials; the connection is kept as it is"
        warn(notice(Code.REFUSED_BUT_KEPT, text))
        return Verdict(True)
    return verdict


def _undo_creation(operation: Operation, inputs: Properties, connection_id: str) -> LifecycleError:
    database, sandbox = _database(operation, inputs), operation.sandbox
    outcome = delete_settled(sandbox, sandbox.connections, connection_id)
    if isinstance(outcome, (Applied, Gone)):
        return LifecycleError(
            f"{database} refused the connection's credentials; no connection was left behind",
            code=Code.CREATION_UNDONE,
            remedy=_CHECK + ' connection_test="warn" keeps a connection that fails its test.',
        )
    left = "still exists" if isinstance(outcome, NotApplied) else "may still exist"
    remedy = (
        "The state has it. Correct the credentials and run `pulumi up`, which tests it again; or remove it from the "
        "program, and `pulumi up` deletes it."
        if operation.call.records_failures
        else f'Delete it in the UI, or take it over with adopt="{connection_id}" once the database accepts the '
        "credentials."
    )
    return LifecycleError(
        f"{database} refused the connection's credentials, and the new connection could not be removed: "
        f"{connection_id} {left} ({outcome.error.message})",
        code=Code.CREATION_NOT_UNDONE,
        remedy=remedy,
    )


def _what_was_changed(operation: Operation, inputs: Properties, change: Change) -> str:
    """Return what the database refused: what this change has sent, and why the secrets were not sent with it."""
    resource = operation.resource
    differs = [n for n in changed_names(resource, change.sent) if inputs.get(n) != change.before.get(n)]
    visible = in_words([name for name in differs if name in resource.details])
    if sends_secret(resource, change.sent):
        return f"the new credentials (sent with the new {visible})" if visible else "the new credentials"
    told = f"the login with the new {visible}"
    if not manages_secret(resource.secrets, inputs):
        return told
    who = editor(change.foreign_write) if change.foreign_write else operation.registry.editor_of(change.id)
    secrets = in_words([name for name in resource.secrets if inputs.get(name) is not None])
    return (
        f"{told} ({secrets} was not sent, because the program's has not changed: if {who or 'somebody else'} has set "
        f"another one, change {CREDENTIALS_VERSION}, and the next `pulumi up` sends this stack's, too)"
    )


def _database(operation: Operation, properties: Properties) -> str:
    """Return how an error names the database: by its visible params, where they cannot be secret."""
    call = operation.call
    if call.secrets is None:
        # Any of them may be a secret without our knowing.
        return "the database"
    shown = ((name, call.shown(name, properties)) for name in operation.resource.details)
    target = ", ".join(f"{name} {value!r}" for name, value in shown if value is not None)
    return f"the database ({target})" if target else "the database"
