"""The whole life of a connection of every kind, in each way to authenticate."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.errors import Code
from pulumi_flowservice.lifecycle.names import python_name
from pulumi_flowservice.lifecycle.properties import Properties
from pulumi_flowservice.lookups.adoptable import survey
from pulumi_flowservice.redaction import LEFT_OUT
from pulumi_flowservice.resources.connection.authentication import Param
from pulumi_flowservice.resources.connection.kind import Kind

from tests.support.lifecycle import Process, error_of, requests, stored
from tests.support.sample_inputs import ALL, SAMPLES, Sample, other, params

pytestmark = pytest.mark.usefixtures("passing")

OTHER_WAYS = {
    sample.id: others
    for sample in ALL
    if (others := [each for each in ALL if each.kind is sample.kind and each.way != sample.way])
}


def checked(process: Process, given: Properties, olds: Properties | None = None) -> Properties:
    """The inputs as `check` hands them on; there must be no problem."""
    inputs, problems = process.lifecycle.check(olds or {}, {"name": "orders", **given})
    assert problems == []
    return inputs


def with_and_without(process: Process, sample: Sample, param: Param) -> tuple[Properties, Properties]:
    """The inputs of a sample with an optional param, and those without it."""
    inputs = checked(process, sample.given)
    return inputs, {name: value for name, value in inputs.items() if name != param.name}


@pytest.mark.long
@pytest.mark.parametrize("secrets", ["omitted", "masked", "encrypted", "plain"])
@pytest.mark.parametrize("sample", SAMPLES)
def test_a_whole_life(flowservice_emulator: Emulator, sample: Sample, secrets: str) -> None:
    """Create, read without a diff, rotate each secret, put a refused rotation back, delete."""
    flowservice_emulator.settings(secrets=secrets)
    process = Process(flowservice_emulator, sample.kind)
    inputs = checked(process, sample.given)

    connection_id, state = process.lifecycle.create(inputs)
    there = stored(flowservice_emulator, connection_id)
    assert there["connectionSpec"]["id"] == sample.kind.spec_id
    assert there["auth"] == {**there["auth"], "specName": sample.way.spec_name, "params": sample.sent}

    found = process.lifecycle.read(connection_id, state)
    assert found is not None and found[1] == inputs
    assert checked(process, sample.given, found[1]) == inputs
    assert not process.lifecycle.diff(connection_id, found[0], inputs).changes

    rotated = {**inputs, **{param.name: other(param) for param in sample.secret}}
    state = process.up(connection_id, found[0], rotated)
    after = stored(flowservice_emulator, connection_id)["auth"]["params"]
    assert after == {**sample.sent, **{param.name: other(param) for param in sample.secret}}

    flowservice_emulator.settings(connection_test="fail")
    refused = error_of(lambda: process.up(connection_id, state, inputs))
    assert "the previous ones were put back" in str(refused)
    assert not sample.is_in(f"{refused} {process.warnings}")
    assert stored(flowservice_emulator, connection_id)["auth"]["params"] == after

    # In another run: in the same one, the native provider takes it for what a failed change is to replace.
    Process(flowservice_emulator, sample.kind).lifecycle.delete(connection_id, state)
    assert flowservice_emulator.connections() == []


@pytest.mark.parametrize(("sample", "param"), params(is_secret=False))
def test_drift_of_each_visible_param_shows_and_is_repaired(
    flowservice_emulator: Emulator, sample: Sample, param: Param
) -> None:
    """What somebody else has set is in the refreshed state, and the next `up` sets it back."""
    process = Process(flowservice_emulator, sample.kind)
    inputs = checked(process, sample.given)
    connection_id, state = process.lifecycle.create(inputs)
    flowservice_emulator.change_connection(connection_id, params={param.name: param.type.to_wire(other(param))})

    found = process.lifecycle.read(connection_id, state)
    assert found is not None
    assert {name for name in inputs if found[1].get(name) != inputs[name]} == {param.name}
    assert found[1][param.name] == other(param)

    process.up(connection_id, found[0], inputs)
    assert stored(flowservice_emulator, connection_id)["auth"]["params"] == sample.sent


@pytest.mark.parametrize(("sample", "param"), params(is_secret=False))
def test_a_secret_in_a_field_that_is_shown(flowservice_emulator: Emulator, sample: Sample, param: Param) -> None:
    """By mistake, the same secret stands in a visible field too, and the API echoes the request: nobody sees it."""
    process = Process(flowservice_emulator, sample.kind)
    secret = next(sample.given[each.name] for each in sample.secret)
    flowservice_emulator.fault("POST", "/connections", kind="status", status=400, body="echo")

    inputs, problems = process.lifecycle.check({}, {"name": "orders", **sample.given, param.name: secret})
    error = "" if problems else str(error_of(lambda: process.lifecycle.create(inputs)))

    assert problems or f"the API answered 400: {LEFT_OUT} (request " in error
    assert not sample.is_in(f"{problems} {error} {process.warnings}")


@pytest.mark.parametrize("sample", SAMPLES)
def test_what_exists_is_adopted_unchanged(flowservice_emulator: Emulator, sample: Sample) -> None:
    """The inputs that a survey offers hold no secret, pass the check, and send nothing."""
    made = Process(flowservice_emulator, sample.kind)
    connection_id, _ = made.lifecycle.create(checked(made, sample.given))

    [candidate] = survey(made.run, "dev").candidates
    process = Process(flowservice_emulator, sample.kind)
    flowservice_emulator.clear_log()
    adopted, outputs = process.lifecycle.create(checked(process, candidate.inputs))

    assert (candidate.kind, candidate.obstacles, adopted) == (sample.kind, (), connection_id)
    assert {param.name for param in sample.visible} == set(candidate.inputs) - {"name", "adopt", "sandbox"}
    assert not sample.is_in(f"{candidate.inputs} {outputs}")
    assert set(requests(flowservice_emulator)) <= {"POST /ims/token/v3", "GET /connections/*"}


@pytest.mark.parametrize("sample", SAMPLES)
def test_only_what_can_be_told_apart_is_taken_over(flowservice_emulator: Emulator, sample: Sample) -> None:
    """After a lost answer; without visible params, name and client are alike by chance too, so a person decides."""
    process = Process(flowservice_emulator, sample.kind)
    inputs = checked(process, sample.given)
    flowservice_emulator.fault("POST", "/connections", kind="lost_answer")

    if sample.kind.required_visible(inputs):
        made, _ = process.lifecycle.create(inputs)
        [connection] = flowservice_emulator.connections()
        assert connection["id"] == made
        return
    error = error_of(lambda: process.lifecycle.create(inputs))

    [connection] = flowservice_emulator.connections()
    assert (error.code, sample.is_in(str(error))) == (Code.SEVERAL_CANDIDATES, False)
    assert connection["id"] in str(error)


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_connection_of_another_kind_is_not_adopted(flowservice_emulator: Emulator, sample: Sample) -> None:
    """The error names both kinds' ids and changes nothing."""
    made = Process(flowservice_emulator, sample.kind)
    connection_id, _ = made.lifecycle.create(checked(made, sample.given))
    kind = _another(sample.kind)
    process = Process(flowservice_emulator, kind)

    error = error_of(lambda: process.lifecycle.create({"adopt": connection_id, "sandbox": "dev"}))

    assert f"is not a connection of kind {kind.title} (its connection spec is {sample.kind.spec_id})" in str(error)


