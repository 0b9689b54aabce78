"""What follows the connection test: keep, warn, or undo. A green `pulumi up` means that the connection works."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from ..errors import ConnectionTestError, FlowServiceError
from ..kinds.kind import ConnectionType, Properties
from ..settings import Settings
from .update import Change, Writer
from .wait import Verdict, delete_settled, try_connection

if TYPE_CHECKING:
    from ..api.client import FlowServiceClient

_CHECK = (
    "Check server and port, the password, the user's rights, and that the database lets Adobe's addresses in; then "
    "run `pulumi up` again."
)


class Probation:
    """Tests one connection after a write, by the policy `fail`, `warn` or `off`."""

    def __init__(
        self,
        kind: ConnectionType,
        client: FlowServiceClient,
        settings: Settings,
        properties: Properties,
        warn: Callable[[str], None],
    ) -> None:
        self._kind = kind
        self._client = client
        self._settings = settings
        self._sandbox: str = properties["sandbox"]
        self._policy = properties.get("connectionTest") or settings.connection_test
        self._warn = warn

    def after_creation(self, inputs: Properties, connection_id: str, etag: str | None) -> str | None:
        """The etag, if there is one by now. Raises: ConnectionTestError, when the connection was refused and removed.

        What the API has made is returned or undone, whatever else goes wrong.
        """
        if not self._passes(inputs, connection_id):
            self._undo_creation(inputs, connection_id)
        if etag or self._policy == "off":
            return etag
        # While it was initializing there was none; the state needs one, or the next update begins with a read.
        with suppress(FlowServiceError):
            return self._client.get_connection(self._sandbox, connection_id).etag
        return None

    def after_change(self, before: Properties, after: Properties, change: Change, writer: Writer) -> None:
        """Raises: ConnectionTestError, after the credentials were put back where they are ours to know."""
        if change.touches_credentials and not self._passes(after, writer.connection_id):
            outcome = writer.restore(before, after, change)
            raise ConnectionTestError(
                f"the database refused the new credentials of {self._target(after)}; {outcome}", remedy=_CHECK
            )

    def _passes(self, properties: Properties, connection_id: str) -> bool:
        """False only where the policy is `fail` and the verdict a plain no; all else that was found is a warning."""
        if self._policy == "off":
            return True
        verdict, reason = try_connection(self._client, self._sandbox, connection_id)
        name = properties.get("name", connection_id)
        if verdict is Verdict.NONE:
            self._warn(
                f"The connection test of {name!r} gave no verdict ({reason}); nothing was undone. "
                f"Its id is {connection_id}: test it in the UI."
            )
        if verdict is Verdict.REFUSED and self._policy == "warn":
            self._warn(
                f"The database refused the credentials of {name!r} ({connection_id}): {self._target(properties)}."
            )
        return verdict is not Verdict.REFUSED or self._policy == "warn"

    def _undo_creation(self, inputs: Properties, connection_id: str) -> None:
        try:
            delete_settled(self._client, self._sandbox, connection_id)
        except FlowServiceError as failed:
            raise ConnectionTestError(
                f"the database refused the credentials of {self._target(inputs)}, and the new connection could not be "
                f"removed: {connection_id} is left ({failed.message})",
                remedy=f"Remove it with: {self._removal(connection_id)}",
            ) from None
        raise ConnectionTestError(
            f"the database refused the credentials of {self._target(inputs)}; no connection was left behind",
            remedy=_CHECK + ' connection_test="warn" keeps a connection that fails its test.',
        )

    def _target(self, properties: Properties) -> str:
        port = f", port {properties['port']}" if properties.get("port") else ""
        return "user {!r} at server {!r}{}, database {!r}".format(
            *(properties.get(name) for name in ("username", "server")), port, properties.get("database")
        )

    def _removal(self, connection_id: str) -> str:
        headers = {
            "x-api-key": self._settings.client,
            "x-gw-ims-org-id": self._settings.ims_org,
            "x-sandbox-name": self._sandbox,
        }
        named = " ".join(f"-H '{name}: {value}'" for name, value in headers.items())
        url = f"{self._settings.endpoint}/data/foundation/flowservice/connections/{connection_id}"
        return f'curl -X DELETE -H "Authorization: Bearer $ACCESS_TOKEN" {named} {url}'
