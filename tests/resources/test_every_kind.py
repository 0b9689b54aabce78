"""Bad input of every kind: named by the program's words, with the way out and without the value."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_flowservice.lifecycle.check import check_inputs
from pulumi_flowservice.lifecycle.names import python_name
from pulumi_flowservice.lifecycle.properties import Properties
from pulumi_flowservice.resources.connection.authentication import Param
from pulumi_flowservice.resources.connection.kind import Kind
from pulumi_flowservice.resources.connection.kinds import KINDS
from pulumi_flowservice.resources.values import flag, host, host_alone, key_file, port, private_key
from pulumi_flowservice.settings import Settings

from tests.support.sample_inputs import ALL, KEY_FILE, PEM, SAMPLES, Sample, params

SETTINGS = Settings(sandbox="dev", ims_org="EXAMPLE@AdobeOrg")
EACH = [*params(is_secret=False), *params(is_secret=True)]
REQUIRED = [*params(is_secret=False, is_required=(True,)), *params(is_secret=True, is_required=(True,))]
HOSTS = [each for each in EACH if str(each.id).endswith((" server", " host"))]
MULTILINE = (private_key, key_file)


def problems(sample: Sample, changes: Properties, olds: Properties | None = None) -> list[str]:
    """The problems of a sample with changes; None leaves an input out."""
    news = {"name": "orders", **sample.given, **changes}
    _, found = check_inputs(sample.kind, olds or {}, news, SETTINGS)
    assert not any(sample.is_in(each) for each in found)
    return found


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_sample_is_right(sample: Sample) -> None:
    """A second check changes nothing more, so the engine may hand the inputs in again."""
    inputs, found = check_inputs(sample.kind, {}, {"name": "orders", **sample.given}, SETTINGS)

    assert found == []
    assert check_inputs(sample.kind, inputs, inputs, SETTINGS) == (inputs, [])
    assert sample.kind.authentication(inputs) == sample.way


@pytest.mark.parametrize(("sample", "param"), REQUIRED)
def test_a_required_param_is_missing(sample: Sample, param: Param) -> None:
    """By its name, also where its absence leaves several ways open."""
    [found] = problems(sample, {param.name: None})

    assert f"`{python_name(param.name)}`" in found
    assert "is missing" in found or "give the parameters of one way to authenticate" in found


@pytest.mark.parametrize(("sample", "param"), EACH)
def test_a_param_is_empty_or_of_the_wrong_type(sample: Sample, param: Param) -> None:
    """Each is one problem that begins with the name."""
    for wrong in ("", ["canary"], {"canary": 1}, 1.5):
        [found] = problems(sample, {param.name: wrong})

        assert found.startswith(f"`{python_name(param.name)}` "), found


@pytest.mark.parametrize(("sample", "param"), EACH)
def test_white_space_at_the_ends(sample: Sample, param: Param) -> None:
    """Is refused, but of a key in a file: that ends with a newline, which does not count."""
    found = [problems(sample, {param.name: f"{sample.given[param.name]}{end}"}) for end in (" ", "\n")]

    if param.type.parse in MULTILINE:
        assert found == [[], []]
    else:
        assert all(len(each) == 1 and each[0].startswith(f"`{python_name(param.name)}` ") for each in found)


@pytest.mark.parametrize("wrong", ["https://canary.example.com", "u:canary@db.example.com", "db:5432", "tcp:db,1433"])
@pytest.mark.parametrize(("sample", "param"), HOSTS)
def test_more_than_a_host(sample: Sample, param: Param, wrong: str) -> None:
    """A field that is shown is no place for a login; remedies name params that this kind has."""
    [found] = problems(sample, {param.name: wrong})

    assert found.startswith(f"`{param.name}` ")
    named = {name for name in found.split("`")[3::2] if name != "host"}
    assert named <= {python_name(each.name) for each in sample.kind.params}


@pytest.mark.parametrize("sample", [each for each in SAMPLES if len(each.values[0].kind.authentications) > 1])  # type: ignore[union-attr]  # They are samples.
def test_two_ways_at_once_and_another_way_later(sample: Sample) -> None:
    """A mixture names what was mixed; a change of the way tells how to migrate."""
    for other in (each for each in ALL if each.kind is sample.kind and each.way != sample.way):
        [mixed] = problems(sample, other.given)
        [changed] = problems(other, {}, olds={"name": "orders", **sample.given})

        assert "cannot be used together: use the parameters of only one of" in mixed
        assert f"cannot be changed from {sample.way.spec_name!r} to {other.way.spec_name!r}" in changed
        assert "Declare a second one, switch the dataflows to it, then remove this one" in changed


@pytest.mark.parametrize(("sample", "param"), [each for each in EACH if each.values[1].type.parse in MULTILINE])  # type: ignore[union-attr]
def test_64_kib_of_key(sample: Sample, param: Param) -> None:
    """No key is as long as that."""
    [found] = problems(sample, {param.name: PEM + "A" * 65536})

    assert found == f"`{python_name(param.name)}` is longer than 16384 characters: give one key, and nothing else"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----", "with `openssl pkcs8 -topk8`"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "is not a complete PKCS#8 private key"),
        (PEM.replace("KEY-----\n", "KEY-----\n!", 1), "has characters between the first and the last line"),
        (PEM.strip()[:-3], "is not a complete PKCS#8 private key"),
        (PEM.replace("\n", "\\n"), "has line breaks that are written as \\n"),
        ("canary, plainly", "is neither a private key in PEM form nor base64"),
    ],
)
def test_what_is_no_private_key(wrong: str, said: str) -> None:
    """The sentence tells what is missing."""
    with pytest.raises(ValueError, match=r"^(is|has) ") as raised:
        private_key(wrong)

    assert said in str(raised.value)
    assert "canary" not in str(raised.value)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [(KEY_FILE[:-5], "is no valid JSON: give the whole key file"), ("/canary.json", "is neither the JSON of a key")],
)
def test_what_is_no_key_file(wrong: str, said: str) -> None:
    """Neither is the path of one."""
    with pytest.raises(ValueError, match="is n") as raised:
        key_file(wrong)

    assert said in str(raised.value)
    assert "canary" not in str(raised.value)


def test_an_encrypted_key_is_taken() -> None:
    """With the lines of either system."""
    pem = PEM.replace("PRIVATE", "ENCRYPTED PRIVATE")

    assert private_key(pem) == private_key(pem.replace("\n", "\r\n")) == private_key(PEM)


@given(st.binary(min_size=1, max_size=3000), st.sampled_from(["\n", "\r\n"]))
def test_private_keys_round_trip(key: bytes, newline: str) -> None:
    """What the API gets is the base64 of the key's own base64, whatever the lines; once made, it stays."""
    body = base64.encodebytes(key).decode().replace("\n", newline)
    made = private_key(f"-----BEGIN PRIVATE KEY-----{newline}{body}-----END PRIVATE KEY-----{newline}")

    assert base64.b64decode(base64.b64decode(made)) == key
    assert private_key(made) == made


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=200) | st.integers() | st.booleans(), max_size=5))
def test_key_files_round_trip(content: dict[str, object]) -> None:
    """What the API gets is the file in base64."""
    import json

    text = json.dumps(content)

    assert base64.b64decode(key_file(f"\n{text}\n")).decode() == text
    assert key_file(key_file(text)) == key_file(text)


