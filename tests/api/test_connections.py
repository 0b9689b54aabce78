"""The endpoints against the emulator: what is read is what was asked for, and no strange answer can steer them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qs, unquote

import pytest
from flowservice_emulator.server import Emulator
from pulumi_flowservice.api import endpoint
from pulumi_flowservice.api.client import FlowServiceClient
from pulumi_flowservice.api.connections import Connections
from pulumi_flowservice.api.models import Connection
from pulumi_flowservice.api.outcomes import Applied, Gone, NotApplied, Unknown
from pulumi_flowservice.errors import AnswerError, Code, FlowServiceError, MalformedAnswerError, Reason
from pulumi_flowservice.redaction import LEFT_OUT, Secrets

from tests.support.sending import connection, sandbox_of, soon

RENAME = [{"op": "replace", "path": "/name", "value": "renamed"}]
SECRET = 'canary "of" the\\password'


@pytest.fixture
def connections(client: FlowServiceClient) -> Connections:
    """Return the connections of a sandbox of the emulator."""
    return sandbox_of(client).connections


def make(connections: Connections, name: str = "orders") -> Applied:
    """Create a connection."""
    made = connections.create(connection(name))
    assert isinstance(made, Applied)
    return made


def test_one_life(connections: Connections, flowservice_emulator: Emulator) -> None:
    """Create, read, change, list and delete, with one token."""
    made = make(connections)
    read = connections.get(made.id)
    assert isinstance(read, Connection)
    changed = connections.patch(made.id, RENAME, read.etag or "")
    listed = list(connections.list("name==renamed"))

    assert read.name == "orders"
    assert isinstance(changed, Applied) and changed.etag not in (None, read.etag)
    assert [each.id for each in listed] == [made.id]
    assert isinstance(connections.delete(made.id), Applied)
    assert isinstance(connections.get(made.id), Gone)
    assert isinstance(connections.delete(made.id), Gone)
    assert len(flowservice_emulator.log("POST", "/ims/token/v3")) == 1


def test_two_sandboxes_are_apart(client: FlowServiceClient) -> None:
    """One client serves both, each by an endpoint of its own."""
    made = make(sandbox_of(client).connections)

    assert isinstance(sandbox_of(client, "stage").connections.get(made.id), Gone)


@pytest.mark.parametrize("kind", ["status", "reset", "lost_answer"])
def test_a_read_gets_over_trouble(kind: str, connections: Connections, flowservice_emulator: Emulator) -> None:
    """503, a connection closed, an answer lost: three times each."""
    made = make(connections)
    flowservice_emulator.fault("GET", "/connections/*", times=3, kind=kind)

    assert isinstance(connections.get(made.id), Connection)
    assert len(flowservice_emulator.log("GET", "/connections/*")) == 4


def test_a_read_that_stays_without_an_answer_speaks_of_no_write(
    connections: Connections, flowservice_emulator: Emulator
) -> None:
    """Nothing can have been applied by it."""
    made = make(connections)
    flowservice_emulator.fault("GET", "/connections/*", kind="reset")
    flowservice_emulator.fault("GET", "/connections/*", status=403)

    with pytest.raises(AnswerError) as raised:
        connections.get(made.id)

    assert "earlier" not in str(raised.value)


@pytest.mark.parametrize("id_", ["../flows", "a/b", "..", "", "a?limit=1", "a#b", "%2e%2e", "a\r\nX: y", "é"])
def test_an_id_never_names_another_resource(id_: str, connections: Connections, flowservice_emulator: Emulator) -> None:
    """Such an id is refused before anything is sent."""
    asks: list[Callable[[], object]] = [
        lambda: connections.get(id_),
        lambda: connections.patch(id_, RENAME, '"e"'),
        lambda: connections.delete(id_),
        lambda: connections.test(id_),
        lambda: connections.explore(id_),
    ]

    for ask in asks:
        with pytest.raises(MalformedAnswerError, match="not a valid connection id"):
            ask()
    assert flowservice_emulator.log() == []


@pytest.mark.parametrize("kind", ["wrong_types", "deep_json", "huge_body", "redirect"])
def test_strange_answers_are_errors(
    kind: str, client: FlowServiceClient, connections: Connections, flowservice_emulator: Emulator
) -> None:
    """Of every method, with the request's id, and never a wrong "gone"."""
    made = make(connections)
    asks: list[Callable[[], object]] = [
        lambda: list(connections.list()),
        lambda: connections.get(made.id),
        lambda: connections.test(made.id),
        lambda: connections.explore(made.id),
        lambda: connections.explore_table(made.id, "public.orders"),
        lambda: sandbox_of(client).flows.using(made.id),
        lambda: sandbox_of(client).flows.by_connection(),
    ]
    flowservice_emulator.fault("GET", "**", times=None, kind=kind)

    for ask in asks:
        with pytest.raises(FlowServiceError) as raised:
            ask()
        assert raised.value.refusal is not Reason.GONE
        assert raised.value.code != Code.NOT_FOUND
        assert "(request " in str(raised.value)


