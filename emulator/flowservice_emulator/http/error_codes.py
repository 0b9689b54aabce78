"""List Flow Service's own error codes and their titles, as its error catalogues have them.

The detailed messages stand where the errors are raised, because they name ids and fields.
"""

from __future__ import annotations

_INVALID_REQUEST = (
    "1401-400 1402-400 1405-400 1410-400 1412-400 1413-400 1414-400 1415-400 1416-400 1417-400 1418-400 1419-400 "
    "1420-400 1421-400 1422-400 1425-400 1427-400 1430-400 1432-400 1433-400 1434-400 1436-400 1440-400 1443-400 "
    "1445-400 1446-400 1447-400 1448-400 1449-400 1450-400 1451-400 1452-400 1453-400 1455-400 1456-400 1457-400 "
    "1458-400"
)
_BAD_REQUEST = (
    "1304-400 1307-400 1308-400 1312-400 1317-400 1320-400 1321-400 1323-400 1325-400 1327-400 1328-400 1329-400 "
    "1330-400 1336-400 1337-400 1338-400 1340-400 1353-400 1358-400 1360-400 1361-400 1362-400 1363-400 1364-400 "
    "1365-400 1366-400 1367-400 1369-400 1370-400 1381-400 1382-400 1383-400 1384-400 1386-400 1387-400 1388-400 "
    "1392-400 1394-400 1397-400 1398-400 1404-400"
)

TITLES = {
    **dict.fromkeys(_INVALID_REQUEST.split(), "Invalid request"),
    **dict.fromkeys(_BAD_REQUEST.split(), "Bad Request"),
    "1101-404": "Resource not found",
    "1102-500": "Internal Error",
    "1103-503": "Service Unavailable",
    "1104-504": "Gateway Timeout",
    "1403-400": "Header is missing",
    "1404-412": "Version not matching",
    "1439-400": "Resource not found",
    "1439-404": "Resource not found",
    "1009-403": "Forbidden",
    "2000-401": "Invalid authorization token",
    "2001-401": "Header is missing or empty",
    "2002-401": "Header is missing",
    "2100-404": "Sandbox not found",
    "2105-400": "Header is missing",
    "2106-404": "Sandbox not found",
    "2110-400": "Headers not allowed",
    "2111-403": "Headers with value restricted",
    "2114-400": "Empty token",
    "2118-403": "Missing permission",
    "2120-403": "Forbidden",
}
