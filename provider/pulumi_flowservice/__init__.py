"""Amazon Redshift base connections of Adobe Experience Platform's Flow Service as Pulumi resources."""

from __future__ import annotations

from .dynamic import RedshiftConnection
from .version import __version__

__all__ = ["RedshiftConnection", "__version__"]
