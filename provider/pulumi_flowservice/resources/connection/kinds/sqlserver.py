"""Microsoft SQL Server.

Source: Adobe's tutorial on SQL Server. No other way to authenticate is documented; Experience Platform on Azure only.
"""

from ..kind import Kind
from ..params import by_connection_string

SQLSERVER = Kind(
    name="sqlserver",
    title="Microsoft SQL Server",
    resource="SqlServerConnection",
    spec_id="1f372ff9-38a4-4492-96f5-b9a4e4bd00ec",
    introduction="All of it is one secret, so the API shows nothing that could be compared: drift shows in name and "
    "description only.",
    authentications=(
        by_connection_string("Data Source=…;Initial Catalog=…;Integrated Security=False;User ID=…;Password=…;"),
    ),
)
