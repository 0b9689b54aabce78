"""Compare the state of a resource with new inputs. What it answers depends on its arguments alone."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..errors import during
from .operation import Call, Run
from .outputs import TEST_REFUSED, part_ids
from .patches import changed_names, operations, sent_otherwise
from .preconditions import require_same_adoption, require_same_organization
from .properties import Properties, has_unknown
from .resource_type import ResourceType
from .versions import INTERRUPTED, Version


@dataclass(frozen=True)
class Diff:
    """Whether an update is needed, the properties that need a replacement, and all that would be sent."""

    changes: bool
    replaces: list[str] = field(default_factory=list)
    properties: list[str] = field(default_factory=list)


def diff(run: Run, resource: ResourceType, call: Call, object_id: str, olds: Properties, news: Properties) -> Diff:
    """Return what would change, without any request.

    Raises: LifecycleError, also if another resource of the program has the object.
    """
    run.registry.seen(object_id, parts=part_ids(resource, olds).values())
    with during(f"comparing {call.subject(resource.noun, olds, object_id)}"):
        require_same_organization(olds, run.settings.ims_org, resource.noun)
        found = compare(resource, olds, news)
        require_same_adoption(object_id, news, resource.noun, is_replaced=bool(found.replaces))
        if not found.replaces:
            resource.refuse_change(call, olds, news, run.clock.wall())
        else:
            subject = call.subject(resource.noun, olds, object_id)
            if warning := resource.replacement_notice(subject, olds, news, found.replaces):
                call.warn(warning)
        if olds.get(TEST_REFUSED):
            run.registry.failed(call.owner)
        run.registry.owned_by(object_id, call.owner, resource.noun, is_replaced=bool(found.replaces))
        run.registry.replaced_by(object_id, news if found.replaces and resource.is_deleted_first else None)
        return found


def compare(resource: ResourceType, olds: Properties, news: Properties) -> Diff:
    """Return what would change. Only another sandbox, or another value of a field that says so, needs a replacement.

    Such a field that the program leaves out later stays as it is.
    """
    # In a preview, an unknown value may differ: that is shown as an update, and not as a replacement, unless that would
    # delete first: what depends on something that is replaced has unknown values, and goes before it.
    unknown = [name for name, value in news.items() if has_unknown(value)]
    known = {**news, **{name: olds.get(name) for name in unknown}}
    is_moved = known.get("sandbox") is not None and olds.get("sandbox") != known["sandbox"]
    replaces = [*(["sandbox"] if is_moved else ()), *resource.differing(olds, known)]
    if resource.is_deleted_first:
        replaces += [name for name in unknown if name in resource.fixed]
    # Not for FOREIGN: somebody else's password is overwritten only if the program asks for it.
    resend = is_resend_asked(olds, known) or Version.of_state(resource.secrets, olds).doubt == INTERRUPTED
    patched = changed_names(resource, operations(resource, olds, known, resend=resend))
    sent = [field.name for field in sent_otherwise(resource, olds, known)]
    changed = list(dict.fromkeys((*unknown, *replaces, *patched, *sent)))
    return Diff(bool(changed or olds.get(TEST_REFUSED)), replaces, changed)


def is_resend_asked(olds: Properties, news: Properties) -> bool:
    """Return whether the program asks to send the secrets although they are equal to those in the state."""
    return olds.get("credentialsVersion") != news.get("credentialsVersion")
