"""What a change of a dataflow means: in place, refused because it has started, or a replacement with its rows."""

from __future__ import annotations

from typing import Any

from ...errors import Code, LifecycleError, notice
from ...lifecycle.call import Call
from ...lifecycle.names import in_words
from ...lifecycle.properties import Properties, has_unknown
from . import mapping, schedule

NEW_SET = "/transformations"
"""The place of an operation that stands for a new mapping, until the mapping set is written."""


def refuse_change(call: Call, olds: Properties, news: Properties, now: float) -> None:
    """Raise a LifecycleError for a change that is not possible any more; `now` is epoch seconds."""
    start, old = olds.get("startTime"), olds.get("schedule")
    if start is not None and schedule.epoch(start) <= now and old is not None:
        _refuse_frozen(olds, news, {**old, "startTime": old.get("startTime") or start})
    read = olds.get("columns") or olds.get("sourceColumns")
    wanted = news.get("mapping")
    if not read or wanted is None or has_unknown(wanted) or wanted == olds.get("mapping"):
        return
    unread = [path for path, each in wanted.items() if isinstance(each, str) and each not in read]
    if unread:
        shown = [mapping.shown_path(path, call) for path in unread]
        raise LifecycleError(
            f"`mapping` has a column that the dataflow does not read, for {', '.join(dict.fromkeys(shown))}",
            code=Code.FROZEN,
            remedy="What a dataflow reads is fixed when it is created. Write `columns` out, with this one, to replace "
            "the dataflow; rows that were ingested then come again unless `backfill` is false.",
        )


def _refuse_frozen(olds: Properties, news: Properties, old: Properties) -> None:
    new = news.get("schedule")
    if new is None or has_unknown(new):
        return
    frozen = schedule.frozen_keys(old, {**{k: v for k, v in old.items() if k in ("startTime", "backfill")}, **new})
    mapped = news.get("mapping")
    if old["frequency"] == schedule.ONCE and not has_unknown(mapped) and mapped != olds.get("mapping"):
        frozen.append("mapping of a one-time dataflow")
    # An update that gives what the flow always had by default.
    frozen = [each for each in frozen if not (each == "backfill" and "backfill" not in old and new["backfill"])]
    if frozen:
        raise LifecycleError(
            f"this cannot be changed after the start of the dataflow: {', '.join(frozen)}",
            code=Code.FROZEN,
            remedy="Put the old value back into the program; or replace the dataflow on purpose, with "
            "`pulumi up --replace` and its URN: it then begins anew, and rows may come a second time.",
        )


def replacement_notice(subject: str, news: Properties, names: list[str]) -> str:
    """Return what a replacement means for the rows of a dataflow."""
    subject = f"{subject}: because of {in_words(names)}, it "
    unknown = all(has_unknown(news.get(name)) for name in names)
    plan = "may be deleted and created anew, if that changes. " if unknown else "will be deleted and created anew. "
    planned = news.get("schedule")
    again = not isinstance(planned, dict) or has_unknown(planned) or planned.get("backfill", True)
    rows = (
        "Rows that were ingested stay in the dataset, and come a second time unless `backfill` is false"
        if again
        else "Rows that were ingested stay in the dataset; those that have changed since the last run may be missing "
        "(not documented)"
    )
    return notice(Code.ROWS_AGAIN, subject + plan + rows)


def means_mapping(olds: Properties, new: Any) -> bool:
    """Return whether a mapping means what the state has: a constant may be written as an expression."""
    old = olds.get("mapping")
    return isinstance(old, dict) and isinstance(new, dict) and mapping.is_like(old, mapping.rows(new))


def patch_mapping(document: Any, _old: Any, new: Any) -> list[dict[str, Any]]:
    """Return the operation that stands for a new mapping: what it sends is known once the mapping set is written."""
    return [{"op": "replace", "path": NEW_SET, "value": new}]
