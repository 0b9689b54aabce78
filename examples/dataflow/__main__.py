"""Each day, the rows of a table that have changed arrive in a dataset, which is looked up by its name."""

import pulumi
from pulumi_flowservice import Dataflow, RedshiftConnection, ScheduleArgs, get_dataset, get_schema

config = pulumi.Config()

shop = RedshiftConnection(
    "shop",
    server=config.require("server"),
    port=config.get_int("port"),
    database=config.get("database") or "dev",
    username=config.get("username") or "loader",
    password=config.require_secret("password"),
)

# Whoever owns the data made dataset and schema before. Already a preview fails if the name is unknown or not unique.
dataset = get_dataset(name=config.get("dataset") or "Customers")
customers = Dataflow(
    "customers",
    connection=shop.id,
    table="public.customers",
    dataset=dataset.id,
    # Paths of the schema, and what goes there: a column, or an expression.
    mapping={
        "_example.customerId": "id",
        "_example.email": {"expression": "lower(email)"},
        "_example.since": "created_at",
    },
    # A run reads the rows that have changed since the run before.
    delta_column="created_at",
    schedule=ScheduleArgs(frequency="day"),
)

pulumi.export("dataflow", customers.id)
pulumi.export("firstRun", customers.start_time)
# What a mapping could fill besides.
if dataset.schema_id:
    pulumi.export("paths", [field.path for field in get_schema(id=dataset.schema_id).fields])
