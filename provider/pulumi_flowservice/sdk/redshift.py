from __future__ import annotations

import pulumi

from ..resources.connection.kinds.redshift import REDSHIFT
from .connection import ConnectionResource


class RedshiftConnection(ConnectionResource):
    """An Amazon Redshift base connection in Flow Service, which many dataflows can use.

    Changes are made in place and affect the dataflows that use it. Only another `sandbox` creates a new connection.

    Args:
        resource_name: The name in the Pulumi program.
        server: Host name or IP address of the cluster, without scheme, port or path.
        database: Name of the database.
        username: The user that Experience Platform logs in as.
        password: That user's password; a secret, also when given as a plain string. May be left out with `adopt`.
        port: TCP port, 1 to 65535; not managed if it was never in the program.
        schema: Schema of the database; documented for Experience Platform on AWS. Not managed when left out.
        name: Name shown in the UI, at most 255 characters. Default: the resource name, a hyphen and seven hex digits.
        description: Description shown in the UI; not managed if never in the program, removed if it was set before.
        sandbox: Name of the sandbox. Default: `flowservice:sandbox`.
        connection_test: What to do if the database refuses the login: "fail" (undo the write), "warn" or "off" (do not
            test). Default: `flowservice:connectionTest`.
        credentials_version: A string or whole number. Any change of it sends the password again.
        adopt: Id of an existing connection to take over instead of creating one.
        opts: Pulumi's resource options.
    """

    _kind = REDSHIFT

    server: pulumi.Output[str]
    port: pulumi.Output[int | None]
    database: pulumi.Output[str]
    username: pulumi.Output[str]
    password: pulumi.Output[str | None]
    schema: pulumi.Output[str | None]

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
        self._declare(locals())
