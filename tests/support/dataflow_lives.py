"""What happens to a dataflow by chance: edits of the program, changes by others, and trouble with the network."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from pulumi_flowservice.lifecycle.properties import Properties

from tests.support.dataflow_faults import ON_READS, ON_WRITES

_SETS = "/data/foundation/conversion/mappingSets"
_WRITES = [
    ("POST", "/flows"),
    ("POST", "/flows/*/action"),
    ("PATCH", "/flows/*"),
    ("DELETE", "/flows/*"),
    ("POST", "/sourceConnections"),
    ("DELETE", "/sourceConnections/*"),
    ("POST", "/targetConnections"),
    ("DELETE", "/targetConnections/*"),
    ("POST", _SETS),
    ("PUT", f"{_SETS}/*"),
    ("DELETE", f"{_SETS}/*"),
]
_READS = [("GET", "/flows"), ("GET", "/flows/*"), ("GET", "**"), ("POST", f"{_SETS}/validate")]
# What the next command meets: method and path of a request, how many of them pass before, and the faults.
TROUBLE = st.none() | st.one_of(
    *(
        st.sampled_from(
            [(method, path, skip, fault) for method, path in requests for skip in (0, 1) for fault in faults.values()]
        )
        for requests, faults in ((_WRITES, ON_WRITES), (_READS, ON_READS))
    )
)
_WHOLE = {"_example.id": "id", "_example.email": "email", "_example.kind": {"static": "shop"}}
_CUSTOMERS = {"table": "public.customers", "deltaColumn": "created_at"}
# Each is a table with what is read of it and where it goes: all but the first two replace the dataflow.
SHAPES: list[Properties] = [
    {**_CUSTOMERS, "mapping": _WHOLE},
    {**_CUSTOMERS, "mapping": {"_example.id": "id"}},
    {**_CUSTOMERS, "mapping": {"_example.id": "id"}, "columns": ["id", "created_at"]},
    {"table": "public.orders", "deltaColumn": "day", "mapping": {"_example.id": "id"}},
]
EDITS = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["customers", "people"]),
        "description": st.sampled_from([None, "Everybody"]),
        "schedule": st.sampled_from(
            [
                {"frequency": "day", "interval": 1},
                {"frequency": "day", "interval": 2},
                {"frequency": "week", "interval": 1},
            ]
        ),
        "enabled": st.booleans(),
        "shape": st.sampled_from(SHAPES),
    },
)
BY_OTHERS: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {"name": "theirs"},
        {"description": "by hand"},
        {"scheduleParams": {"frequency": "hour"}},
        {"scheduleParams": {"interval": "5"}},
        {"state": "disabled"},
    ]
)


def edited(program: Properties, edit: Properties) -> Properties:
    """Return the program after an edit; None leaves an input out."""
    after = {**program, **{name: value for name, value in edit.items() if name != "shape"}}
    if "shape" in edit:
        after.pop("columns", None)
        after |= edit["shape"]
    return {name: value for name, value in after.items() if value is not None}


def is_as_planned(flow: dict[str, Any], program: Properties) -> bool:
    """Return whether the server has what the program says."""
    shown = flow["scheduleParams"]
    schedule = {"frequency": shown["frequency"], "interval": int(shown["interval"])}
    is_enabled = flow["state"] == "enabled"
    return (flow["name"], schedule, is_enabled) == (program["name"], program["schedule"], program["enabled"])
