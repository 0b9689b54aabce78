"""What a change has to send, by the state and by what the server shows. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..errors import Code, LifecycleError
from .names import in_words
from .patches import operations
from .properties import Properties
from .resource_type import ResourceType
from .results import PatchOperation
from .versions import FOREIGN, INTERRUPTED, Version, editor, manages_secret


@dataclass(frozen=True)
class Plan:
    """What a change has to send.

    Args:
        missing: The operations that are still to be sent.
        version: The version that they are based on.
        before: The managed properties before the change; secrets as the state has them.
        foreign_write: The object as somebody else left it, after the state was recorded.
    """

    missing: list[PatchOperation]
    version: Version
    before: Properties
    foreign_write: Any = None


def plan(
    resource: ResourceType,
    before: Properties,
    after: Properties,
    version: Version,
    seen: Any = None,
    *,
    own_client: str = "",
    resend: bool = False,
) -> Plan:
    """Return what changes `before`, recorded at `version`, to `after`, if the server shows `seen` now. Pure.

    Without `seen`, the server is taken to be as the state says. Raises: LifecycleError if somebody else set a managed
    field to a value other than the old or the new one.
    """
    if seen is None:
        wanted = operations(resource, before, after, resend=resend or version.doubt == INTERRUPTED)
        return Plan(wanted, version, before)
    shown = resource.view(seen, before)
    _refuse_foreign_change(resource, seen, shown, before, after)
    managed = {name: value for name, value in shown.items() if name in before or name in after}
    managed |= {name: before[name] for name in resource.secrets if name in before}
    # A write by our own client that the state does not know is a lost attempt or an interrupted run. The secrets are
    # sent again in both cases; those of somebody else are not overwritten.
    followed = version.followed_by(seen, own_client)
    followed = followed if manages_secret(resource.secrets, before) else Version(followed.etag)
    missing = operations(resource, managed, after, resend=resend or followed.doubt == INTERRUPTED, document=seen)
    is_foreign = followed.doubt == FOREIGN and version.doubt != FOREIGN
    return Plan(missing, followed, managed, seen if is_foreign else None)


def needs_previous_values(
    resource: ResourceType, wanted: list[PatchOperation], before: Properties, after: Properties
) -> bool:
    """Return whether an undo would need a value that the state does not have.

    A field that becomes managed by this change may already have a value at the server.
    """
    becomes_managed = any(name in after and name not in before for name in resource.visible)
    return becomes_managed and resource.after_write.concerns(wanted)


def before_lost_attempt(known: Properties, now: Properties, after: Properties) -> Properties:
    """Return what the server had before a lost attempt: a value as we want it may be the work of that attempt."""
    found = {name: (known if now.get(name) == after.get(name) else now).get(name) for name in {*known, *now}}
    return {name: value for name, value in found.items() if value is not None}


def _refuse_foreign_change(
    resource: ResourceType, seen: Any, shown: Properties, before: Properties, after: Properties
) -> None:
    """Raise a LifecycleError if somebody else changed a managed field.

    A field that the state lacks becomes managed by this change, so its current value may be overwritten.
    """
    changed = [
        name
        for name in resource.visible
        if name in before
        and shown.get(name) not in (before.get(name), after.get(name))
        and (name != "name" or shown.get("name"))
    ]
    if changed:
        raise LifecycleError(
            f"{in_words(changed)} {'was' if len(changed) == 1 else 'were'} changed by {editor(seen)}; nothing was "
            "overwritten",
            code=Code.CONCURRENT_CHANGE,
            remedy="Run `pulumi refresh` to record the change in the state. Then adapt the program, or run `pulumi up` "
            "to overwrite the change.",
        )
