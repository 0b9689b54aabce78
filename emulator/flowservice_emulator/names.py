"""Name the paths, headers and credentials that the emulator and its clients share."""

from __future__ import annotations

PLATFORM_PATH = "/data/foundation/"
BASE_PATH = "/data/foundation/flowservice"
CATALOG_PATH = "/data/foundation/catalog"
SCHEMA_REGISTRY_PATH = "/data/foundation/schemaregistry"
DATA_PREP_PATH = "/data/foundation/conversion"
TOKEN_PATH = "/ims/token/v3"  # noqa: S105  # A path.
CONTROL_PATH = "/emulator/"
CONTROL_HEADER = "x-emulator-control"
ORGANIZATION = "EMULATOR@AdobeOrg"
CLIENT_ID = "emulator"
CLIENT_SECRET = "emulator-secret"  # noqa: S105  # The documented credentials of a fake.
STRANGER_ID = "other"
SANDBOXES = ("dev", "stage", "prod")
