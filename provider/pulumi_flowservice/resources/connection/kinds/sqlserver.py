"""Microsoft SQL Server.

Source: Adobe's tutorial on SQL Server. No other way to authenticate is documented; Experience Platform on Azure only.
"""

from ..kind import Kind
from ..params import BY_CONNECTION_STRING

SQLSERVER = Kind(
    name="sqlserver",
    title="Microsoft SQL Server",
    resource="SqlServerConnection",
    spec_id="1f372ff9-38a4-4492-96f5-b9a4e4bd00ec",
    authentications=(BY_CONNECTION_STRING,),
)
