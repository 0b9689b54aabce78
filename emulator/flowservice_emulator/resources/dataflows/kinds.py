"""Name the kinds of resources that a dataflow is made of, and the specs that they have."""

from __future__ import annotations

SOURCES = "sourceConnections"
TARGETS = "targetConnections"
FLOWS = "flows"
DATABASE_FLOW_SPEC = "14518937-270c-4525-bdec-c2ba7cce3860"
"""`CRMToAEP`, the flow spec of all databases."""
DATA_LAKE = "c604ff05-7f1a-43c0-8e18-33bf874cb11c"
"""The one connection spec that its target connections have."""
