"""Made-up kinds of connection, as different from Amazon Redshift as kinds can be.

Both borrow specifications that the emulator knows. Of `OFFICE`, the emulator also takes the params, so that its whole
life can be tried.
"""

from __future__ import annotations

from pulumi_flowservice.resources.connection.authentication import Authentication, Param
from pulumi_flowservice.resources.connection.kind import Kind

_ACCOUNT = Param("accountName", description="Name of the account.")
WAREHOUSE = Kind(
    name="warehouse",
    title="Made-up Warehouse",
    resource="WarehouseConnection",
    # The emulator makes connections of this specification, which is no kind's.
    spec_id="be5ec48c-5b78-49d5-b8fa-7c89ec4569b8",
    authentications=(
        Authentication("Key", (_ACCOUNT, Param("secretKey", is_secret=True))),
        Authentication("Token", (_ACCOUNT, Param("tenantId"), Param("accessToken", is_secret=True))),
    ),
)

_URL = Param("environmentUrl")

OFFICE = Kind(
    name="office",
    title="Made-up Office",
    resource="OfficeConnection",
    spec_id="cfc0fee1-7dc0-40ef-b73e-d8b134c436f5",
    authentications=(
        Authentication(
            "OAuth2 Client Credential",
            (_URL, Param("clientId"), Param("clientSecret", is_secret=True), Param("apiVersion", is_required=False)),
        ),
        Authentication(
            "Basic Authentication",
            (_URL, Param("username"), Param("password", is_secret=True), Param("securityToken", is_secret=True)),
        ),
    ),
)
OAUTH = {
    "environmentUrl": "https://office.example.com",
    "clientId": "client-7",
    "clientSecret": "office-secret-1",
    "apiVersion": "60.0",
}
