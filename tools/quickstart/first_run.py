"""The first run of the quickstart's dataflow."""

from __future__ import annotations

from typing import Any

from flowservice_emulator.control_client import EmulatorControl

from tools.quickstart.emulator import DATASET, Emulator

# A dataflow without a start time begins a few minutes after its creation.
_WAIT_SECONDS = 600


def first_run(emulator: Emulator, flow_id: str) -> str:
    """Return what the first run did; move the emulator's clock if it is not due yet."""
    control = EmulatorControl(emulator.url)
    if not (runs := _runs(control, flow_id)):
        control.advance(_WAIT_SECONDS)
        runs = _runs(control, flow_id)
    if not runs:
        return "It has not run yet."
    metrics = min(runs, key=lambda run: run["createdAt"])["metrics"]
    records, status = metrics["recordSummary"], metrics["statusSummary"]["status"]
    read, written = records.get("inputRecordCount", 0), records.get("outputRecordCount", 0)
    return f"Its first run ({status}) read {read} rows and wrote {written} into dataset {DATASET}."


def _runs(control: EmulatorControl, flow_id: str) -> list[dict[str, Any]]:
    return list(control.request("GET", f"/runs?property=flowId=={flow_id}").json["items"])
