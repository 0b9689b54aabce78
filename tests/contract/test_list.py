"""Listing, filtering, ordering, paging, counting and searching."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.contract.api import REDSHIFT, FlowServiceApi, names, refused


@pytest.fixture
def three(api: FlowServiceApi) -> list[str]:
    """Three connections, `-a` to `-c`, made at different times; returns their ids in the order of creation."""
    created = []
    for suffix in ("-a", "-b", "-c"):
        created.append(api.create(suffix, server=f"{api.prefix}.example.com")[0])
        api.pause()
    return created


def ours(api: FlowServiceApi) -> str:
    """Return a filter that selects what this test made."""
    return f"auth.params.server=={api.prefix}.example.com"


def ids(api: FlowServiceApi, *filters: str, **query: str) -> list[str]:
    """Return the ids that a list answers."""
    return [item["id"] for item in api.list("/connections", *filters, **query).json["items"]]


def test_the_most_recently_changed_come_first(api: FlowServiceApi, three: list[str]) -> None:
    """A list begins with the newest, and a change makes a connection the newest."""
    etag = api.get(three[0])["etag"]
    before = ids(api, ours(api))

    api.patch(three[0], etag, {"op": "add", "path": "/description", "value": "changed"})

    assert before == [three[2], three[1], three[0]]
    assert ids(api, ours(api)) == [three[0], three[2], three[1]]


def test_a_list_goes_on_at_its_next_link(api: FlowServiceApi, three: list[str]) -> None:
    """Pages hold `limit` items; the link is relative, holds a token, and the last page has none."""
    first = api.list("/connections", ours(api), limit="2").json
    link = first["_links"]["next"]["href"]

    second = api.send("GET", link).json

    assert link.startswith("/connections?continuationToken=")
    assert [item["id"] for item in first["items"] + second["items"]] == [three[2], three[1], three[0]]
    assert "next" not in second.get("_links", {})


def test_a_continuation_token_works_by_itself(api: FlowServiceApi, three: list[str]) -> None:
    """The token may be taken out of the link and sent with the same parameters again."""
    link = api.list("/connections", ours(api), limit="1").json["_links"]["next"]["href"]
    [token] = parse_qs(urlsplit(link).query)["continuationToken"]

    answer = api.list("/connections", ours(api), limit="1", continuationToken=token)

    assert names(answer) == [f"{api.prefix}-b"]


def test_a_name_selects(api: FlowServiceApi, three: list[str]) -> None:
    """`property=name==VALUE` selects by equality."""
    assert ids(api, f"name=={api.prefix}-b") == [three[1]]


def test_quotes_around_a_value_are_not_part_of_it(api: FlowServiceApi, three: list[str]) -> None:
    """Older tutorials write values in quotes."""
    assert ids(api, f'name=="{api.prefix}-b"') == [three[1]]


def test_a_comma_means_or(api: FlowServiceApi, three: list[str]) -> None:
    """Several values select what equals any of them."""
    assert set(ids(api, f"id=={three[0]},{three[2]}")) == {three[0], three[2]}


def test_repeated_filters_mean_and(api: FlowServiceApi, three: list[str]) -> None:
    """Each filter narrows the selection."""
    assert ids(api, f"connectionSpec.id=={REDSHIFT}", ours(api), f"name=={api.prefix}-c") == [three[2]]
    assert ids(api, "state==disabled", ours(api)) == []


def test_times_can_be_compared(api: FlowServiceApi, three: list[str]) -> None:
    """Timestamps compare as numbers."""
    second = api.get(three[1])["createdAt"]

    assert set(ids(api, ours(api), f"createdAt>={second}")) >= {three[1], three[2]}
    assert three[2] not in ids(api, ours(api), f"createdAt<{second}")


@pytest.mark.parametrize(
    ("orderby", "order"), [("name", ["-a", "-b", "-c"]), ("-name", ["-c", "-b", "-a"]), ("+name", ["-a", "-b", "-c"])]
)
@pytest.mark.usefixtures("three")
def test_a_list_can_be_ordered(api: FlowServiceApi, orderby: str, order: list[str]) -> None:
    """A minus before the field means descending; a plus, or nothing, ascending."""
    answer = api.list("/connections", ours(api), orderby=orderby)

    assert names(answer) == [api.prefix + suffix for suffix in order]


@pytest.mark.usefixtures("three")
def test_an_ordered_list_has_pages_too(api: FlowServiceApi) -> None:
    """The order holds across pages."""
    first = api.list("/connections", ours(api), orderby="-name", limit="2").json

    assert names(api.send("GET", first["_links"]["next"]["href"])) == [f"{api.prefix}-a"]


@pytest.mark.usefixtures("three")
def test_a_count_comes_without_items(api: FlowServiceApi) -> None:
    """`count=true` answers the number and nothing else."""
    assert api.list("/connections", ours(api), count="true").json == {"count": 3}


@pytest.mark.reads
def test_count_and_limit_exclude_each_other(api: FlowServiceApi) -> None:
    """400 with code 1401."""
    assert refused(api.list("/connections", count="true", limit="5"), 400, "1401-400")


@pytest.mark.reads
@pytest.mark.parametrize(
    ("filters", "code"),
    [
        ("connections==x", "1449-400"),
        ("name!>x", "1450-400"),
        ("name~x", "1440-400"),
        ("id>=x", "1448-400"),
        ("createdAt>=1,2", "1443-400"),
        ("createdAt>=yesterday", "1452-400"),
        ("createdAt==", "1453-400"),
    ],
)
def test_a_bad_filter_is_refused(api: FlowServiceApi, filters: str, code: str) -> None:
    """400 with the code that says what is wrong with it."""
    assert refused(api.list("/connections", filters), 400, code)


@pytest.mark.reads
@pytest.mark.parametrize(("orderby", "code"), [("--name", "1432-400"), ("#id", "1433-400")])
def test_a_bad_order_is_refused(api: FlowServiceApi, orderby: str, code: str) -> None:
    """400 with code 1432 for the prefix, 1433 for the field."""
    assert refused(api.list("/connections", orderby=orderby), 400, code)


@pytest.mark.reads
def test_an_unknown_parameter_is_refused(api: FlowServiceApi) -> None:
    """400 with code 1451, naming it."""
    assert refused(api.list("/connections", testParam="1"), 400, "1451-400", "testParam")


@pytest.mark.usefixtures("three")
def test_a_search_takes_its_query_in_the_body(api: FlowServiceApi) -> None:
    """`POST /connections/search` answers what a list answers."""
    body = {"queryString": ours(api), "orderby": "name", "limit": 2}

    answer = api.send("POST", "/connections/search", body)

    assert names(answer) == [f"{api.prefix}-a", f"{api.prefix}-b"]
