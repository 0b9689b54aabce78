"""One Redshift connection; `make up` sets the configuration, or `pulumi config set` does."""

from __future__ import annotations

import pulumi
from pulumi_flowservice import RedshiftConnection

config = pulumi.Config()
warehouse = RedshiftConnection(
    "warehouse",
    server=config.require("server"),
    port=config.get_int("port"),
    database=config.require("database"),
    username=config.require("username"),
    password=config.require_secret("password"),
)
pulumi.export("id", warehouse.id)
pulumi.export("name", warehouse.name)
