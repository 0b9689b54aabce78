"""The command `pulumi-flowservice`: diagnosis, adoption, validation, comparison and drift, for people and pipelines."""
