"""What may be managed: only objects of this organization, sandbox and type. Each check is made before any write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import Code, LifecycleError
from ..settings.problems import why_unusable
from .names import in_words
from .properties import Properties, Unknown

if TYPE_CHECKING:
    from .call import Run
    from .resource_type import ResourceType


def require_same_organization(properties: Properties, configured: str | None, noun: str) -> None:
    """Raise a LifecycleError if the state belongs to another organization than the configured one.

    Checked before any request: the other organization answers "not found" for an object that exists.
    """
    recorded = properties.get("imsOrg")
    if recorded and configured and recorded != configured:
        raise LifecycleError(
            f"the {noun} belongs to the organization {recorded}, but {configured} is configured",
            code=Code.OTHER_ORGANIZATION,
            remedy=f"Set flowservice:imsOrg back to {recorded}. Several organizations in one stack need an explicit "
            "provider each.",
        )


def require_same_adoption(object_id: str, news: Properties, noun: str, *, is_replaced: bool = False) -> None:
    """Raise a LifecycleError if `adopt` names another object, or the one that is going to be replaced."""
    adopted = news.get("adopt")
    if adopted is None or isinstance(adopted, Unknown):
        return
    if adopted != object_id:
        raise LifecycleError(
            f"`adopt` has a different id than the {noun} that this resource manages ({object_id})",
            code=Code.OTHER_ADOPTION,
            remedy="Remove `adopt`, or declare a second resource for that id.",
        )
    if is_replaced:
        raise LifecycleError(
            f"it is going to be replaced by a new one, but `adopt` still names it ({object_id})",
            code=Code.OTHER_ADOPTION,
            remedy="Remove `adopt`: it has had its effect.",
        )


def require_ours(resource: ResourceType, current: Any, sandbox: str, organization: str | None) -> None:
    """Raise a LifecycleError if an object is of another type, organization or sandbox."""
    if not resource.is_type_of(current):
        told = f" ({found})" if (found := resource.type_told(current)) else ""
        raise LifecycleError(f"it is not a {resource.noun} of kind {resource.title}{told}", code=Code.NOT_OURS)
    if current.ims_org_id and current.ims_org_id != organization:
        raise LifecycleError(f"it belongs to the organization {current.ims_org_id}", code=Code.NOT_OURS)
    if current.sandbox_name and current.sandbox_name != sandbox:
        raise LifecycleError(f"it is in the sandbox {current.sandbox_name!r}", code=Code.NOT_OURS)


def require_same_fixed(resource: ResourceType, current: Any, inputs: Properties) -> None:
    """Raise a LifecycleError if the program gives a field that cannot be changed in place another value."""
    if differing := resource.differing({**resource.shown(current), **resource.facts(current)}, inputs):
        raise LifecycleError(
            f"{in_words(differing)} of this {resource.noun} cannot be changed in place, and the program has another "
            "value",
            code=Code.NOT_OURS,
            remedy=f"Give the value that the {resource.noun} has, or remove `adopt` to create a new one.",
        )


def warn_if_unusable(run: Run) -> None:
    """Warn, once in a run, that the write that follows this preview would fail, because a setting is missing or wrong.

    It is no error: the previews of pull requests from forks have no credentials.
    """
    error = why_unusable(run.settings)
    if error and next(run.looks) == 0:
        run.warn(f"{error.code}: `pulumi up` would fail: {error.message}. {error.remedy}")
