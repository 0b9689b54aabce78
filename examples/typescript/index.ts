import * as pulumi from "@pulumi/pulumi";

// `make sdk` generates such classes with the types of their inputs and outputs, and typed functions.
class RedshiftConnection extends pulumi.CustomResource {
    constructor(name: string, inputs: pulumi.Inputs) {
        super("flowservice:index:RedshiftConnection", name, inputs);
    }
}

class Dataflow extends pulumi.CustomResource {
    constructor(name: string, inputs: pulumi.Inputs, options?: pulumi.CustomResourceOptions) {
        super("flowservice:index:Dataflow", name, inputs, options);
    }
}

const config = new pulumi.Config();
const orders = new RedshiftConnection("orders", {
    server: config.require("server"),
    port: config.getNumber("port"),
    database: config.get("database") ?? "dev",
    username: config.get("username") ?? "loader",
    password: config.requireSecret("password"),
    description: "Orders and invoices",
});

// Each day, the rows of a table that have changed arrive in a dataset. A replacement that `--replace` forces deletes the
// old dataflow first, too: two would bring each row twice.
const customers = new Dataflow("customers", {
    connection: orders.id,
    table: "public.customers",
    dataset: config.get("dataset") ?? "Customers",
    deltaColumn: "created_at",
    schedule: { frequency: "day" },
    mapping: { "_example.customerId": "id", "_example.email": { expression: "lower(email)" } },
}, { deleteBeforeReplace: true });

export const id = orders.id;
export const dataflow = customers.id;
export const tables = pulumi.runtime.invokeOutput<{ tables: { path: string }[] }>(
    "flowservice:index:getTables", { connectionId: orders.id },
).apply(found => found.tables.map(table => table.path));