@pytest.mark.parametrize("token", ["t1", "a+b/c==", "a%20b"])
def test_the_next_page_is_asked_of_the_configured_host(
    token: str, connections: Connections, flowservice_emulator: Emulator
) -> None:
    """A link to another host would take the token there; only its `continuationToken` is used, letter by letter."""
    link = {"next": {"href": f"https://evil.example.com/connections?limit=7&continuationToken={token}"}}
    flowservice_emulator.fault("GET", "/connections", kind="wrong_types", json={"items": [], "_links": link})
    flowservice_emulator.fault("GET", "/connections", kind="wrong_types", json={"items": []})

    assert list(connections.list("name==x")) == []

    query = parse_qs(flowservice_emulator.log("GET", "/connections")[1].query)
    assert query == {"property": ["name==x"], "limit": ["100"], "continuationToken": [unquote(token)]}


def test_pages_that_form_a_circle_end(connections: Connections, flowservice_emulator: Emulator) -> None:
    """The same page twice is an error, not a loop."""
    page = {"items": [], "_links": {"next": {"href": "/connections?continuationToken=again"}}}
    flowservice_emulator.fault("GET", "/connections", times=None, kind="wrong_types", json=page)

    with pytest.raises(MalformedAnswerError, match="same next page twice"):
        list(connections.list())


