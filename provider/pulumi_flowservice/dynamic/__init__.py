"""The Pulumi adapter: the resource class for programs, and the provider that the engine calls. Thin.

The names of this module and of the provider class are kept in users' states: a pickle refers to them.
"""

from __future__ import annotations

import hashlib
import logging
import re
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

import pulumi
from pulumi import dynamic
from pulumi.output import Unknown as EngineUnknown
from pulumi.runtime import rpc

from .. import settings as configuration
from ..errors import FlowServiceError
from ..kinds.kind import UNKNOWN, Properties, Unknown, python_name
from ..kinds.redshift import REDSHIFT
from ..lifecycle.connection import BaseConnection
from ..redaction import SECRETS, RedactingFormatter, printable

log = logging.getLogger("pulumi_flowservice")
_PROVIDER_KEY = "__provider"


class RedshiftConnectionProvider(dynamic.ResourceProvider):  # type: ignore[misc, unused-ignore]
    """What the engine calls. Stateless, so that the state holds a short reference to it instead of code or secrets."""

    # There is nothing secret in a reference, and encrypting it for each resource takes time.
    serialize_as_secret_always = False
    # Filled by `configure`, once a process: an attribute of an instance would be pickled into the state.
    _lifecycle: ClassVar[BaseConnection]

    def configure(self, req: dynamic.ConfigureRequest) -> None:
        """Read the configuration; no request is made."""
        settings = configuration.load(req.config.get)
        _prepare_diagnostics(settings.debug)
        type(self)._lifecycle = BaseConnection(REDSHIFT, settings, _warn)

    def check(self, _olds: Properties, news: Properties) -> dynamic.CheckResult:
        """Defaults and problems. The engine prints the value of a named property, so failures name none."""
        with _plain_errors():
            inputs, problems = self._lifecycle.check(_olds, _known(news))
            return dynamic.CheckResult(_engine(inputs), [dynamic.CheckFailure("", problem) for problem in problems])

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> dynamic.DiffResult:
        """What would change; the new connection of a replacement is made before the old one goes."""
        with _plain_errors():
            found = self._lifecycle.diff(_id, _known(_olds), _known(_news))
            return dynamic.DiffResult(found.changes, found.replaces, delete_before_replace=False)

    def create(self, props: Properties) -> dynamic.CreateResult:
        """Make or adopt the connection."""
        with _plain_errors():
            return dynamic.CreateResult(*self._lifecycle.create(_known(props)))

    def read(self, id_: str, props: Properties) -> dynamic.ReadResult:
        """What the server has; an empty id tells the engine that it is gone."""
        with _plain_errors():
            found = self._lifecycle.read(id_, _known(props))
            return dynamic.ReadResult(id_, *found) if found else dynamic.ReadResult("", {})

    def update(self, _id: str, _olds: Properties, _news: Properties) -> dynamic.UpdateResult:
        """Change it in place."""
        with _plain_errors():
            return dynamic.UpdateResult(self._lifecycle.update(_id, _known(_olds), _known(_news)))

    def delete(self, _id: str, _props: Properties) -> None:
        """Remove it."""
        with _plain_errors():
            self._lifecycle.delete(_id, _known(_props))


