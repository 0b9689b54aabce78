"""What services, databases and proxies really say, without a secret; none of it may be left out."""

from __future__ import annotations

ID = "4890fc95-5a1f-4983-94bb-e060c08e3f81"

# Flow Service, its gateway, and the token service.
_API = (
    "Invalid request",
    "The request could not be processed. Error message: the database refused the login.",
    f"connections not found with id = [{ID}]",
    f"The requested connections resource {ID} is not found.",
    'Supplied version=["0400-1"] does not match the current version on entity=["0400-2"]',
    "Found active flows containing id 4890fc95. Deletion is not allowed.",
    "Please provide a valid spec id",
    "The connection spec of a connection cannot be updated.",
    "Invalid query value continuationToken provided in query param.",
    "PATCH Connection Feature not enabled.",
    "Oauth token is not valid",
    "Oauth token is missing.",
    "Api Key is required",
    "Api Key is invalid",
    "Profile is not valid",
    "Empty token provided. Please provide a token and try again.",
    "The header x-gw-ims-org-id is either missing or empty. Please provide a valid header and try again.",
    "You do not have sufficient permissions to perform the operation.",
    "The header x-sandbox-name with value * is restricted with the user token.",
    "Too many requests",
    "The service is temporarily unavailable. Please try again. If the problem persists, contact support.",
    "An internal error has occurred. Please try again.",
    "A valid content-type must be specified",
    '{"type":"http://ns.adobe.com/aep/errors/FLOW-1308-400","title":"Bad Request","status":400,"report":{"id":"x"}}',
    "Sandbox not found: sandbox stage does not exist or is not active",
    "Connection test failed: failed to connect to the source system with the provided credentials.",
    "invalid client_secret parameter",
    "invalid_client: invalid client_id parameter",
    "The client credentials are not valid or the client is not authorized to use this grant type.",
    "scope openid is not allowed",
    "The organization is disabled",
    "The state of this connection cannot be changed: connection is initializing",
)
# PostgreSQL and Amazon Redshift.
_POSTGRESQL = (
    'FATAL: password authentication failed for user "loader"',
    'connection to server at "db.example.com" (10.1.2.3), port 5432 failed: FATAL:  database "dev" does not exist',
    'FATAL: no pg_hba.conf entry for host "20.69.1.2", user "loader", database "dev", SSL encryption',
    'FATAL: role "loader" does not exist',
    'FATAL: role "loader" is not permitted to log in',
    "FATAL: remaining connection slots are reserved for roles with the SUPERUSER attribute",
    "FATAL: the database system is starting up",
    'could not translate host name "db.example.com" to address: Name or service not known',
    "Connection refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP "
    "connections.",
    "The authentication type 10 is not supported. Check that you have configured the pg_hba.conf file to include the "
    "client's IP address or subnet.",
    "The connection attempt failed.: java.net.SocketTimeoutException: connect timed out",
    "server closed the connection unexpectedly. This probably means the server terminated abnormally.",
    "[Amazon](500150) Error setting/closing connection: Connection timed out.",
    "SSL error: certificate verify failed: self-signed certificate in certificate chain",
)
# Microsoft SQL Server and Azure Synapse.
_SQLSERVER = (
    "Login failed for user 'loader'.",
    "Cannot open database \"dev\" requested by the login. The login failed. Login failed for user 'loader'.",
    "A network-related or instance-specific error occurred while establishing a connection to SQL Server. The server "
    "was not found or was not accessible. Verify that the instance name is correct and that SQL Server is configured "
    "to allow remote connections. (provider: TCP Provider, error: 0 - No such host is known.)",
    "Cannot open server 'acme' requested by the login. Client with IP address '20.69.1.2' is not allowed to access the "
    "server. To enable access, use the Azure Management Portal or run sp_set_firewall_rule on the master database.",
    "Connection Timeout Expired. The timeout period elapsed while attempting to consume the pre-login handshake "
    "acknowledgement.",
    "Reason: An instance-specific error occurred while establishing a connection to SQL Server. Connection was denied "
    "since Deny Public Network Access is set to Yes.",
    "The certificate chain was issued by an authority that is not trusted.",
    "Login failed for user '<token-identified principal>'.",
    "Keyword not supported: 'sslmode'.",
    "Format of the initialization string does not conform to specification starting at index 0.",
    'The server principal "loader" is not able to access the database "dev" under the current security context.',
    "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret "
    "value, not the client secret ID, for a secret added to app.",
)
# MySQL, MariaDB and Oracle.
_OTHERS = (
    "Access denied for user 'loader'@'20.69.1.2' (using password: YES)",
    "Unknown database 'dev'",
    "Can't connect to MySQL server on 'db.example.com' (110)",
    "Host '20.69.1.2' is not allowed to connect to this MySQL server",
    "Authentication plugin 'caching_sha2_password' cannot be loaded",
    "Your password has expired. To log in you must change it using a client that supports expired passwords.",
    "ORA-01017: invalid username/password; logon denied",
    "ORA-12514: TNS:listener does not currently know of service requested in connect descriptor",
    "ORA-28000: The account is locked.",
    "ORA-12541: TNS:no listener",
)
# Snowflake and Google BigQuery.
_WAREHOUSES = (
    "Incorrect username or password was specified.",
    "JWT token is invalid. [0ce9eb56-821d-4ca9-a774-04ae89a0cf5a]",
    "390144 (08004): JWT token is invalid.",
    "Incoming request with IP/Token 20.69.1.2 is not allowed to access Snowflake. Contact your account administrator.",
    "Your user account has been temporarily locked due to too many failed attempts.",
    "No active warehouse selected in the current session. Select an active warehouse with the 'use warehouse' command.",
    "Private key provided is invalid or not supported: rsa_key.p8: Cannot decode private key",
    "Object does not exist, or operation cannot be performed.",
    "Access Denied: Project p-1: User does not have bigquery.jobs.create permission in project p-1.",
    "Not found: Dataset p-1:large was not found in location US",
    "invalid_grant: Invalid JWT Signature.",
    "invalid_grant: Token has been expired or revoked.",
    "Error getting access token for service account: 400 Bad Request, iss: etl@p-1.iam.gserviceaccount.com",
)
# Proxies, libraries and pages.
_PROXIES = (
    "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>",
    "upstream connect error or disconnect/reset before headers. reset reason: connection termination",
    "407 Proxy Authentication Required",
    "HTTPSConnectionPool(host='platform.adobe.io', port=443): Max retries exceeded with url: "
    "/data/foundation/flowservice/connections (Caused by NewConnectionError('Failed to establish a new connection: "
    "[Errno 111] Connection refused'))",
    "('Connection aborted.', RemoteDisconnected('Remote end closed connection without response'))",
    "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:1006)",
    "Your request was blocked by the security policy of your organization. Incident ID: 17684920174",
    "Access to C:\\inetpub\\wwwroot\\new\\web.config is denied.\r\n   at System.Web.HttpRuntime.Check()",
    "La connexion a échoué : délai d\u2019attente dépassé",
    "Die Anmeldung schlug fehl: Benutzername oder Kennwort sind ungültig.",
    "接続がタイムアウトしました。サーバーに接続できません。",
    '{\\"error\\":{\\"message\\":\\"Failed to validate the JWT. Signature &quot;RS256&quot; rejected\\"}}',
    "Request%20failed%20with%20status%20code%20503%3A%20Service%20Unavailable",
    "Ray ID: 7c1e2f3a4b5c6d7e. DNS points to prohibited IP. Cloudflare is currently unable to resolve your request.",
)
HARMLESS = (*_API, *_POSTGRESQL, *_SQLSERVER, *_OTHERS, *_WAREHOUSES, *_PROXIES)