@pytest.mark.parametrize("sample", [each for each in SAMPLES if each.id in OTHER_WAYS])
def test_a_connection_of_another_way_is_not_adopted(flowservice_emulator: Emulator, sample: Sample) -> None:
    """The params of two ways are never mixed at the server."""
    made = Process(flowservice_emulator, sample.kind)
    connection_id, _ = made.lifecycle.create(checked(made, sample.given))
    for other_way in OTHER_WAYS[sample.id]:
        process = Process(flowservice_emulator, sample.kind)
        inputs = checked(process, {**other_way.given, "adopt": connection_id})

        error = error_of(partial(process.lifecycle.create, inputs))

        assert f"uses {sample.way.spec_name!r} to authenticate, but the program has the parameters of" in str(error)
        assert not sample.is_in(str(error))
    assert stored(flowservice_emulator, connection_id)["auth"]["params"] == sample.sent


def _another(kind: Kind) -> Kind:
    return next(each.kind for each in ALL if each.kind is not kind)


@pytest.mark.reading(added_params=False)
@pytest.mark.parametrize(
    "reading",
    [
        {"single_params": True},
        {"single_params": False},
        {"single_params": False, "secrets": "masked"},
    ],
    ids=str,
)
@pytest.mark.parametrize(("sample", "param"), params(is_secret=True, is_required=(False,)))
def test_an_optional_secret_comes_and_goes(
    flowservice_emulator: Emulator, sample: Sample, param: Param, reading: dict[str, Any]
) -> None:
    """Given later, it is added; left out again, it is removed at the server: it belongs to the key before."""
    flowservice_emulator.settings(**reading)
    process = Process(flowservice_emulator, sample.kind)
    inputs, without = with_and_without(process, sample, param)
    connection_id, state = process.lifecycle.create(without)

    state = process.up(connection_id, state, inputs)
    assert stored(flowservice_emulator, connection_id)["auth"]["params"] == sample.sent
    state = process.up(connection_id, state, without)
    assert param.name not in stored(flowservice_emulator, connection_id)["auth"]["params"]
    assert param.name not in state


