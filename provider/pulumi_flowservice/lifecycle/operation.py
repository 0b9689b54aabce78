"""Begin one call of the engine on one resource: an `Operation`, as one immutable object."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import SettingsError, during
from ..redaction import Secrets
from ..redaction.log import keep_out_of_log
from .call import Call, Run
from .preconditions import require_same_organization
from .properties import Properties
from .resource_type import Operation, ResourceType

__all__ = ["Call", "Operation", "Run", "begin"]


@contextmanager
def begin(
    run: Run,
    resource: ResourceType,
    call: Call,
    verb: str,
    properties: Properties,
    object_id: str = "",
    news: Properties | None = None,
) -> Iterator[Operation]:
    """Begin an operation, with one deadline for all its requests; errors raised inside name the activity.

    `news` are more properties, whose secrets no text may show. Raises: LifecycleError, SettingsError.
    """
    # requests and pydantic take as long to import as Pulumi itself; previews and runs without changes need neither.
    from ..api.sandbox import open_sandbox

    with during(f"{verb} {call.subject(resource.noun, properties, object_id)}"):
        require_same_organization(properties, run.settings.ims_org, resource.noun)
        if not properties.get("sandbox"):
            raise SettingsError("no sandbox: set `sandbox` or flowservice:sandbox")
        both = (properties, news or {})
        secret = {*resource.secrets, *(call.secrets or ())}
        others = {name: [each.get(name) for each in both] for name in ("sandbox", *resource.visible)}
        others = {name: values for name, values in others.items() if name not in secret}
        # Where the engine does not tell what the program made secret, any input may be.
        maybe_secret = resource.details if call.secrets is None else ()
        secrets = Secrets(
            [each.get(name) for each in both for name in secret],
            visible=others,
            replace={name: others[name] for name in maybe_secret},
        )
        keep_out_of_log(secrets)
        sandbox = open_sandbox(
            run.settings,
            properties["sandbox"],
            warn=call.warn,
            secrets=secrets,
            seconds=call.seconds,
            clock=run.clock,
        )
        yield Operation(resource, run, call, sandbox)
