"""As many connections as the configuration says, by pulumi_flowservice."""

from __future__ import annotations

import pulumi
from pulumi_flowservice import RedshiftConnection

for number in range(pulumi.Config().require_int("count")):
    RedshiftConnection(
        f"warehouse-{number}",
        name=f"warehouse-{number}",
        server="redshift.example.com",
        port=5439,
        database="dev",
        username="loader",
        password="correct-horse",  # noqa: S106 - Made up.
    )
