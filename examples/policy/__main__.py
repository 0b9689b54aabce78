"""Four rules for connections and dataflows, whichever of the two providers makes them.

Policies see what the program declares, before anything is created: `pulumi preview --policy-pack examples/policy`.
Change the constants to your sandboxes and names.
"""

import re

from pulumi_policy import (
    EnforcementLevel,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)

PRODUCTION = ("prod",)
NAME = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
TYPE = re.compile(r"(?:pulumi-python:dynamic/flowservice:|flowservice:index:)(\w*Connection|Dataflow)")
REASON = re.compile(r"^reason: *\S", re.MULTILINE | re.IGNORECASE)


def kind(args: ResourceValidationArgs) -> str:
    """Return `Dataflow`, or the class of a connection; nothing for resources of other packages."""
    found = TYPE.fullmatch(args.resource_type)
    return found[1] if found else ""


def is_production(args: ResourceValidationArgs) -> bool:
    """Whether it is ours and lives in a production sandbox, also if that is the default of the stack."""
    return bool(kind(args)) and args.props.get("sandbox") in PRODUCTION


def protected(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Refuse what an edit could delete in production."""
    if is_production(args) and not args.opts.protect:
        report(f"{args.name} is in production: set the resource option `protect` (in a manifest: `protect: true`).")


def tested(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Refuse production connections that nobody knows to work."""
    if is_production(args) and args.props.get("connectionTest") == "off":
        report(f'{args.name} is in production: `connection_test` must be "fail" or "warn".')


def named(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Refuse names that the other teams would not recognise."""
    name = args.props.get("name")
    if kind(args) and isinstance(name, str) and not re.fullmatch(NAME, name):
        report(f"{args.name} has the name {name!r}: use lower case words with hyphens, such as `orders-eu`.")


def reasoned(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Refuse that a whole table is ingested into production by accident; left out, `backfill` is true."""
    schedule = args.props.get("schedule") or {}
    if kind(args) != "Dataflow" or schedule.get("frequency") == "once" or schedule.get("backfill") is False:
        return
    if is_production(args) and not REASON.search(str(args.props.get("description") or "")):
        report(
            f"{args.name} ingests the whole table into production: set `backfill` to false, or say why in a line "
            "`reason: …` of its description."
        )


PolicyPack(
    "flowservice",
    enforcement_level=EnforcementLevel.MANDATORY,
    policies=[
        ResourceValidationPolicy("prod-is-protected", "Production is protected.", protected),
        ResourceValidationPolicy("prod-is-tested", "Production connections are tested.", tested),
        ResourceValidationPolicy("names-have-a-pattern", "Names are lower case words with hyphens.", named),
        ResourceValidationPolicy("backfills-have-a-reason", "Backfills in production have a reason.", reasoned),
    ],
)