def test_a_list_without_end_ends(
    connections: Connections, flowservice_emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Always another page is an error too, after a thousand of them; here after three."""
    monkeypatch.setattr(endpoint, "MOST_PAGES", 3)
    for number in range(4):
        page = {"items": [], "_links": {"next": {"href": f"/connections?continuationToken={number}"}}}
        flowservice_emulator.fault("GET", "/connections", kind="wrong_types", json=page)

    with pytest.raises(MalformedAnswerError, match="more than 3 pages"):
        list(connections.list())


def test_another_connection_than_the_one_asked_for_is_refused(
    connections: Connections, flowservice_emulator: Emulator
) -> None:
    """A confused cache must not put one connection's values into another's state."""
    made, other = make(connections, "a"), make(connections, "b")
    entry = {"id": other.id, "name": "b"}
    flowservice_emulator.fault("GET", "/connections/*", kind="wrong_types", json={"items": [entry]})

    with pytest.raises(MalformedAnswerError, match="another connection"):
        connections.get(made.id)


@pytest.mark.parametrize(
    "odd",
    [{"name": ["canary"]}, {"auth": "canary"}, {"createdAt": "canary"}, {"connectionSpec": ["canary"]}],
    ids=lambda odd: next(iter(odd)),
)
def test_an_odd_entry_is_left_out_of_a_list_and_warned_of_once(
    odd: dict[str, object], client: FlowServiceClient, flowservice_emulator: Emulator
) -> None:
    """It is somebody else's, and must not be in the way of everything in its sandbox; its values are not shown."""
    warnings: list[str] = []
    sandbox = sandbox_of(client, warn=warnings.append)
    connections = sandbox.connections
    entries = [{"id": "first"}, {"id": "odd", **odd}, {"id": "last"}]
    flowservice_emulator.fault("GET", "/connections", times=2, kind="wrong_types", json={"items": entries})

    listed = [[each.id for each in found.list()] for found in (connections, sandbox.after_write().connections)]

    assert listed == [["first", "last"]] * 2
    [warning] = warnings
    assert warning.startswith(
        f"{Code.ODD_ENTRY}: entry 'odd' of a list was left out: the API's list entry does not have the documented form "
        f"in: {next(iter(odd))}"
    )
    assert "canary" not in warning
    assert connections.odd_entries == {"odd": entries[1]}


def test_odd_flows_are_left_out_too(client: FlowServiceClient, flowservice_emulator: Emulator) -> None:
    """Lists of every kind of object are read alike."""
    warnings: list[str] = []
    sources = [{"id": "odd-source", "baseConnectionId": 7}, {"id": "source", "baseConnectionId": "base"}]
    flows = [{"id": "odd-flow", "sourceConnectionIds": 7}, {"id": "flow", "sourceConnectionIds": ["source"]}]
    flowservice_emulator.fault("GET", "/sourceConnections", kind="wrong_types", json={"items": sources})
    flowservice_emulator.fault("GET", "/flows", kind="wrong_types", json={"items": flows})

    used = sandbox_of(client, warn=warnings.append).flows.by_connection()

    assert {base: [flow.id for flow in found] for base, found in used.items()} == {"base": ["flow"]}
    assert [warning[: warning.index(" of a list")] for warning in warnings] == [
        f"{Code.ODD_ENTRY}: entry 'odd-source'",
        f"{Code.ODD_ENTRY}: entry 'odd-flow'",
    ]


@pytest.mark.parametrize("entry", [{"name": "x"}, {"id": 7}, {"id": None}, "odd", None, ["odd"]], ids=str)
def test_an_entry_without_an_id_fails_the_list(
    entry: object, connections: Connections, flowservice_emulator: Emulator
) -> None:
    """Nobody could say which object was left out; such a list is no list of the API."""
    page = {"items": [{"id": "first"}, entry]}
    flowservice_emulator.fault("GET", "/connections", kind="wrong_types", json=page)

    with pytest.raises(MalformedAnswerError, match=r"the API's list entry does not have .* \(request "):
        list(connections.list())


def test_a_read_of_an_odd_connection_is_an_error(connections: Connections, flowservice_emulator: Emulator) -> None:
    """What was asked for by its id cannot be left out."""
    made = make(connections)
    odd = {"items": [{"id": made.id, "auth": "odd"}]}
    flowservice_emulator.fault("GET", "/connections/*", kind="wrong_types", json=odd)

    with pytest.raises(MalformedAnswerError, match=r"the API's connection does not have .* auth"):
        connections.get(made.id)


def test_gone_in_adobe_s_published_envelope(connections: Connections, flowservice_emulator: Emulator) -> None:
    """Read and delete agree; Adobe publishes this envelope also for a dataflow that an access label hides."""
    made = make(connections)
    text = f"The requested connections resource {made.id} is not found."
    body = {
        "type": "https://ns.adobe.com/aep/errors/FLOW-1439-404",
        "title": "Resource not found",
        "status": 404,
        "report": {"detailed-message": text, "id": made.id, "request-id": "x", "type": "connections"},
        "errorMessage": text,
        "errorDetails": text,
    }
    flowservice_emulator.fault("*", "/connections/*", times=None, status=404, json=body)

    for found in (connections.get(made.id), connections.delete(made.id)):
        assert isinstance(found, Gone) and found.may_be_hidden
        assert "the API answered 404 1439-404: Resource not found" in str(found.error)


def test_a_refused_login_has_a_reason_of_its_own(connections: Connections, flowservice_emulator: Emulator) -> None:
    """1308-400 quotes the connector, which asked the database."""
    made = make(connections)
    body = {"type": "x/FLOW-1308-400", "title": "Bad Request", "detail": "Error message: login failed"}
    flowservice_emulator.fault("GET", "/connections/*/test", status=400, json=body)

    with pytest.raises(AnswerError, match="login failed") as raised:
        connections.test(made.id)
    assert raised.value.refusal is Reason.DATABASE


def test_a_connection_in_use_is_not_deleted(
    client: FlowServiceClient, connections: Connections, flowservice_emulator: Emulator
) -> None:
    """The API names no flow; the flows of the sandbox tell which one it is, and no others."""
    made, other = make(connections, "used"), make(connections, "other")
    flow = flowservice_emulator.use_connection(made.id, "Orders")
    flowservice_emulator.use_connection(other.id, "Others")

    outcome = connections.delete(made.id)

    assert isinstance(outcome, NotApplied) and outcome.reason is Reason.IN_USE
    assert outcome.error.code == Code.IN_USE
    assert [each.id for each in sandbox_of(client).flows.using(made.id)] == [flow]
    assert sandbox_of(client).flows.by_connection()[made.id][0].name == "Orders"


def test_an_unused_connection_has_no_flows(client: FlowServiceClient, connections: Connections) -> None:
    """The list of all flows is not even read."""
    made = make(connections)

    assert sandbox_of(client).flows.using(made.id) == []
    assert sandbox_of(client).flows.by_connection() == {}


def test_an_echo_of_the_request_leaks_nothing(client: FlowServiceClient, flowservice_emulator: Emulator) -> None:
    """A 4xx body that quotes the request with its headers shows neither password nor token."""
    flowservice_emulator.fault("POST", "/connections", status=400, body="echo")

    token = client._tokens.token(soon(client.clock))
    sandbox = replace(sandbox_of(client), quote=Secrets([SECRET]).quote)
    outcome = sandbox.connections.create(connection(password=SECRET))

    assert isinstance(outcome, NotApplied)
    shown = f"{outcome} {outcome.error} {outcome.error!r} {vars(outcome.error)}"
    assert LEFT_OUT in shown
    for piece in ("canary", "the\\", token):
        assert piece not in shown


@pytest.mark.parametrize(("deny", "words"), [("read", "View Sources"), ("write", "Manage Sources")])
def test_a_missing_permission_is_explained(
    deny: str, words: str, connections: Connections, flowservice_emulator: Emulator
) -> None:
    """The text names the permissions as the administrator sees them."""
    flowservice_emulator.settings(deny=[deny])

    if deny == "read":
        with pytest.raises(AnswerError) as raised:
            list(connections.list())
        error: FlowServiceError = raised.value
    else:
        outcome = connections.create(connection())
        assert isinstance(outcome, (NotApplied, Unknown))
        error = outcome.error

    assert isinstance(error, AnswerError) and error.refusal is Reason.PERMISSION
    assert words in str(error)
