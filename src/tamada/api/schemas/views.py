"""Views: lists of conversations under a name."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from ..ids import Id, IdIn
from .base import Given, Line

IconName = Literal[
    "filter", "star", "flag", "bolt", "clock", "alert", "tag", "money", "building", "phone", "globe", "pin"
]
VisibilityName = Literal["all", "team", "me"]
ViewOrderName = Literal["waiting", "newest", "created", "waking"]


class ViewCondition(Given):
    """What has to hold: `ask` names the question, `is` how it is compared, `value` with what (ids as strings)."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    ask: Annotated[str, StringConstraints(max_length=80)] = Field(examples=["status"])
    operator: Annotated[str, StringConstraints(max_length=20)] = Field(alias="is", examples=["is"])
    value: Annotated[str, StringConstraints(max_length=500)] = Field("", examples=["open"])


Conditions = Annotated[list[ViewCondition], Field(max_length=20)]


class View(BaseModel):
    """A list of conversations: all of `every` hold, and one of `some`. What `problems` tell of isn't there any more."""

    id: Id
    name: str
    icon: IconName
    visibility: VisibilityName
    team: Id | None
    every: list[ViewCondition]
    some: list[ViewCondition]
    order: ViewOrderName
    changeable: bool = Field(description="Whether the caller may change it.")
    problems: list[str]
    count: int = Field(description="How many conversations the caller sees in it, counted no further than 100.")
    more: bool = Field(description="Whether there are more than were counted.")
    created_at: datetime


class ViewIn(Given):
    """A new view. Everybody's are made by admins, a team's by its leads too."""

    name: Line
    icon: IconName = "filter"
    visibility: VisibilityName = "me"
    team: IdIn | None = None
    every: Conditions = []
    some: Conditions = []
    order: ViewOrderName = "waiting"

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "Urgent", "every": [{"ask": "priority", "is": "is", "value": "urgent"}]}]
        }
    )


class ViewChange(Given):
    """What is absent stays."""

    name: Line = ""
    icon: IconName = "filter"
    visibility: VisibilityName = "me"
    team: IdIn | None = None
    every: Conditions = []
    some: Conditions = []
    order: ViewOrderName = "waiting"

    model_config = ConfigDict(json_schema_extra={"examples": [{"order": "newest"}]})
