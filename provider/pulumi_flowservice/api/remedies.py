"""What to do about each code that Flow Service, its sources and its gateway are known to answer.

Source of the codes: Adobe's lists of Flow Service errors and of sources errors, and the troubleshooting page of
Experience Platform; the suffix is the HTTP status.
"""

from __future__ import annotations

_WAIT = "The connection is changing its state: wait a minute and run the command again."
_SANDBOX = "Check that the sandbox exists, is active, and that this credential may use it."
_PERMISSION = (
    "Ask an administrator to give this credential's product profile the permissions View Sources and Manage Sources."
)
_SPEC = "The API does not know this connection specification in this organization."
_ORG = "Check flowservice:imsOrg; it belongs to the credentials and ends in @AdobeOrg."
_KEY = "Check flowservice:apiKey; left out, it is the client id."
_LATER = "This is the API's side: run the command again later."
_REPORT = "This provider sent what the API does not take: please report it, with the request id."
_TOKEN = "Check the credentials with `pulumi-flowservice doctor`."  # noqa: S105 - A sentence, no token.
_DATABASE = (
    "Check the server, the database, the user and the password, and that the database is up and lets Adobe's "
    "addresses in; test the connection in the UI."
)
_QUOTA = "The organization's request quota is used up: set flowservice:requestsPerSecond, or run again later."

_GATEWAY = {
    "400003": _REPORT,
    "401013": _TOKEN,
    "403000": _KEY,
    "403003": _KEY,
    "403010": _TOKEN,
    "403025": "The credential has no product profile for Experience Platform: add one in Adobe Developer Console.",
    "403027": _ORG,
    "429050": _QUOTA,
}
_FLOW_SERVICE = {
    "1100-400": "The organization is not entitled to this: ask Adobe which licence the Redshift source needs.",
    "1101-404": "Check the id and the sandbox.",
    "1102-500": _LATER,
    "1103-503": _LATER,
    "1104-504": _LATER,
    "1400-500": _LATER,
    "1401-400": _REPORT,
    "1403-400": _REPORT,
    "1404-412": "Somebody else changed the connection: run `pulumi refresh`, then `pulumi up`.",
    "1405-400": _REPORT,
    "1413-400": _SPEC,
    "1414-400": "A connection cannot change its specification: make a new connection.",
    "1415-400": _SPEC,
    "1416-400": _WAIT,
    "1417-400": _WAIT,
    "1418-400": "Delete or re-point those flows first.",
    "1420-400": _WAIT,
    "1421-400": _WAIT,
    "1422-400": _WAIT,
    "1434-400": _REPORT,
    "1439-400": "Check the id and the sandbox.",
    "1445-400": "Changes in place are not enabled for this organization: ask Adobe, or make a new connection.",
    "1449-400": _REPORT,
    "1450-400": _REPORT,
    "1451-400": _REPORT,
    "1452-400": _REPORT,
    "1453-400": _REPORT,
    "1455-400": "The API does not let this field be changed in place: make a new connection.",
    "1456-400": _WAIT,
    "1457-400": _WAIT,
    "1458-400": _WAIT,
    "2000-401": _ORG,
    "2001-401": _ORG,
    "2002-401": _ORG,
    "2100-404": _SANDBOX,
    "2101-404": _SANDBOX,
    "2103-404": _SANDBOX,
    "2105-400": _SANDBOX,
    "2110-400": _REPORT,
    "2114-400": _TOKEN,
    "2115-400": _TOKEN,
    "2118-403": _PERMISSION,
    "2120-403": _PERMISSION,
    "2121-403": _PERMISSION,
}
# What the connectors answer about the database behind them.
_SOURCES = {
    "1001-401": _DATABASE,
    "1002-403": "The database's user lacks a right: grant it, or use another user.",
    "1003-404": "The database does not have what was asked for: check the database and the schema.",
    "1004-415": _REPORT,
    "1006-408": _LATER,
    "1011-503": _LATER,
    "1012-504": "The database took too long to answer: check that it runs and lets Adobe's addresses in.",
    "1013-412": "Somebody else changed the connection: run `pulumi refresh`, then `pulumi up`.",
    "1300-400": "This connector cannot be changed in place: make a new connection.",
    "1304-400": "A mandatory field is missing: compare the inputs with README.md.",
    "1308-400": _DATABASE,
    # Listed without a status.
    **dict.fromkeys((str(code) for code in range(1600, 1608)), _DATABASE),
}
BY_CODE: dict[str, str] = _GATEWAY | _FLOW_SERVICE | _SOURCES
_BY_STATUS = {
    401: _TOKEN,
    403: _PERMISSION,
    404: "Check flowservice:endpoint and the sandbox; the state is kept as it is.",
    407: "The proxy wants a login: check HTTPS_PROXY.",
    429: _QUOTA,
}


def remedy(status: int, code: str) -> str:
    """What a person can do, by the code where it is known, else by the status; empty where nothing is known."""
    known = BY_CODE.get(code) or BY_CODE.get(code.partition("-")[0])
    return known or _BY_STATUS.get(status) or (_LATER if status >= 500 else "")
