"""`pulumi-flowservice adopt --format import`: the file for `pulumi import`."""

from __future__ import annotations

import json
from pathlib import Path

from flowservice_emulator.server import Emulator
from pulumi_flowservice.resources.connection.kinds import KINDS
from pulumi_flowservice.version import PLUGIN_ADDRESS, __version__

from tests.support.command import run
from tests.support.connections import PARAMS, make
from tests.support.sample_inputs import ALL, Sample


def _made(emulator: Emulator, sample: Sample) -> str:
    params = sample.kind.wire_params(sample.sent)
    without = tuple(name for name in PARAMS if name not in params)
    kind = sample.kind.spec_id
    return make(emulator, "orders", sandbox="prod", spec=kind, way=sample.way.spec_name, without=without, **params)


def test_the_file_has_every_kind(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """Each connection has its type, a name of its own, and its id with the sandbox in front; no secret is there."""
    samples = {sample.kind.name: sample for sample in ALL}
    ids = {name: _made(flowservice_emulator, sample) for name, sample in samples.items()}

    done = run(
        flowservice_emulator, "adopt", "--all", "--sandbox", "prod", "--format", "import", "--write", folder=tmp_path
    )

    assert (done.exit_code, done.stderr) == (0, "")
    assert "Next: run `pulumi import --file import.json --generate-code=false`" in done.stdout
    text = (tmp_path / "import.json").read_text()
    resources = json.loads(text)["resources"]
    assert {(each["type"], each["id"]) for each in resources} == {
        (KINDS[name].native_type, f"prod/{id_}") for name, id_ in ids.items()
    }
    assert {(each["version"], each["pluginDownloadUrl"]) for each in resources} == {(__version__, PLUGIN_ADDRESS)}
    assert len({each["name"] for each in resources}) == len(KINDS) == len(ids)
    assert "canary" not in text + done.stdout


def test_more_is_added_to_a_file(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """What the file has stays, and is not added again; without --write, only the new part is shown."""
    theirs = {"type": "random:index:Pet", "name": "orders", "id": "cat"}
    file = tmp_path / "ours.json"
    file.write_text(json.dumps({"nameTable": {}, "resources": [theirs]}))
    first = make(flowservice_emulator, "orders")
    arguments = ("adopt", "--all", "--format", "import", "--output", "ours.json")

    shown = run(flowservice_emulator, *arguments, folder=tmp_path)
    untouched = json.loads(file.read_text())
    written = run(flowservice_emulator, *arguments, "--write", folder=tmp_path)
    again = run(flowservice_emulator, *arguments, "--write", folder=tmp_path)

    assert [done.exit_code for done in (shown, written, again)] == [0, 0, 0]
    assert (
        untouched["resources"] == [theirs] and f'"id": "dev/{first}"' in shown.stdout and "random" not in shown.stdout
    )
    document = json.loads(file.read_text())
    assert document["nameTable"] == {} and document["resources"][0] == theirs
    [added] = document["resources"][1:]
    assert added["id"] == f"dev/{first}" and added["name"] != "orders"
    assert f"the file has it already, as '{added['name']}'" in again.stdout


def test_another_file_is_not_touched(flowservice_emulator: Emulator, tmp_path: Path) -> None:
    """Neither YAML nor other JSON is a file for `pulumi import`; no request is sent."""
    for number, text in enumerate(("connections: {}\n", "[]", '{"resources": 1}', '{"resources": [1]}')):
        (tmp_path / f"{number}.json").write_text(text)
        done = run(
            flowservice_emulator, "adopt", "--format", "import", "--output", f"{number}.json", "--all", "--write",
            folder=tmp_path,
        )  # fmt: skip

        assert done.exit_code == 1
        assert f"{number}.json is not a file for `pulumi import`. Choose another --output." in done.stderr
        assert (tmp_path / f"{number}.json").read_text() == text
    assert flowservice_emulator.log() == []
