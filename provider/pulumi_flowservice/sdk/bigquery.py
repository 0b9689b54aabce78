from __future__ import annotations

import pulumi
from typing_extensions import Unpack

from ..resources.connection.kinds.bigquery import BIGQUERY
from .connection import ConnectionResource, Options


class BigQueryConnection(ConnectionResource):
    """A Google BigQuery base connection in Flow Service; one serves many dataflows.

    Give a service account (`project_id`, `key_file_content`), or an OAuth client (`project`, `client_id`,
    `client_secret`, `refresh_token`). Adobe spells the id of the project differently for each.

    Args:
        resource_name: The name in the Pulumi program.
        project_id: Id of the project, for a service account.
        key_file_content: Key file of the service account, its JSON or the base64 of that; a secret.
        dataset_id: Dataset, for a service account on AWS.
        project: Id of the project, for an OAuth client; on Azure.
        client_id: Id of the OAuth client.
        client_secret: Secret of the OAuth client; a secret.
        refresh_token: Refresh token that the OAuth client was given; a secret.
        large_results_data_set_id: Dataset for large results, by its id alone; on Azure.
        opts: Pulumi's resource options.
        **options: What every kind has; see `Options`.
    """

    _kind = BIGQUERY

    project_id: pulumi.Output[str | None]
    key_file_content: pulumi.Output[str | None]
    dataset_id: pulumi.Output[str | None]
    project: pulumi.Output[str | None]
    client_id: pulumi.Output[str | None]
    client_secret: pulumi.Output[str | None]
    refresh_token: pulumi.Output[str | None]
    large_results_data_set_id: pulumi.Output[str | None]

    def __init__(
        self,
        resource_name: str,
        *,
        project_id: pulumi.Input[str] | None = None,
        key_file_content: pulumi.Input[str] | None = None,
        dataset_id: pulumi.Input[str] | None = None,
        project: pulumi.Input[str] | None = None,
        client_id: pulumi.Input[str] | None = None,
        client_secret: pulumi.Input[str] | None = None,
        refresh_token: pulumi.Input[str] | None = None,
        large_results_data_set_id: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **options: Unpack[Options],
    ) -> None:
        self._declare(locals())
