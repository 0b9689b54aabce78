"""What the program made secret, however short it is, stands in no text: neither of ours nor of what the API echoes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import pytest
from flowservice_emulator.server import Emulator
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2
from pulumi_flowservice.errors import Code
from pulumi_flowservice.lifecycle.properties import Properties
from pulumi_flowservice.plugin.codec import decode, encode

from tests.support.connections import POSTGRESQL, make
from tests.support.lifecycle import INPUTS, SteppedClock
from tests.support.native import Plugin
from tests.support.protocol import ABOUT

HIDDEN: Properties = {"name": "zq7", "sandbox": "stage", "description": "a b", "port": 5441, "password": "pw-12"}
NEWS = {**INPUTS, **HIDDEN}
SECRETS = {*HIDDEN}
ROTATED = {"password": "pw-13"}


class Run:
    """A plugin, the emulator, and all texts that the plugin gave to the engine."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.texts: list[str] = []
        self.steps = SteppedClock(emulator)
        self.plugins: list[Plugin] = []
        self.restart()

    def restart(self) -> None:
        """Go on with a new process, which knows nothing of what the other one did."""
        self.plugin = Plugin(self.steps.clock, lambda _urn, text: self.texts.append(text))
        self.plugin.configure(sandbox="dev")
        self.plugins.append(self.plugin)

    def create(self, **changes: Any) -> tuple[str, Properties]:
        """Create a connection."""
        request = provider_pb2.CreateRequest(**ABOUT, properties=encode({**NEWS, **changes}, SECRETS))
        made = self._call(self.plugin.stub.Create, request)
        return (made.id, decode(made.properties)[0]) if made else ("", {})

    def read(self, id_: str, state: Properties) -> None:
        """Refresh a connection."""
        self._call(self.plugin.stub.Read, provider_pb2.ReadRequest(**ABOUT, id=id_, properties=encode(state, SECRETS)))

    def update(self, id_: str, state: Properties, **changes: Any) -> None:
        """Change a connection."""
        olds, news = encode(state, SECRETS), encode({**NEWS, **changes}, SECRETS)
        self._call(self.plugin.stub.Update, provider_pb2.UpdateRequest(**ABOUT, id=id_, olds=olds, news=news))

    def delete(self, id_: str, state: Properties) -> None:
        """Delete a connection."""
        self._call(
            self.plugin.stub.Delete, provider_pb2.DeleteRequest(**ABOUT, id=id_, properties=encode(state, SECRETS))
        )

    def diff(self, id_: str, state: Properties, **changes: Any) -> None:
        """Compare a connection."""
        olds, news = encode(state, SECRETS), encode({**NEWS, **changes}, SECRETS)
        self._call(self.plugin.stub.Diff, provider_pb2.DiffRequest(**ABOUT, id=id_, olds=olds, news=news))

    def check(self, news: Properties) -> None:
        """Check inputs against those of the state."""
        request = provider_pb2.CheckRequest(**ABOUT, olds=encode(NEWS, SECRETS), news=encode(news, SECRETS))
        self.texts += [failure.reason for failure in self._call(self.plugin.stub.Check, request).failures]

    def fault(self, method: str, path: str, **details: Any) -> None:
        """Lay a fault in wait."""
        self.emulator.fault(method, path, **details)

    def refuse(self) -> None:
        """Let the database refuse everybody from now on."""
        self.emulator.settings(connection_test="fail")

    def _call(self, method: Callable[[Any], Any], request: Any) -> Any:
        try:
            return method(request)
        except grpc.RpcError as error:
            failed: Any = error
        self.texts.append(failed.details())
        return None


