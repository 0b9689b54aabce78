"""Flow Service over HTTP: endpoints, wire shapes, access tokens, transport, and errors read from its answers."""

from __future__ import annotations
