"""The smallest patch from one set of properties to another."""

from __future__ import annotations

from typing import Any

import pytest
from flowservice_emulator.resources.patch import patched
from hypothesis import given
from hypothesis import strategies as st
from pulumi_flowservice.api.models import Connection
from pulumi_flowservice.lifecycle.patches import operations
from pulumi_flowservice.lifecycle.properties import Properties
from pulumi_flowservice.resources.connection.kinds.redshift import REDSHIFT

from tests.support.lifecycle import INPUTS

NASTY = st.sampled_from(
    [
        '[{"op": "remove", "path": "/auth/params"}]',
        "0005439",
        '"',
        "'",
        "\\",
        "{PASSWORD}",
        "xxxx",
        "ünïcödé 🔑",
        "a" * 5000,
    ]
)
TEXTS = NASTY | st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).filter(
    lambda value: value == value.strip()
)
VALID = st.fixed_dictionaries(
    {
        "name": TEXTS,
        "server": TEXTS,
        "database": TEXTS,
        "username": TEXTS,
        "password": TEXTS,
        "sandbox": st.just("dev"),
    },
    optional={"port": st.integers(1, 65535), "schema": TEXTS, "description": TEXTS},
)


def connection(properties: Properties) -> dict[str, Any]:
    """What the server stores of these properties."""
    described = {"description": properties["description"]} if "description" in properties else {}
    return {"name": properties["name"], **described, "auth": {"params": REDSHIFT.wire_params(properties)}}


@given(VALID, VALID)
def test_the_patch_applied_to_old_gives_new(old: Properties, new: Properties) -> None:
    """Whatever two valid sets of inputs there are, their patch leads from one to the other."""
    found = operations(REDSHIFT, old, new)

    assert patched(connection(old), found, single_params=True) == connection(new)


@given(VALID)
def test_equal_inputs_need_no_patch(properties: Properties) -> None:
    """Nothing is sent where nothing changed."""
    assert operations(REDSHIFT, properties, dict(properties)) == []


@given(VALID, VALID)
def test_one_operation_for_each_changed_property(old: Properties, new: Properties) -> None:
    """The patch names each changed property once, and nothing else."""
    changed = {name for name in (*REDSHIFT.visible, "password") if old.get(name) != new.get(name)}

    named = [operation["path"].rpartition("/")[2] for operation in operations(REDSHIFT, old, new)]

    assert sorted(named) == sorted(changed)


@given(VALID, VALID, st.dictionaries(st.sampled_from(["privateEndpointId", "orgId"]), st.text(min_size=1)))
def test_the_whole_map_keeps_what_others_put_there(old: Properties, new: Properties, foreign: Properties) -> None:
    """Where the API refuses single keys, the whole map does the same and drops nobody else's param."""
    before = connection(old)
    before["auth"]["params"] |= foreign
    found = operations(REDSHIFT, old, new)
    shown = {name: value for name, value in before["auth"]["params"].items() if name != "password"}
    document = Connection.model_validate({"id": "id", "auth": {"params": shown}})

    whole = REDSHIFT.whole_patch(found, document, new, is_in_doubt=False) or found
    after = patched(before, whole, single_params=False)

    assert after["auth"]["params"] == {**REDSHIFT.wire_params(new), **foreign}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": "new"}, {"op": "replace", "path": "/name", "value": "new"}),
        ({"description": "new"}, {"op": "add", "path": "/description", "value": "new"}),
        ({"server": "new"}, {"op": "replace", "path": "/auth/params/server", "value": "new"}),
        ({"port": 5440}, {"op": "replace", "path": "/auth/params/port", "value": "5440"}),
        ({"port": None}, {"op": "remove", "path": "/auth/params/port"}),
        ({"schema": "new"}, {"op": "add", "path": "/auth/params/schema", "value": "new"}),
        ({"password": "new"}, {"op": "replace", "path": "/auth/params/password", "value": "new"}),
    ],
)
def test_the_operation_of_each_change(changes: Properties, expected: Properties) -> None:
    """Operations and paths are those of Adobe's examples; every param is a text on the wire."""
    found = operations(REDSHIFT, INPUTS, {**INPUTS, **changes})

    assert found == [expected]
    assert REDSHIFT.after_write.concerns(found) == expected["path"].startswith("/auth/params")


@pytest.mark.parametrize("missing", ["name", "server", "database", "username", "password"])
def test_what_the_api_requires_is_never_removed(missing: str) -> None:
    """A required property that is not given stays as it is: only adopted connections lack one."""
    assert operations(REDSHIFT, INPUTS, {**INPUTS, missing: None}) == []


def test_resending_sends_secrets_only() -> None:
    """An unchanged password goes out again, and nothing beside it."""
    found = operations(REDSHIFT, INPUTS, INPUTS, resend=True)

    assert found == [{"op": "replace", "path": "/auth/params/password", "value": INPUTS["password"]}]