@pytest.fixture
def run(flowservice_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """A run whose database lets everybody in, unless a scenario says otherwise."""
    flowservice_emulator.settings(connection_test="pass", vary=None)
    for name, value in flowservice_emulator.environment.items():
        monkeypatch.setenv(name, value)
    running = Run(flowservice_emulator)
    yield running
    for plugin in running.plugins:
        plugin.stop()


def creation_cannot_be_undone(run: Run) -> None:
    run.refuse()
    run.fault("DELETE", "/connections/*", status=403)
    run.create()


def creation_is_refused(run: Run) -> None:
    run.refuse()
    run.create()


def creation_is_kept(run: Run) -> None:
    run.refuse()
    run.create(connectionTest="warn")


def no_verdict(run: Run) -> None:
    run.emulator.settings(connection_test="unavailable")
    run.create()


def creation_is_lost(run: Run) -> None:
    run.fault("POST", "/connections", kind="reset", times=None)
    run.create()


def creation_is_late(run: Run) -> None:
    run.fault("POST", "/connections", kind="late_write", seconds=40.0)
    run.create()


def creation_has_candidates(run: Run) -> None:
    run.create(name="another")
    first = run.plugin
    run.restart()
    run.create()
    run.plugin = first
    run.fault("POST", "/connections", kind="lost_answer")
    run.create()


def leftover(run: Run) -> None:
    run.create()
    run.restart()
    run.create()


def secrets_are_missing(run: Run) -> None:
    run.create(password=None)


def refusal_echoes(run: Run) -> None:
    run.fault("POST", "/connections", status=400, body="echo")
    run.create()


def refusal_names_the_sandbox(run: Run) -> None:
    run.fault("POST", "/connections", status=404, json={"errorMessage": "sandbox not found with name = [Stage]"})
    run.create()


def token_is_refused(run: Run) -> None:
    run.fault("POST", "/connections", status=401, times=None)
    run.create()


def nobody_answers(run: Run) -> None:
    run.fault("GET", "/connections", kind="reset", times=None)
    run.create()


def answer_is_no_json(run: Run) -> None:
    run.fault("GET", "/connections", status=200, body="html", times=None)
    run.create()


def cancelled(run: Run) -> None:
    run.plugin.stub.Cancel(empty_pb2.Empty())
    run.create()


def connection_of_another_kind(run: Run) -> None:
    run.create(adopt=make(run.emulator, HIDDEN["name"], spec=POSTGRESQL, sandbox="stage"))


def nothing_to_adopt(run: Run) -> None:
    run.create(adopt="nobody")


def another_adoption(run: Run) -> None:
    run.update(*run.create(), adopt="nobody")


def another_organization(run: Run) -> None:
    id_, state = run.create()
    for act in (run.read, run.delete, run.diff, run.update):
        act(id_, {**state, "imsOrg": "OTHER@AdobeOrg"})


def interrupted_run(run: Run) -> None:
    id_, state = run.create()
    run.update(id_, state, **ROTATED)
    run.read(id_, state)


def somebody_else_wrote(run: Run) -> None:
    id_, state = run.create()
    run.emulator.change_connection(id_, params={"password": "anns"})
    run.read(id_, state)
    run.update(id_, state, description="other")


def somebody_else_renamed(run: Run) -> None:
    id_, state = run.create()
    run.emulator.change_connection(id_, params={"server": "new.example.com"})
    run.read(id_, state)


def theirs_are_replaced(run: Run) -> None:
    id_, state = run.create()
    run.emulator.change_connection(id_, params={"password": "anns"})
    run.update(id_, state, credentialsVersion=2)


def hidden(run: Run) -> None:
    id_, state = run.create()
    run.emulator.settings(not_found="1439-404")
    run.emulator.delete_connection(id_)
    run.read(id_, state)
    run.delete(id_, state)


def gone(run: Run) -> None:
    id_, state = run.create()
    run.emulator.delete_connection(id_)
    run.update(id_, state, **ROTATED)


def change_conflicts(run: Run) -> None:
    id_, state = run.create()
    run.emulator.change_connection(id_, name="zq8")
    run.update(id_, state, description="other")


def version_conflicts(run: Run) -> None:
    id_, state = run.create()
    run.fault("PATCH", "/connections/*", status=412, times=None)
    run.update(id_, state, description="other")


def change_is_unknown(run: Run) -> None:
    id_, state = run.create()
    run.fault("PATCH", "/connections/*", status=503, times=None)
    run.update(id_, state, **ROTATED)


def change_is_refused(run: Run) -> None:
    id_, state = run.create()
    run.refuse()
    run.update(id_, state, **ROTATED)


def change_cannot_be_undone(run: Run) -> None:
    id_, state = run.create()
    run.refuse()
    run.fault("PATCH", "/connections/*", status=400, body="echo", skip=1, times=None)
    run.update(id_, state, **ROTATED)


def change_echoes(run: Run) -> None:
    id_, state = run.create()
    run.fault("PATCH", "/connections/*", status=400, body="echo", times=None)
    run.update(id_, state, **ROTATED, name="zq8")


def deletion_is_unknown(run: Run) -> None:
    id_, state = run.create()
    run.fault("DELETE", "/connections/*", kind="reset", times=None)
    run.delete(id_, state)


def in_use(run: Run) -> None:
    id_, state = run.create()
    run.emulator.use_connection(id_)
    run.delete(id_, state)


def in_transition(run: Run) -> None:
    id_, state = run.create()
    run.emulator.change_connection(id_, state="updating")
    run.update(id_, {**state, "etag": None}, **ROTATED)


def replacement_failed(run: Run) -> None:
    id_, state = run.create()
    creation_cannot_be_undone(run)
    run.delete(id_, state)


def another_has_it(run: Run) -> None:
    id_, state = run.create()
    run.plugin.stub.Read(provider_pb2.ReadRequest(**ABOUT, id=f"stage/{id_}"))
    run.delete(id_, state)


def creation_is_taken_over(run: Run) -> None:
    run.fault("POST", "/connections", kind="lost_answer")
    run.create()


def list_has_an_odd_entry(run: Run) -> None:
    odd = {"id": "odd", "name": HIDDEN["name"], "description": HIDDEN["description"], "updatedBy": 7}
    run.fault("GET", "/connections", status=200, json={"items": [odd]})
    run.create()


def two_have_it(run: Run) -> None:
    id_, state = run.create()
    run.read(id_, state)
    other = {**ABOUT, "urn": f"{ABOUT['urn']}-2"}
    run.plugin.stub.Read(provider_pb2.ReadRequest(**other, id=id_, properties=encode(state, SECRETS)))


def default_sandbox_differs(run: Run) -> None:
    run.check({name: value for name, value in NEWS.items() if name != "sandbox"})


def cannot_be_reached(run: Run) -> None:
    run.fault("POST", "/ims/token/v3", kind="reset", times=None)
    run.create()


SCENARIOS: dict[Callable[[Run], None], str] = {
    default_sandbox_differs: Code.INPUTS,
    secrets_are_missing: Code.INPUTS,
    another_organization: Code.OTHER_ORGANIZATION,
    connection_of_another_kind: Code.NOT_OURS,
    another_adoption: Code.OTHER_ADOPTION,
    cannot_be_reached: Code.UNREACHABLE,
    nobody_answers: Code.NO_ANSWER,
    answer_is_no_json: Code.MALFORMED,
    refusal_echoes: Code.REFUSED,
    refusal_names_the_sandbox: Code.REFUSED,
    change_echoes: Code.REFUSED,
    nothing_to_adopt: Code.NOT_FOUND,
    gone: Code.NOT_FOUND,
    version_conflicts: Code.CONFLICT,
    token_is_refused: Code.TOKEN_REFUSED,
    cancelled: Code.CANCELLED,
    creation_is_lost: Code.CREATION_UNKNOWN,
    leftover: Code.LEFTOVER,
    creation_has_candidates: Code.SEVERAL_CANDIDATES,
    change_is_unknown: Code.CHANGE_UNKNOWN,
    change_conflicts: Code.CONCURRENT_CHANGE,
    creation_is_refused: Code.CREATION_UNDONE,
    creation_cannot_be_undone: Code.CREATION_NOT_UNDONE,
    change_is_refused: Code.CHANGE_UNDONE,
    change_cannot_be_undone: Code.CHANGE_NOT_UNDONE,
    deletion_is_unknown: Code.DELETION_UNKNOWN,
    in_use: Code.IN_USE,
    in_transition: Code.IN_TRANSITION,
    replacement_failed: Code.REPLACEMENT_FAILED,
    no_verdict: Code.NO_TEST_RESULT,
    creation_is_kept: Code.REFUSED_BUT_KEPT,
    interrupted_run: Code.DOUBT_INTERRUPTED,
    somebody_else_wrote: Code.DOUBT_FOREIGN,
    somebody_else_renamed: Code.FOREIGN_CHANGE,
    creation_is_late: Code.POSSIBLE_DUPLICATE,
    hidden: Code.MAYBE_HIDDEN,
    theirs_are_replaced: Code.SENT_OVER_THEIRS,
    another_has_it: Code.KEPT_FOR_ADOPTER,
    list_has_an_odd_entry: Code.ODD_ENTRY,
    creation_is_taken_over: Code.TAKEN_OVER,
    two_have_it: Code.SHARED,
}
# Of settings, manifests, look-ups, the command, types of several objects, and dataflows.
OTHERS = {Code.SETTINGS, Code.MANIFEST, Code.AMBIGUOUS, Code.SECRETS_MISSING, Code.PARTS_LEFT}
OTHERS |= {Code.FROZEN, Code.NOT_THERE, Code.KEPT_HIDDEN, Code.INCOMPLETE, Code.OTHER_SCHEDULE, Code.ROWS_AGAIN}
OTHERS |= {Code.ADOPTED_UNCHANGED, Code.OTHER_FLOWS}


@pytest.mark.parametrize("act", SCENARIOS)
def test_no_text_shows_what_is_secret(run: Run, act: Callable[[Run], None]) -> None:
    """Every outcome of every operation, with a short name, sandbox, description, port and password that are secret."""
    act(run)

    told = "\n".join(run.texts)
    assert f"{SCENARIOS[act]}: " in told
    for value in (*HIDDEN.values(), *ROTATED.values(), "zq8"):
        assert not re.search(rf"(?<!\w){re.escape(str(value))}(?!\w)", told, re.I), told


def test_every_code_of_the_lifecycle_has_a_scenario() -> None:
    """A new text must be added above."""
    codes = {value for name, value in vars(Code).items() if name.isupper() and value < "FS5"}
    assert codes - {*SCENARIOS.values()} == OTHERS
