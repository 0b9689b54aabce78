"""Connections to three databases that authenticate in different ways: params, a connection string, a key pair."""

import pulumi
from pulumi_flowservice import PostgreSqlConnection, SnowflakeConnection, SqlServerConnection

config = pulumi.Config()

orders = PostgreSqlConnection(
    "orders",
    server=config.require("ordersServer"),
    port=config.get_int("ordersPort"),
    database=config.require("ordersDatabase"),
    username=config.require("ordersUsername"),
    password=config.require_secret("ordersPassword"),
)
# One secret; nothing of it is shown, not even the server.
billing = SqlServerConnection("billing", connection_string=config.require_secret("billingConnectionString"))
# The key as it is in its file, with all its lines. Give an encrypted key's passphrase as `private_key_passphrase`.
warehouse = SnowflakeConnection(
    "warehouse",
    account=config.require("warehouseAccount"),
    username=config.require("warehouseUsername"),
    private_key=config.require_secret("warehousePrivateKey"),
    database=config.require("warehouseDatabase"),
    warehouse=config.require("warehouseName"),
)
pulumi.export("ids", {"orders": orders.id, "billing": billing.id, "warehouse": warehouse.id})
