"""`make aepp`: Adobe's own Python client `aepp` against the emulator, with the answers that it gives.

It runs with the Python of an environment that holds `aepp`, and starts the emulator's command from another one:

    python tools/aepp_check.py .venv/bin/flowservice-emulator [--vary SEED]
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from typing import Any

REDSHIFT = "3416976c-a9ca-4bba-901a-1f08f66978ff"
SCOPES = "openid,session,AdobeID,read_organizations,additional_info.projectedProductContext"


def main() -> None:
    """Start an emulator, work with it as `aepp` does, and stop it."""
    program, *options = sys.argv[1:]
    # Nothing to log in to: the emulator says yes to a connection test.
    command = [program, "--connection-test", "pass", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as emulator:
        try:
            line = emulator.stdout.readline() if emulator.stdout else ""
            work(client(line.removeprefix("listening on ").strip()))
        finally:
            emulator.terminate()


def client(url: str) -> Any:
    """Return `aepp`'s client of Flow Service, pointed at the emulator before it asks for a token."""
    aepp = importlib.import_module("aepp")
    aepp.configure(
        org_id="EMULATOR@AdobeOrg",
        client_id="emulator",
        secret="emulator-secret",  # noqa: S106  # The documented secret of a fake.
        scopes=SCOPES,
        sandbox="dev",
    )
    aepp.config.endpoints["global"] = url
    aepp.config.config_object["oauthTokenEndpointV2"] = f"{url}/ims/token/v3"
    return importlib.import_module("aepp.flowservice").FlowService()


def work(flow_service: Any) -> None:
    """List, create, test, look up, change and delete connections."""
    specs = show("getConnectionSpecsMap", flow_service.getConnectionSpecsMap())
    check(specs["amazon-redshift"] == REDSHIFT)
    show("getConnectionSpec", flow_service.getConnectionSpec(REDSHIFT)["items"][0]["authSpec"][0]["name"])
    check(show("getConnections, none yet", flow_service.getConnections()) == [])

    made = [show("createConnection", flow_service.createConnection(body(f"orders {number}"))) for number in range(3)]
    ids = [each["id"] for each in made]
    check(len({*ids}) == 3)
    show("connectionTest", flow_service.connectionTest(ids[0]))
    found = show("getConnection", flow_service.getConnection(ids[0]))
    check(found["name"] == "orders 0")

    pages = flow_service.getConnections(limit=1, n_results="inf")
    show("getConnections, one a page", [each["name"] for each in pages])
    check(len(pages) == 3)
    by_name = flow_service.getConnections(property="name==orders 1")
    show("getConnections by name", [each["name"] for each in by_name])
    check([each["id"] for each in by_name] == [ids[1]])

    operations = [{"op": "replace", "path": "/auth/params/server", "value": "moved.example.com"}]
    show("patchConnection", flow_service.patchConnection(ids[0], operations))
    check(flow_service.getConnection(ids[0])["auth"]["params"]["server"] == "moved.example.com")

    check(show("getSourceConnections", flow_service.getSourceConnections()) == [])
    check(show("getTargetConnections", flow_service.getTargetConnections()) == [])
    check(show("getFlows", flow_service.getFlows()) == [])
    show("getFlowSpecs", [each["name"] for each in flow_service.getFlowSpecs(prop='name=="CRMToAEP"')])
    check(show("getRuns", flow_service.getRuns()) == [])

    for each in ids:
        check(show("deleteConnection", flow_service.deleteConnection(each)) in (202, 204))
    check(show("getConnection of one that is gone", flow_service.getConnection(ids[0])) == {})
    check(show("getConnections, none left", flow_service.getConnections()) == [])


def body(name: str) -> dict[str, Any]:
    """Return the body of a create."""
    params = {"server": "db.example.com", "port": "5439", "database": "dev", "username": "u", "password": "made-up"}
    auth = {"specName": "Basic Authentication", "params": params}
    return {"name": name, "auth": auth, "connectionSpec": {"id": REDSHIFT, "version": "1.0"}}


def show(call: str, answer: Any) -> Any:
    """Print what a call answered, and return it."""
    text = json.dumps(answer)
    print(f"{call}: {text if len(text) < 300 else text[:300] + ' …'}")
    return answer


def check(as_expected: bool) -> None:
    """Stop at an answer that a user of `aepp` could not work with."""
    if not as_expected:
        sys.exit("The answer above is not what a user of aepp expects.")


if __name__ == "__main__":
    main()
