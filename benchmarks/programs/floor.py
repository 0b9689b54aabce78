"""As many empty resources as the configuration says, with the inputs of a connection."""

from __future__ import annotations

import pulumi

from benchmarks.empty_provider import Empty

for number in range(pulumi.Config().require_int("count")):
    Empty(
        f"warehouse-{number}",
        {
            "name": f"warehouse-{number}",
            "server": "redshift.example.com",
            "port": 5439,
            "database": "dev",
            "username": "loader",
            "password": pulumi.Output.secret("correct-horse"),
        },
    )
