"""The JSON models of what a connection's user can see in the database."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from .models import String, WireModel


class ExploredTable(WireModel):
    """A table or view in the answer of `explore`; `path` names it in further requests."""

    name: str = ""
    path: str
    type: str = ""
    can_preview: bool = False
    can_fetch_schema: bool = False


class XdmType(WireModel):
    """The type of a column in Experience Platform's data model (XDM); a timestamp is a string in format `date-time`."""

    type: String = ""
    format: String = ""


class ExploredColumn(WireModel):
    """A column of an explored table."""

    name: str
    type: str = ""
    xdm: XdmType = Field(default_factory=XdmType)
    meta_type: String = Field("", alias="meta:xdmType")

    @property
    def wire(self) -> dict[str, Any]:
        """The column in the form of the API, as a source connection takes it."""
        xdm = {name: value for name, value in (("type", self.xdm.type), ("format", self.xdm.format)) if value}
        meta = {"meta:xdmType": self.meta_type} if self.meta_type else {}
        return {"name": self.name, "type": self.type, **meta, "xdm": xdm}

    @property
    def xdm_type(self) -> str:
        """The type in Experience Platform's data model, the most specific one that is given."""
        return self.meta_type or self.xdm.format or self.xdm.type


class ExploredSchema(WireModel):
    """The columns of an explored table, in their order."""

    columns: list[ExploredColumn]


class Exploration(WireModel):
    """The answer of `explore` for one table."""

    schema_: ExploredSchema = Field(alias="schema")
