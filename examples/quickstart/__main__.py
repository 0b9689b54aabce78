"""One Redshift connection, and a dataflow that brings one of its tables into a dataset.

`make up` sets the configuration, or `pulumi config set` does; without `dataset` there is no dataflow.
"""

from __future__ import annotations

import signal

import pulumi
from pulumi_flowservice import Dataflow, RedshiftConnection, ScheduleArgs

# After Ctrl-C the engine says that the update was canceled; a traceback of this program would hide that.
signal.signal(signal.SIGINT, signal.SIG_DFL)

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

if dataset := config.get("dataset"):
    customers = Dataflow(
        "customers",
        connection=warehouse.id,
        table="public.customers",
        dataset=dataset,
        # Paths of the dataset's schema, and the columns that go there.
        mapping={"_example.customerId": "id", "_example.email": "email", "_example.since": "created_at"},
        # A run reads the rows that have changed since the run before.
        delta_column="created_at",
        schedule=ScheduleArgs(frequency="day"),
    )
    pulumi.export("dataflow", customers.id)
    pulumi.export("firstRun", customers.start_time)