@pytest.mark.reading(added_params=False)
@pytest.mark.parametrize(
    "reading",
    [{"single_params": True}, {"single_params": False}, {"single_params": False, "secrets": "masked"}],
    ids=str,
)
@pytest.mark.parametrize("skip", [None, 0, 1], ids=["no fault", "lost change", "lost undo"])
@pytest.mark.parametrize("rotates", [False, True])
@pytest.mark.parametrize(("sample", "param"), params(is_secret=True, is_required=(False,)))
def test_an_optional_secret_that_is_refused_goes_again(
    flowservice_emulator: Emulator,
    sample: Sample,
    param: Param,
    rotates: bool,
    skip: int | None,
    reading: dict[str, Any],
) -> None:
    """The state knows the other secrets, and that there was none of this name: alone, or with a rotation."""
    flowservice_emulator.settings(**reading)
    process = Process(flowservice_emulator, sample.kind)
    inputs, without = with_and_without(process, sample, param)
    connection_id, state = process.lifecycle.create(without)
    before = stored(flowservice_emulator, connection_id)["auth"]["params"]
    flowservice_emulator.settings(connection_test="fail")
    if skip is not None:
        flowservice_emulator.fault("PATCH", "/connections/*", kind="lost_answer", skip=skip)

    news = {**inputs, **{each.name: other(each) for each in sample.secret}} if rotates else inputs
    error = error_of(lambda: process.up(connection_id, state, news))

    assert error.code == Code.CHANGE_UNDONE
    assert "were put back" in str(error)
    assert f", and `{python_name(param.name)}`, which was not set before, was removed. " in str(error)
    assert stored(flowservice_emulator, connection_id)["auth"]["params"] == before


@pytest.mark.reading(single_params=True)
@pytest.mark.parametrize(("sample", "param"), params(is_secret=True, is_required=(False,)))
def test_an_optional_secret_of_an_adopted_connection_stays(
    flowservice_emulator: Emulator, sample: Sample, param: Param
) -> None:
    """It may have had one before, which nobody knows; so while the program adopts, nothing is called put back."""
    made = Process(flowservice_emulator, sample.kind)
    inputs = checked(made, sample.given)
    connection_id, _ = made.lifecycle.create(inputs)
    process = Process(flowservice_emulator, sample.kind)
    adopting = {**inputs, "adopt": connection_id}
    _, state = process.lifecycle.create({name: value for name, value in adopting.items() if name != param.name})
    flowservice_emulator.settings(connection_test="fail")

    error = error_of(lambda: process.up(connection_id, state, {**adopting, param.name: other(param)}))

    assert error.code == Code.CHANGE_NOT_UNDONE
    assert "they are still at the server, because this stack does not know the previous ones" in str(error)
    assert stored(flowservice_emulator, connection_id)["auth"]["params"][param.name] == other(param)
