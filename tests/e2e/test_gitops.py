"""The GitOps cycle on a local git repository, by the very scripts that the workflows call."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from flowservice_emulator.server import Emulator

from tests.support.dataflows import FIELDS
from tests.support.git_repository import EXAMPLES, Repository
from tools.local_database import LocalDatabase
from tools.pulumi_cli import Cli

WORKFLOWS = sorted((EXAMPLES / "gitops/.github/workflows").glob("*.yml"))
# The parts of the workflows that are no script of ours.
OTHER_STEPS = ("pip install -r requirements.txt",)


@pytest.fixture
def repository(
    cli: Cli, listed_environment: Path, tmp_path: Path, database: LocalDatabase, flowservice_emulator: Emulator
) -> Repository:
    """The example, whose clusters are the real database; its stacks are not made yet."""
    made = Repository(cli, tmp_path, "gitops", python=listed_environment)
    stack_config = {"FLOWSERVICE_SANDBOX"}
    made.secrets |= {
        name: value for name, value in flowservice_emulator.environment.items() if name not in stack_config
    }
    made.secrets |= {"ORDERS_PASSWORD": database.password, "CAMPAIGNS_PASSWORD": database.password}
    made.replace(
        ("redshift.dev.example.com", database.host),
        ("redshift.prod.example.com", database.host),
        ("5439", str(database.port)),
    )
    made.commit("Our clusters")
    for sandbox in ("dev", "prod"):
        flowservice_emulator.make_dataset("Customers", FIELDS, sandbox=sandbox)
    return made


def names(emulator: Emulator, sandbox: str) -> list[tuple[str, str | None]]:
    found = emulator.connections(sandbox)
    return sorted((each["name"].rpartition("-")[0], each.get("description")) for each in found)


def test_from_pull_request_to_repair(repository: Repository, flowservice_emulator: Emulator) -> None:
    """Plan, merge, deploy, drift by somebody else, a failing nightly check, repair.

    Two more plans on the way: the order of entries has no meaning; a sandbox that an entry leaves loses its
    connection, and no other does.
    """
    for stack in ("dev", "prod"):
        assert repository.run("pulumi", "stack", "init", stack).exit_code == 0
    repository.commit("The stacks' encryption")
    assert repository.run("ci/deploy.sh").exit_code == 0
    ids = {each["name"].rpartition("-")[0]: each["id"] for each in flowservice_emulator.connections("prod")}
    assert names(flowservice_emulator, "dev") == [("orders", "Orders and invoices")]
    flows = [(each["id"], "enabled") for each in flowservice_emulator.flows()]
    assert len(flows) == 2
    flowservice_emulator.clear_log()

    # Two changes that are only planned: the entries in another order, then also one that leaves a sandbox.
    document = yaml.safe_load((repository.folder / "connections.yaml").read_text())
    document["connections"] = dict(reversed(document["connections"].items()))
    write(repository, document)
    reordered = repository.run("ci/plan.sh", "main")
    document["connections"]["campaigns"]["sandboxes"] = ["dev"]
    document["dataflows"]["customers"] |= {"table": "public.orders", "deltaColumn": "day"}
    write(repository, document)
    moved = repository.run("ci/plan.sh", "main")
    repository.git("restore", "connections.yaml")
    assert (reordered.exit_code, moved.exit_code) == (0, 0)
    prod = [plan.text.partition("STACK prod")[2] for plan in (reordered, moved)]
    assert "main and this change: no difference" in reordered.text
    # The first line of each plan, after what `validate` says of the file.
    assert "\ndev no change   prod no change\n" in reordered.text
    replaced = "± dataflow customers: rows may come twice"
    assert f"\ndev +1 ±1 ({replaced})   prod -1 ±1 ({replaced}; - campaigns)\n" in moved.text
    assert prod[0] and "to create" not in prod[0] and "to delete" not in prod[0] and "to update" not in prod[0]
    assert "- 1 to delete" in prod[1] and "to create" not in prod[1]
    # The dataflow of each stack, and what a new one means for its rows, above the plan.
    [told] = [line for line in prod[1].splitlines() if line.startswith("REPLACED: dataflow 'customers-")]
    assert "deleted and created anew" in told and "come a second time unless `backfill` is false" in told
    assert moved.text.count("REPLACED: ") == 2 and "REPLACED" not in reordered.text

    # A pull request: one entry renamed in place, one changed and moved to the top, one new.
    repository.git("switch", "--quiet", "--create", "change")
    repository.replace(
        ("  orders:\n", "  returns:\n    password: {env: ORDERS_PASSWORD}\n\n  sales:\n    previously: orders\n")
    )
    repository.replace(("connection: orders", "connection: sales"))
    repository.replace(("Campaign results", "Results of all campaigns"))
    repository.commit("Add returns, rename orders")
    own = repository.run("ci/plan.sh", "main")
    fork = repository.run("ci/plan.sh", "main", secrets={})
    assert (own.exit_code, fork.exit_code) == (0, 0), own.text + fork.text
    assert "+ 1 to create" in own.text.partition("STACK dev")[2].partition("STACK prod")[0]
    assert "\ndev +1   prod +1 ~1\n" in own.text
    # A rename that is not stated deletes: that is marked, and the plan says what to write.
    repository.replace(("    previously: orders\n", ""))
    unstated = repository.run("ci/plan.sh", "main")
    repository.git("restore", "connections.yaml")
    assert "- orders: used by 1 dataflow" in unstated.text
    assert "write `previously: orders` in " in unstated.text
    # A new password is seen, although nobody sees it.
    rotated = repository.run("ci/plan.sh", "main", ORDERS_PASSWORD="canary")
    assert "\ndev +1 ~1 (~ sales: credentials)   prod +1 ~2 (~ sales: credentials)\n" in rotated.text
    # What cannot work fails: a misspelt variable, and a branch that is not there.
    repository.replace(("{env: ORDERS_PASSWORD}\n\n  sales", "{env: ORDERS_PASWORD}\n\n  sales"))
    misspelt = repository.run("ci/plan.sh", "main")
    repository.git("restore", "connections.yaml")
    nowhere = repository.run("ci/plan.sh", "origin/mian")
    assert (misspelt.exit_code, nowhere.exit_code) == (1, 1)
    assert "FAILED: a secret is missing" in misspelt.text and "ORDERS_PASWORD" in misspelt.text
    assert "There is no branch or commit origin/mian to compare with" in (repository.folder / "plan.txt").read_text()
    assert "to replace" not in own.text and "to delete" not in own.text
    assert "as if it were new" in fork.text and "Results of all campaigns" in fork.text
    # Who uses what is deleted is read; nothing else is sent.
    assert {each.method for each in flowservice_emulator.log() if "token" not in each.path} == {"GET"}
    flowservice_emulator.clear_log()

    # Merge and deploy: nothing was replaced.
    repository.git("switch", "--quiet", "main")
    repository.git("merge", "--quiet", "change")
    assert repository.run("ci/deploy.sh").exit_code == 0
    kept = {each["id"]: each for each in flowservice_emulator.connections("prod")}
    assert set(ids.values()) < set(kept) and len(kept) == 3
    assert kept[ids["campaigns"]]["description"] == "Results of all campaigns"
    assert len(flowservice_emulator.connections("dev")) == 2
    assert flows == [(each["id"], each["state"]) for each in flowservice_emulator.flows()]

    # Somebody changes a connection in the UI; the nightly check finds it, the next deployment repairs it.
    flowservice_emulator.change_connection(ids["campaigns"], params={"username": "intruder"})
    found = repository.run("ci/drift.sh", GITHUB_STEP_SUMMARY=str(repository.folder / "summary.md"))
    repaired = repository.run("ci/deploy.sh", "prod")
    after = repository.run("ci/drift.sh", "prod")

    assert [each.exit_code for each in (found, repaired, after)] == [2, 0, 0]
    assert "intruder" in found.text and "dev: no drift" in found.text
    assert "    " + found.text.splitlines()[0] in (repository.folder / "summary.md").read_text()
    [campaigns] = [each for each in flowservice_emulator.connections("prod") if each["id"] == ids["campaigns"]]
    assert campaigns["auth"]["params"]["username"] == "loader"


def test_a_file_that_cannot_work_has_no_plan(repository: Repository, flowservice_emulator: Emulator) -> None:
    """A secret in clear stops the pull request with an annotation, and its text goes into no log."""
    repository.replace(("{env: ORDERS_PASSWORD}", "hunter2-hunter2"))

    refused = repository.run("ci/plan.sh", "main", secrets={}, GITHUB_ACTIONS="true")

    assert refused.exit_code == 1
    assert "::error file=connections.yaml,line=" in refused.text
    assert "is written in plain text" in (repository.folder / "plan.txt").read_text()
    assert "hunter2" not in refused.text
    assert flowservice_emulator.log() == []


def test_a_saved_plan_is_carried_out_or_refused(repository: Repository, flowservice_emulator: Emulator) -> None:
    """What was reviewed is done, and nothing else: after another change of the file, the same plan is refused."""
    plans = str(repository.folder / "plans")
    for stack in ("dev", "prod"):
        assert repository.run("pulumi", "stack", "init", stack).exit_code == 0

    planned = repository.run("ci/plan.sh", "main", PLANS=plans)
    assert planned.exit_code == 0, planned.text
    saved = (repository.folder / "plans" / "dev.json").read_text()
    done = repository.run("ci/deploy.sh", "dev", PLANS=plans)
    assert done.exit_code == 0, done.text
    assert names(flowservice_emulator, "dev") == [("orders", "Orders and invoices")]
    assert repository.secrets["ORDERS_PASSWORD"] not in saved

    repository.replace(("Orders and invoices", "Orders"))
    assert repository.run("ci/plan.sh", "main", PLANS=plans).exit_code == 0
    repository.replace(("description: Orders", "description: Invoices"))
    refused = repository.run("ci/deploy.sh", "dev", PLANS=plans)
    assert refused.exit_code == 1
    assert "violates plan" in refused.text
    assert names(flowservice_emulator, "dev") == [("orders", "Orders and invoices")]


def test_gitlab_calls_the_same_scripts() -> None:
    """And nothing else; each stack has a job of its own, one after the other."""
    pipeline = yaml.safe_load((EXAMPLES / "gitops" / ".gitlab-ci.yml").read_text())
    jobs = {name: job for name, job in pipeline.items() if "script" in job}

    assert set(jobs) == {"plan", "dev", "prod", "drift"}
    for job in jobs.values():
        [command] = job["script"]
        assert (EXAMPLES / "gitops" / command.split()[0]).is_file()
    assert pipeline["default"]["before_script"] == [*OTHER_STEPS]
    assert jobs["prod"]["needs"] == ["dev"] and pipeline[".deploy"]["resource_group"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_only_call_what_is_tested_here(path: Path) -> None:
    """Every step is a pinned action or a script of `ci/`; nobody's pull request gets more than reading rights."""
    workflow = yaml.safe_load(path.read_text())
    # YAML reads the key `on` as true.
    triggers = workflow[True]
    steps: list[dict[str, Any]] = [step for job in workflow["jobs"].values() for step in job["steps"]]

    commands = [step["run"] for step in steps if "run" in step and step["run"] not in OTHER_STEPS]
    actions = [step["uses"] for step in steps if "uses" in step]

    assert commands
    for command in commands:
        script = command.removeprefix("python3 ").split()[0]
        assert (EXAMPLES / "gitops" / script).is_file()
        assert "${{ github.event" not in command
    for action in actions:
        assert len(action.partition("@")[2]) == 40
    assert "pull_request_target" not in triggers
    assert workflow["permissions"].get("contents") == "read"
    assert "pull_request" not in triggers or workflow["permissions"] == {"contents": "read"}


def write(repository: Repository, document: dict[str, Any]) -> None:
    (repository.folder / "connections.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
