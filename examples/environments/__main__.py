"""Makes the connections of connections.yaml that go to this stack's sandbox."""

import pulumi
from pulumi_flowservice.manifest import connections

pulumi.export("ids", {name: made.id for name, made in connections("connections.yaml").items()})
