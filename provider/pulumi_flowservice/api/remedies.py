"""What to do about each error code of Flow Service, its sources and its gateway.

Source of the codes: Adobe's lists of Flow Service errors and of sources errors, and the troubleshooting page of
Experience Platform; the suffix is the HTTP status. Only codes that this provider's requests can get are listed, and
only if the remedy for the status is not precise enough.
"""

from __future__ import annotations

_WAIT = "It is changing its state: wait a minute and run the command again."
_SANDBOX = "Check that the sandbox exists, is active, and that these API credentials may use it."
_ASK = "Ask an administrator to give the product profile of these API credentials the {}."
_PERMISSION = _ASK.format("permissions View Sources and Manage Sources")
_SPEC = "The API does not know this connection specification in this organization."
_ORG = "Check flowservice:imsOrg: it must be the organization of the API credentials, and it ends with @AdobeOrg."
_KEY = "Check flowservice:apiKey; its default is the client id."
_LATER = "The API has a problem: run the command again later."
_REPORT = "The API does not accept this provider's request: please report it, with the request id."
_TOKEN = "Check the credentials with `pulumi-flowservice doctor`."  # noqa: S105 - A sentence, not a token.
_ID = "Check the id and the sandbox."
_NO_PATCH = "It cannot be changed in place: ask Adobe, or create a new one."

# The object is between two states; a repetition succeeds.
TRANSITIONS = frozenset({"1416-400", "1417-400", "1420-400", "1421-400", "1422-400", "1457-400", "1458-400"})

BY_CODE = {
    # The gateway.
    "400003": _ORG,
    "403000": _KEY,
    "403003": _KEY,
    "403010": _TOKEN,
    # Its text is "Profile is not valid"; another organization may be answered so too.
    "403025": f"{_ORG} If it is right, add a product profile for Experience Platform in Adobe Developer Console.",
    "403027": _ORG,
    # Flow Service.
    **dict.fromkeys(TRANSITIONS, _WAIT),
    "1100-400": "The organization is not entitled to this: ask Adobe which licence this source needs.",
    "1101-404": _ID,
    "1413-400": _SPEC,
    "1415-400": _SPEC,
    "1418-400": "Delete these dataflows first, or switch them to another connection.",
    "1439-400": _ID,
    "1439-404": _ID,
    "1445-400": _NO_PATCH,
    "1449-400": _REPORT,
    "1450-400": _REPORT,
    "1451-400": _REPORT,
    "1452-400": _REPORT,
    "1453-400": _REPORT,
    "1455-400": "The API does not allow a change of this field in place: create a new object.",
    "2000-401": _ORG,
    "2001-401": _ORG,
    "2002-401": _ORG,
    "2100-404": _SANDBOX,
    "2101-404": _SANDBOX,
    "2103-404": _SANDBOX,
    "2105-400": _SANDBOX,
    "2106-404": _SANDBOX,
    "2114-400": _TOKEN,
    "2115-400": _TOKEN,
    # Sources. The user of the first three is this credential, not the database's.
    "1001-401": _PERMISSION,
    "1105-401": _PERMISSION,
    "1605-401": _PERMISSION,
    "1008-401": _ORG,
    "1009-403": _ORG,
    "1300-400": _NO_PATCH,
    "1387-400": "Only a failed run, or one that wrote no row, can be repeated.",
    "1388-400": "Enable the dataflow first.",
    "1304-400": "A mandatory field is missing: compare the inputs with those that this kind requires.",
    "1308-400": (
        "Check the server, the database, the user and the password, and that the database is up and accepts "
        "connections from Adobe's IP addresses; test the connection in the UI."
    ),
}
_TITLES = {
    "the organization is not accepted": "400003 403025 403027 2000-401 2001-401 2002-401 1008-401 1009-403",
    "the API key is not accepted": "403000 403003",
    "the access token is not accepted": "401013 403010 2114-400 2115-400",
    "the connection is between two states": " ".join(sorted(TRANSITIONS)),
    "the object was not found": "1101-404 1439-400 1439-404 1003-404",
    "the sandbox is not there, or not active": "2100-404 2101-404 2103-404 2105-400 2106-404",
    "a permission is missing": "1001-401 1002-403 1105-401 1605-401 1606-403 2118-403 2120-403 2121-403",
    "the connection specification is not known": "1413-400 1415-400",
    "the version of the object is another one by now": "1404-412 1013-412 1607-412",
    "dataflows use the connection": "1418-400",
    "the organization is not entitled to this": "1100-400",
    "the connection cannot be changed in place": "1445-400 1300-400",
    "the change is not in a form that the API accepts": "1449-400 1450-400 1451-400 1452-400 1453-400",
    "this field cannot be changed in place": "1455-400",
    "a mandatory field is missing": "1304-400",
    "the run cannot be repeated": "1387-400",
    "the dataflow is not enabled": "1388-400",
    "the database refused the request": "1308-400",
    "the API has a problem": "1102-500 1103-503 1104-504 1400-500 1601-500 1603-503 1604-504 1011-503 1012-504",
}
# What a code means, in place of a text of the API that may hold a secret.
MEANINGS = {code: meaning for meaning, codes in _TITLES.items() for code in codes.split()}
_BY_STATUS = {
    401: _TOKEN,
    403: _PERMISSION,
    404: "Check flowservice:endpoint and the sandbox; the state was not changed.",
    407: "The proxy requires a login: check HTTPS_PROXY.",
    408: _LATER,
    412: "It was changed at the same time: run `pulumi refresh`, then `pulumi up`.",
    429: "The organization's request quota is used up: set flowservice:requestsPerSecond, or run again later.",
}


def remedy(status: int, code: str) -> str:
    """Return what a person can do about a code or else a status; empty if nothing is known."""
    return BY_CODE.get(code) or _BY_STATUS.get(status) or (_LATER if status >= 500 else "")


def asking_for(permission: str, advice: str) -> str:
    """Return a remedy with this permission in place of those for sources, if it asks for them."""
    return _ASK.format(f"permission {permission}") if advice == _PERMISSION else advice
