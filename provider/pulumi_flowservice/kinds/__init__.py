"""The kinds of connection that are managed, as data: one module each, and `KINDS`, which lists them."""

from __future__ import annotations

from .redshift import REDSHIFT

KINDS = (REDSHIFT,)
