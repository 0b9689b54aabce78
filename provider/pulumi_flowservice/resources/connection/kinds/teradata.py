"""Teradata Vantage.

Source: Adobe's tutorial on Teradata Vantage; Experience Platform on Azure only. No other way to authenticate is
documented, and the connection string of its sample names no port.
"""

from ..authentication import Authentication
from ..kind import Kind
from ..params import connection_string

TERADATA = Kind(
    name="teradata",
    title="Teradata Vantage",
    resource="TeradataConnection",
    spec_id="2fa8af9c-2d1a-43ea-a253-f00a00c74412",
    introduction="All of it is one secret, so the API shows nothing that could be compared: drift shows in name and "
    "description only.",
    authentications=(Authentication("ConnectionString", (connection_string("DBCName=…;Uid=…;Pwd=…"),)),),
)
