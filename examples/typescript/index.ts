import * as pulumi from "@pulumi/pulumi";

// `make sdk` generates such classes with the types of their inputs and outputs, and typed functions.
class RedshiftConnection extends pulumi.CustomResource {
    constructor(name: string, inputs: pulumi.Inputs) {
        super("flowservice:index:RedshiftConnection", name, inputs);
    }
}

const config = new pulumi.Config();
const orders = new RedshiftConnection("orders", {
    server: config.require("server"),
    port: config.getNumber("port"),
    database: config.require("database"),
    username: config.require("username"),
    password: config.requireSecret("password"),
    description: "Orders and invoices",
});

export const id = orders.id;
export const tables = pulumi.runtime.invokeOutput<{ tables: { path: string }[] }>(
    "flowservice:index:getTables", { connectionId: orders.id },
).apply(found => found.tables.map(table => table.path));
