"""Where `make up` points: at the emulator and the local database, or at Adobe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tools.local_database import LocalDatabase
from tools.quickstart.emulator import DATASET, Emulator
from tools.quickstart.workspace import QuickstartError

CLIENTS = (
    ("FLOWSERVICE_CLIENT_ID", "FLOWSERVICE_CLIENT_SECRET"),
    ("FLOWSERVICE_ACCESS_TOKEN", "FLOWSERVICE_API_KEY"),
)
REDSHIFT = {
    "server": "REDSHIFT_SERVER",
    "port": "REDSHIFT_PORT",
    "database": "REDSHIFT_DATABASE",
    "username": "REDSHIFT_USERNAME",
    "password": "REDSHIFT_PASSWORD",
}
OPTIONAL = ("REDSHIFT_PORT",)


@dataclass(frozen=True)
class Target:
    """A stack and its configuration; `variables` are handed to Pulumi's processes as they are."""

    name: str
    stack: str
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)


LOCAL = Target("local", "dev")
ADOBE = Target("adobe", "adobe")


def local(emulator: Emulator, database: LocalDatabase) -> Target:
    """Return the target with the emulator's test client and the local database as the warehouse."""
    return Target(
        LOCAL.name,
        LOCAL.stack,
        settings={
            "flowservice:endpoint": emulator.url,
            "flowservice:imsEndpoint": emulator.url,
            "flowservice:clientId": "emulator",
            "flowservice:imsOrg": "EMULATOR@AdobeOrg",
            "flowservice:sandbox": "dev",
            "server": database.host,
            "port": str(database.port),
            "database": database.database,
            "username": database.username,
            "dataset": DATASET,
        },
        secrets={"flowservice:clientSecret": "emulator-secret", "password": database.password},
    )


def adobe(environ: Mapping[str, str], *, with_warehouse: bool) -> Target:
    """Return the target at Adobe; credentials stay in the environment and are written nowhere.

    Without the warehouse the connection cannot be made, but destroyed. DATASET is the dataset of the dataflow, whose
    table and mapping are in the program; without it there is none.

    Raises:
        QuickstartError: variables are missing; all of them are named.
    """
    warehouse = {key: environ[name] for key, name in REDSHIFT.items() if environ.get(name)} if with_warehouse else {}
    missing = _missing(environ, with_warehouse)
    if missing:
        lines = "\n".join(f"  {name}" for name in missing)
        raise QuickstartError(f"TARGET=adobe needs these environment variables, which are not set:\n{lines}")
    dataset = {"dataset": environ["DATASET"]} if environ.get("DATASET") and with_warehouse else {}
    return Target(
        ADOBE.name,
        ADOBE.stack,
        settings={**{key: value for key, value in warehouse.items() if key != "password"}, **dataset},
        secrets={key: value for key, value in warehouse.items() if key == "password"},
        variables={name: value for name, value in environ.items() if name.startswith("FLOWSERVICE_")},
    )


def _missing(environ: Mapping[str, str], with_warehouse: bool) -> list[str]:
    needed = ["FLOWSERVICE_IMS_ORG", "FLOWSERVICE_SANDBOX"]
    if with_warehouse:
        needed += [name for name in REDSHIFT.values() if name not in OPTIONAL]
    missing = [name for name in needed if not environ.get(name)]
    if not any(all(environ.get(name) for name in client) for client in CLIENTS):
        missing.append(" or ".join(" and ".join(client) for client in CLIENTS))
    return missing
