"""The structures that programs give to a dataflow."""

from __future__ import annotations

from typing import Any

import pulumi

__all__ = ["DataflowOptionsArgs", "ScheduleArgs"]


class ScheduleArgs(dict[str, Any]):
    """When a dataflow runs.

    Args:
        frequency: `once`, `minute`, `hour`, `day` or `week`.
        interval: Every so many minutes, hours, days or weeks; for `minute` at least 15 and required, else 1 by default.
        start_time: When the first run is: ISO 8601 with a zone, such as `2030-01-31T06:00:00Z`. Default: a few minutes
            after the creation. It cannot be changed after it.
        backfill: Whether the first run reads all rows, and not only those that change from then on. Default: true.
            It cannot be changed after the start.
    """

    def __init__(
        self,
        *,
        frequency: pulumi.Input[str],
        interval: pulumi.Input[int] | None = None,
        start_time: pulumi.Input[str] | None = None,
        backfill: pulumi.Input[bool] | None = None,
    ) -> None:
        given = {"frequency": frequency, "interval": interval, "startTime": start_time, "backfill": backfill}
        super().__init__({name: value for name, value in given.items() if value is not None})


class DataflowOptionsArgs(dict[str, Any]):
    """How runs treat rows that cannot be ingested.

    Args:
        error_diagnostics: Whether runs keep details of such rows.
        partial_ingestion_percent: The share of such rows, above 0 and at most 100, up to which a run succeeds.
    """

    def __init__(
        self,
        *,
        error_diagnostics: pulumi.Input[bool] | None = None,
        partial_ingestion_percent: pulumi.Input[float] | None = None,
    ) -> None:
        given = {"errorDiagnostics": error_diagnostics, "partialIngestionPercent": partial_ingestion_percent}
        super().__init__({name: value for name, value in given.items() if value is not None})
