"""As many dataflows as the configuration says, of one table on one connection, by pulumi_flowservice."""

from __future__ import annotations

import pulumi
from pulumi_flowservice import Dataflow, ScheduleArgs

config = pulumi.Config()
for number in range(config.require_int("count")):
    Dataflow(
        f"customers-{number}",
        name=f"customers-{number}",
        connection=config.require("connection"),
        table="public.customers",
        dataset=config.require("dataset"),
        mapping={"_example.id": "id", "_example.email": "email"},
        delta_column="created_at",
        schedule=ScheduleArgs(frequency="day"),
    )
