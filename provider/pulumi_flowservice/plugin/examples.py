"""Examples for the schema: one resource of each type in each language, and the command that imports it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..lifecycle.names import python_name
from ..resources.connection.kind import Kind
from ..resources.types import Declared
from .languages import GO_PATH, NAMESPACE

_VALUES = {
    "server": "db.example.com",
    "database": "dev",
    "username": "loader",
    "account": "ORGANIZATION-ACCOUNT",
    "warehouse": "loading",
    "projectId": "my-project",
    "tenant": "00000000-0000-0000-0000-000000000000",
    "servicePrincipalId": "00000000-0000-0000-0000-000000000001",
}
_TYPESCRIPT = """\
import * as pulumi from "@pulumi/pulumi";
import * as flowservice from "flowservice";

const config = new pulumi.Config();
const orders = new flowservice.{resource}("orders", {{
{inputs}
}});
export const id = orders.id;
"""
_PYTHON = """\
import pulumi
import pulumi_flowservice_native as flowservice

config = pulumi.Config()
orders = flowservice.{resource}(
    "orders",
{inputs}
)
pulumi.export("id", orders.id)
"""
_GO = """\
package main

import (
	"{go_path}"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {{
	pulumi.Run(func(ctx *pulumi.Context) error {{
		cfg := config.New(ctx, "")
		orders, err := flowservice.New{resource}(ctx, "orders", &flowservice.{resource}Args{{
{inputs}
		}})
		if err != nil {{
			return err
		}}
		ctx.Export("id", orders.ID())
		return nil
	}})
}}
"""
_CSHARP = """\
using System.Collections.Generic;
using Pulumi;
using {namespace}.FlowService;
using {namespace}.FlowService.Inputs;

return await Deployment.RunAsync(() =>
{{
    var config = new Config();
    var orders = new {resource}("orders", new()
    {{
{inputs}
    }});
    return new Dictionary<string, object?> {{ ["id"] = orders.Id }};
}});
"""
_JAVA = """\
package program;

import com.pulumi.Pulumi;
import {java}.flowservice.inputs.*;
import {java}.flowservice.{resource};
import {java}.flowservice.{resource}Args;

import java.util.Map;

public class App {{
    public static void main(String[] args) {{
        Pulumi.run(ctx -> {{
            var config = ctx.config();
            var orders = new {resource}("orders", {resource}Args.builder()
{inputs}
                .build());
            ctx.export("id", orders.id());
        }});
    }}
}}
"""
_YAML = """\
config:
{config}
resources:
  orders:
    type: flowservice:{resource}
    properties:
{inputs}
outputs:
  id: ${{orders.id}}
"""


@dataclass(frozen=True)
class _Language:
    """How an example is written: the whole, one input, and the values of inputs."""

    template: str
    line: Callable[[str, str], str]
    secret: str
    plain: str = '"{}"'


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]


_LANGUAGES = {
    "typescript": _Language(_TYPESCRIPT, "    {}: {},".format, 'config.requireSecret("{}")'),
    "python": _Language(
        _PYTHON, lambda name, value: f"    {python_name(name)}={value},", 'config.require_secret("{}")'
    ),
    "go": _Language(
        _GO,
        lambda name, value: f"\t\t\t{_capital(name)}: {value},",
        'cfg.RequireSecret("{}")',
        'pulumi.String("{}")',
    ),
    "csharp": _Language(
        _CSHARP, lambda name, value: f"        {_capital(name)} = {value},", 'config.RequireSecret("{}")'
    ),
    "java": _Language(_JAVA, "                .{}({})".format, 'config.requireSecret("{}")'),
    "yaml": _Language(_YAML, "      {}: {}".format, "${{{}}}", "{}"),
}


_DATAFLOW = {
    "typescript": """\
    connection: config.require("connection"),
    table: "public.orders",
    dataset: "Orders",
    mapping: {"_tenant.orderId": "order_id"},
    deltaColumn: "updated_at",
    schedule: {frequency: "hour", interval: 6},""",
    "python": """\
    connection=config.require("connection"),
    table="public.orders",
    dataset="Orders",
    mapping={"_tenant.orderId": "order_id"},
    delta_column="updated_at",
    schedule=flowservice.ScheduleArgs(frequency="hour", interval=6),""",
    "go": """\
\t\t\tConnection: pulumi.String(cfg.Require("connection")),
\t\t\tTable: pulumi.String("public.orders"),
\t\t\tDataset: pulumi.String("Orders"),
\t\t\tMapping: pulumi.Map{"_tenant.orderId": pulumi.String("order_id")},
\t\t\tDeltaColumn: pulumi.String("updated_at"),
\t\t\tSchedule: &flowservice.ScheduleArgs{Frequency: pulumi.String("hour"), Interval: pulumi.Int(6)},""",
    "csharp": """\
        Connection = config.Require("connection"),
        Table = "public.orders",
        Dataset = "Orders",
        Mapping = new InputMap<object> { ["_tenant.orderId"] = "order_id" },
        DeltaColumn = "updated_at",
        Schedule = new ScheduleArgs { Frequency = "hour", Interval = 6 },""",
    "java": """\
                .connection(config.require("connection"))
                .table("public.orders")
                .dataset("Orders")
                .mapping(Map.of("_tenant.orderId", "order_id"))
                .deltaColumn("updated_at")
                .schedule(ScheduleArgs.builder().frequency("hour").interval(6).build())""",
    "yaml": """\
      connection: ${connection}
      table: public.orders
      dataset: Orders
      mapping: {_tenant.orderId: order_id}
      deltaColumn: updated_at
      schedule: {frequency: hour, interval: 6}""",
}


def program(resource: Declared, language: str) -> str:
    """Return a program with one resource; a connection has what its first way to authenticate requires."""
    inputs, config = _DATAFLOW[language], "  connection: {type: string}"
    if isinstance(resource, Kind):
        chosen, required = (
            _LANGUAGES[language],
            [each for each in resource.authentications[0].params if each.is_required],
        )
        forms = ((each.name, chosen.secret if each.is_secret else chosen.plain) for each in required)
        inputs = "\n".join(chosen.line(name, form.format(_VALUES.get(name, name))) for name, form in forms)
        config = "\n".join(f"  {each.name}: {{type: string, secret: true}}" for each in required if each.is_secret)
    return _LANGUAGES[language].template.format(
        resource=resource.resource,
        go_path=GO_PATH,
        namespace=NAMESPACE,
        java=NAMESPACE.lower(),
        config=config,
        inputs=inputs,
    )


def usage(resource: Declared) -> str:
    """Return the section with an example in each language; each SDK keeps that of its own."""
    blocks = "\n\n".join(f"```{language}\n{program(resource, language)}```" for language in _LANGUAGES)
    return "\n".join(
        (
            "{{% examples %}}",
            "## Example Usage",
            "{{% example %}}",
            "",
            blocks,
            "",
            "{{% /example %}}",
            "{{% /examples %}}",
        )
    )


def imports(resource: Declared) -> str:
    """Return the section about the import of an existing connection."""
    return (
        "## Import\n\nIt is imported by its id, with its sandbox in front unless that is the default. An import only "
        "reads. Secrets are not imported, because the API does not show them.\n\n"
        f"```sh\n$ pulumi import {resource.native_type} orders SANDBOX/ID\n```"
    )