@given(st.sampled_from([param for kind in KINDS.values() for param in kind.params if not param.is_secret]), st.data())
def test_values_of_the_state_round_trip(param: Param, data: st.DataObject) -> None:
    """What the API shows of a visible param is what the state has."""
    names = st.from_regex(r"[a-z]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)
    known: dict[object, st.SearchStrategy[object]] = {port: st.integers(1, 65535), flag: st.booleans()}
    known |= dict.fromkeys((host, host_alone), names)
    value = data.draw(
        known.get(param.type.parse, st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
    )
    if isinstance(value, str) and value != value.strip():
        return

    assert param.type.from_wire(param.type.to_wire(param.type.parse(value))) == param.type.parse(value)


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_a_kind_is_consistent(kind: Kind) -> None:
    """A param that two ways share is one param; each is described; none has a name that all connections have."""
    for param in kind.params:
        assert {param} == {each for way in kind.authentications for each in way.params if each.name == param.name}
        assert param.description.endswith(".")
        assert param.name not in ("name", "description", "sandbox", "connectionTest", "credentialsVersion", "adopt")


def test_every_way_has_a_sample() -> None:
    """So that nothing is left out above."""
    assert {(each.kind.name, each.way.spec_name) for each in ALL} == {
        (kind.name, way.spec_name) for kind in KINDS.values() for way in kind.authentications
    }
    assert len({kind.spec_id for kind in KINDS.values()}) == len(KINDS)
