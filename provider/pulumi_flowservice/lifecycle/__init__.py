"""What happens to a connection between creation and deletion, for any kind of connection. Knows no Pulumi."""

from __future__ import annotations
