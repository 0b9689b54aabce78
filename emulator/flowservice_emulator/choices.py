"""List the choices: what Adobe's documents leave open, or answer in two ways.

Each is a setting. Its first option is the default reading, the others fit the documents as well, and a seed
(`vary`) picks one of each. docs/engineering/emulator.md lists them with the documents behind every option.
"""

from __future__ import annotations

import random
from dataclasses import Field, dataclass, field, fields
from functools import cache
from typing import Any, Literal, get_args, get_type_hints

Option = str | int | float | bool


def _choice(default: Option, question: str, *, options: tuple[Option, ...] = ()) -> Any:
    """Declare a choice; `options` are for those that are not a Literal or bool."""
    return field(default=default, metadata={"question": question, "options": options})


@dataclass(frozen=True)
class Choices:
    """One field per choice."""

    secrets: Literal["omitted", "masked", "encrypted", "plain"] = _choice(
        "omitted", "how a secret parameter such as `password` reads back"
    )
    initializing_seconds: float = _choice(0, "how long a new connection stays `initializing`", options=(0, 0.3))
    times: Literal["milliseconds", "seconds"] = _choice(
        "milliseconds", "whether times keep their milliseconds, or end in 000"
    )
    ties: Literal["newest first", "oldest first", "by id"] = _choice(
        "newest first", "how list entries with the same time are ordered"
    )
    not_found: Literal["404", "1101-404", "1439-400", "1439-404"] = _choice("404", "how an unknown id is answered")
    bad_spec: Literal["message", "1413-400"] = _choice("message", "how an unknown connection spec is refused")
    missing_version: Literal["422", "newest"] = _choice("422", "how a create with a spec without `version` is answered")
    stale_etag: Literal["legacy", "1404-412"] = _choice("legacy", "the envelope of 412")
    unquoted_etag: Literal["refused", "accepted"] = _choice("refused", "whether `If-Match` works without the quotes")
    error_scheme: Literal["https", "http"] = _choice("https", "the scheme of an error's `type`")
    error_message: bool = _choice(True, "whether coded errors carry `errorMessage` and `errorDetails`")
    error_report: Literal["request-id", "tenantInfo"] = _choice("request-id", "what an error's `report` holds")
    gateway_codes: Literal["strings", "numbers"] = _choice("strings", "the type of the gateway's `error_code`")
    missing_sandbox: Literal["2105-400", "prod", "2106-404"] = _choice(
        "2105-400", "how a request without `x-sandbox-name` is answered"
    )
    missing_organization: Literal["2002-401", "400003"] = _choice(
        "2002-401", "how a request without `x-gw-ims-org-id` is refused"
    )
    foreign_organization: Literal["2000-401", "403025", "1009-403"] = _choice(
        "2000-401", "how another organization is refused"
    )
    delete_status: Literal[204, 202] = _choice(204, "what a DELETE answers")
    patch_body: Literal["array", "object too"] = _choice(
        "array", "whether PATCH accepts one operation in upper case, as an object instead of an array"
    )
    single_params: bool = _choice(True, "whether PATCH takes `/auth/params/{key}`")
    idle_patch: Literal["new etag", "same etag"] = _choice("new etag", "what a PATCH without effect does to the etag")
    etags: Literal["Azure", "AWS"] = _choice("Azure", "the form of an etag")
    author: Literal["technical account", "client"] = _choice(
        "technical account", "what `createdBy` and `updatedBy` name"
    )
    location: Literal["path", "URL"] = _choice("path", "the form of the header `Location`")
    request_id: Literal["echoed", "absent"] = _choice("echoed", "whether `x-request-id` comes back")
    expires_in_unit: Literal["s", "ms"] = _choice("s", "the unit of the token's `expires_in`")
    unknown_fields: Literal["dropped", "refused"] = _choice(
        "dropped", "what a create does with unknown top-level fields"
    )
    links: Literal["always", "when needed"] = _choice("always", "whether the last page has an empty `_links`")
    default_page: Literal[100, 20] = _choice(100, "the page size without `limit`")
    large_limit: Literal["capped", "refused"] = _choice("capped", "what a `limit` above the maximum does")
    extra_fields: bool = _choice(False, "whether answers hold fields beyond the samples, such as `lastOperation`")
    added_params: bool = _choice(False, "whether the service adds parameters of its own to `auth.params`")
    refused_login: Literal["false", "1308-400"] = _choice("false", "what `/test` answers when the login is refused")
    use: Literal["flows", "source connections too"] = _choice("flows", "what prevents the deletion of a connection")
    spec_types: Literal["Basic_Authentication", "basicAuthentication"] = _choice(
        "Basic_Authentication", "the spelling of `authSpec[].type`"
    )
    name_filter: Literal["exact", "substring"] = _choice(
        "exact", "how the `name` filter of datasets and mapping sets compares"
    )
    schema_ref: Literal["shown", "when asked", "empty"] = _choice(
        "shown", "whether a dataset shows its `schemaRef`: always, if `properties` names it, or as `{}`"
    )
    content_type: Literal[
        "application/vnd.adobe.xed+json;version=1",
        "application/vnd.adobe.xed-full+json;version=1",
        "application/vnd.adobe.xed-full-notext+json; version=1",
    ] = _choice("application/vnd.adobe.xed+json;version=1", "the content type in the `schemaRef` of a dataset")
    mapping_set_delete: Literal[204, 405] = _choice(204, "what DELETE of a mapping set answers")
    mapping_set_dates: Literal["milliseconds", "ISO 8601"] = _choice("milliseconds", "the dates of mapping sets")
    source_types: Literal["text/x.schema-path", "ATTRIBUTE"] = _choice(
        "text/x.schema-path", "how the source type of a mapping reads back"
    )
    static_mappings: Literal["accepted", "refused"] = _choice("accepted", "whether a mapping can be `STATIC`")
    transition_seconds: float = _choice(
        0, "how long a flow stays `updating`, `enabling`, `disabling` or `delete-finalizing`", options=(0, 0.3)
    )
    idle_action: Literal["1422-400", "accepted"] = _choice("1422-400", "what enabling an enabled flow answers")
    past_start: Literal["1360-400", "accepted"] = _choice("1360-400", "whether a start time can be in the past")
    whole_schedule: bool = _choice(True, "whether PATCH takes `/scheduleParams` as a whole")
    flow_delete: Literal["the flow alone", "its connections too"] = _choice(
        "the flow alone", "what DELETE of a flow removes"
    )
    table_check: Literal["flow", "source connection", "never"] = _choice(
        "flow", "which POST asks the database for the table"
    )
    bad_dataset: Literal["flow", "target connection"] = _choice("flow", "which POST refuses an unknown dataset")
    schedule_values: Literal["as sent", "strings", "numbers"] = _choice(
        "as sent", "the types of `scheduleParams` in a GET"
    )
    mapping_version: Literal["string", "number"] = _choice("string", "the type of `mappingVersion` in a GET")
    transformation_order: Literal["as sent", "reversed"] = _choice("as sent", "the order of transformations in a GET")
    runs_link: Literal["/flows/{id}/runs", "/runs?property=flowId=={id}"] = _choice(
        "/flows/{id}/runs", "the form of `runs` in a flow"
    )
    columns: Literal["as sent", "missing"] = _choice("as sent", "whether a source connection shows its columns")
    part_patch: Literal["list", "id and etag"] = _choice("list", "what PATCH of a source or target connection answers")
    redshift_filters: bool = _choice(True, "whether Redshift supports filters at source")
    transformation_spec: Literal["transformationSpecs", "transformationSpec"] = _choice(
        "transformationSpecs", "the key of the transformations in a flow spec"
    )
    run_seconds: float = _choice(0, "how long a run is in progress", options=(0, 0.3))
    run_etag: bool = _choice(False, "whether a run changes the etag of its flow")
    run_status: Literal["lower case", "capitals"] = _choice("lower case", "how the status of a run is written")
    run_spelling: Literal["etag/activities", "eTag/activites"] = _choice(
        "etag/activities", "the spelling of two keys in runs"
    )
    on_demand_runs: Literal["items", "id and etag", "run", "1427-400"] = _choice(
        "items", "what POST of a run answers: one of three forms, or a refusal"
    )
    once_state: Literal["enabled", "disabled"] = _choice("enabled", "the state of a one-time flow after its run")
    missed_windows: Literal["caught up", "skipped"] = _choice(
        "caught up", "what becomes of windows that a disabled flow misses"
    )


@cache
def choices() -> tuple[tuple[str, str, tuple[Option, ...]], ...]:
    """Return name, question and options of every choice; the first option is the default."""
    hints = get_type_hints(Choices)
    return tuple((each.name, each.metadata["question"], _options(each, hints[each.name])) for each in fields(Choices))


def chosen(seed: int | None) -> dict[str, Option]:
    """Return the option of every choice that a seed picks; the defaults without a seed.

    Each choice has its own chance, so that a new one changes nothing about those there are.
    """
    if seed is None:
        return {name: options[0] for name, _, options in choices()}
    return {name: random.Random(f"{seed} {name}").choice(options) for name, _, options in choices()}  # noqa: S311  # Reproducible chance, not secrecy.


def _options(choice: Field[Any], hint: object) -> tuple[Option, ...]:
    if choice.metadata["options"]:
        return tuple(choice.metadata["options"])
    return (choice.default, not choice.default) if hint is bool else get_args(hint)