class RedshiftConnection(dynamic.Resource, module="flowservice", name="RedshiftConnection"):
    """An Amazon Redshift base connection in Flow Service; one serves many dataflows.

    Changes are made in place and reach the dataflows that use it; only another `sandbox` makes a new connection.

    Args:
        resource_name: The name in the Pulumi program.
        server: Host name or IP address of the cluster, without scheme, port or path.
        database: Name of the database.
        username: The user that Experience Platform logs in as.
        password: That user's password; a secret, also when given as a plain string. May be left out with `adopt`.
        port: TCP port, 1 to 65535; not managed when left out.
        schema: Schema of the database; documented for Experience Platform on AWS. Not managed when left out.
        name: Name shown in the UI, at most 255 characters; else the resource name and seven hex digits.
        description: Description shown in the UI; not managed when left out, removed when it was set before.
        sandbox: Name of the sandbox; else `flowservice:sandbox`.
        connection_test: "fail" (undo what fails its test), "warn" or "off"; else `flowservice:connectionTest`.
        credentials_version: Any change of this text or number sends the credentials again.
        adopt: Id of an existing connection to take over instead of making one.
        opts: Pulumi's resource options.
    """

    server: pulumi.Output[str]
    database: pulumi.Output[str]
    username: pulumi.Output[str]
    password: pulumi.Output[str | None]
    port: pulumi.Output[int | None]
    schema: pulumi.Output[str | None]
    name: pulumi.Output[str]
    description: pulumi.Output[str | None]
    sandbox: pulumi.Output[str]
    connection_test: pulumi.Output[str | None]
    credentials_version: pulumi.Output[str | int | None]
    adopt: pulumi.Output[str | None]
    etag: pulumi.Output[str | None]
    ims_org: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        server: pulumi.Input[str],
        database: pulumi.Input[str],
        username: pulumi.Input[str],
        password: pulumi.Input[str] | None = None,
        port: pulumi.Input[int | str] | None = None,
        schema: pulumi.Input[str] | None = None,
        name: pulumi.Input[str] | None = None,
        description: pulumi.Input[str] | None = None,
        sandbox: pulumi.Input[str] | None = None,
        connection_test: pulumi.Input[str] | None = None,
        credentials_version: pulumi.Input[str | int] | None = None,
        adopt: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs = {
            "server": server,
            "database": database,
            "username": username,
            "password": None if password is None else pulumi.Output.secret(password),
            "port": port,
            "schema": schema,
            "name": name,
            "description": description,
            "sandbox": sandbox,
            "connection_test": connection_test,
            "credentials_version": credentials_version,
            "adopt": adopt,
        }
        super().__init__(RedshiftConnectionProvider(), resource_name, _declared(inputs, resource_name), opts)

    @classmethod
    def get(
        cls,
        resource_name: str,
        id: pulumi.Input[str],
        sandbox: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> RedshiftConnection:
        """Read an existing connection without managing it; its password is never read. Previews read it too."""
        found = cls.__new__(cls)
        options = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id))
        properties = dict.fromkeys((*(p.name for p in REDSHIFT.params), "name", "description"), None)
        dynamic.Resource.__init__(
            found,
            RedshiftConnectionProvider(),
            resource_name,
            {**properties, "sandbox": sandbox, "etag": None, "ims_org": None},
            options,
        )
        return found

    def translate_output_property(self, prop: str) -> str:
        """The attribute of a property: `imsOrg` is `ims_org`."""
        return python_name(prop)

    def translate_input_property(self, prop: str) -> str:
        """The property of an attribute: `ims_org` is `imsOrg`; so `ignore_changes` takes either."""
        return re.sub(r"(?<=[a-z])_([a-z])", lambda match: match[1].upper(), prop)


def _declared(inputs: Mapping[str, Any], resource_name: str) -> dict[str, Any]:
    """Outputs exist for declared properties only. `auto_name` reaches `check` and never the state."""
    parts = (pulumi.get_organization(), pulumi.get_project(), pulumi.get_stack(), resource_name)
    digits = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:7]
    return {**inputs, "auto_name": f"{resource_name}-{digits}", "etag": None, "ims_org": None}


def _known(properties: Mapping[str, Any]) -> Properties:
    """The engine's properties as the lifecycle knows them."""
    return {name: _value(value) for name, value in properties.items() if name != _PROVIDER_KEY}


def _value(value: object) -> object:
    """The engine sends every number as a float."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return UNKNOWN if isinstance(value, EngineUnknown) else value


def _engine(properties: Properties) -> Properties:
    return {name: rpc.UNKNOWN if isinstance(value, Unknown) else value for name, value in properties.items()}


def _warn(message: str) -> None:
    """The engine shows what a provider writes to its standard error under *Diagnostics*."""
    sys.stderr.write(f"warning: {_presentable(message)}\n")
    sys.stderr.flush()


def _prepare_diagnostics(debug: bool) -> None:
    """One paragraph for an error, or with `flowservice:debug` all that there is, redacted."""
    if not debug:
        sys.tracebacklimit = 0
        return
    handler = logging.StreamHandler()
    handler.setFormatter(RedactingFormatter("flowservice %(threadName)s %(message)s"))
    log.handlers = [handler]
    log.setLevel(logging.DEBUG)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Let our own errors pass without their chains; hide the text of all others, which may hold a request's values."""
    try:
        yield
    except FlowServiceError as error:
        log.debug("failed", exc_info=True)
        raise _plain(error) from None
    except Exception as error:
        # Whatever it is, its text must not reach the terminal as it is.
        log.debug("failed", exc_info=True)
        # Not extract_tb: it obeys the limit that keeps tracebacks from the terminal.
        frame, line = list(traceback.walk_tb(error.__traceback__))[-1]
        file = frame.f_code.co_filename.rpartition("/")[2]
        raise FlowServiceError(
            f"an unexpected {type(error).__name__} in {frame.f_code.co_name} ({file}:{line})",
            remedy="Please report it; flowservice:debug=true shows where it comes from.",
        ) from None


def _plain(error: FlowServiceError) -> FlowServiceError:
    """The same error with a text fit to be shown, should it hold what it must not."""
    error.message, error.remedy, error.during = map(_presentable, (error.message, error.remedy, error.during))
    error.args = (error.message,)
    return error


def _presentable(text: str) -> str:
    return printable(SECRETS.hide(text))
