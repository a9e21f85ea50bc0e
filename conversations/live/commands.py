"""What a page may ask for over its socket: one model per command, checked before anything is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from .. import actions, decisions
from ..models import Turn
from ..refusals import NOT_FOUND, Refusal

Text = str  # as long as a frame may be; what is too long for a message is said by the action
Choice = Annotated[str, StringConstraints(max_length=80)]
Id = Annotated[int, Field(ge=1, lt=2**63)]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whose socket a command came by, and which conversation it shows (None on pages without one)."""

    person: AbstractUser
    conversation_id: UUID | None


class Command(BaseModel):
    """A command carries `n`, which its answer brings back."""

    model_config = ConfigDict(extra="forbid", strict=True)
    n: int = Field(ge=0, lt=2**53)

    def carry_out(self, visitor: Visitor) -> dict[str, Any] | Refusal:
        """Do it, in one unit of work; returns what the answer says beyond `done`."""
        raise NotImplementedError


class Send(Command):
    do: Literal["send"]
    client_id: UUID = Field(strict=False)
    text: Text
    choice: Choice = "auto"

    def carry_out(self, visitor: Visitor) -> dict[str, Any] | Refusal:
        if visitor.conversation_id is None:
            return NOT_FOUND
        sent = actions.send(
            visitor.person,
            visitor.conversation_id,
            client_id=self.client_id,
            text=self.text,
            choice=self.choice,
        )
        return _turn(sent)


class Stop(Command):
    do: Literal["stop"]
    turn: Id

    def carry_out(self, visitor: Visitor) -> dict[str, Any] | Refusal:
        return actions.stop(visitor.person, self.turn) or {}


class Withdraw(Command):
    do: Literal["withdraw"]
    turn: Id

    def carry_out(self, visitor: Visitor) -> dict[str, Any] | Refusal:
        text = actions.withdraw(visitor.person, self.turn)
        return text if isinstance(text, Refusal) else {"text": text}


class TryAgain(Command):
    do: Literal["try_again"]
    turn: Id
    client_id: UUID = Field(strict=False)

    def carry_out(self, visitor: Visitor) -> dict[str, Any] | Refusal:
        return _turn(actions.try_again(visitor.person, self.turn, client_id=self.client_id))


class Edit(Command):
    do: Literal["edit"]
    turn: Id
    client_id: UUID = Field(strict=False)
    text: Text
    choice: Choice | None = None

    def carry_out(self, visitor: Visitor) -> dict[str, Any] | Refusal:
        edited = actions.edit(
            visitor.person, self.turn, client_id=self.client_id, text=self.text, choice=self.choice
        )
        return _turn(edited)


class Continue(Command):
    do: Literal["continue"]
    turn: Id
    client_id: UUID = Field(strict=False)

    def carry_out(self, visitor: Visitor) -> dict[str, Any] | Refusal:
        return _turn(actions.go_on(visitor.person, self.turn, client_id=self.client_id))


class Show(Command):
    do: Literal["show"]
    turn: Id

    def carry_out(self, visitor: Visitor) -> dict[str, Any] | Refusal:
        return actions.show(visitor.person, self.turn) or {}


class Rename(Command):
    do: Literal["rename"]
    conversation: UUID = Field(strict=False)
    title: Text

    def carry_out(self, visitor: Visitor) -> dict[str, Any] | Refusal:
        return actions.rename(visitor.person, self.conversation, title=self.title) or {}


class Delete(Command):
    do: Literal["delete"]
    conversation: UUID = Field(strict=False)

    def carry_out(self, visitor: Visitor) -> dict[str, Any] | Refusal:
        return actions.delete(visitor.person, self.conversation) or {}


class SwitchTool(Command):
    do: Literal["switch_tool"]
    tool: Annotated[str, StringConstraints(max_length=200)]
    on: bool

    def carry_out(self, visitor: Visitor) -> dict[str, Any] | Refusal:
        return actions.switch_tool(visitor.person, self.tool, on=self.on) or {}


class SwitchToolHere(Command):
    do: Literal["switch_tool_here"]
    tool: Annotated[str, StringConstraints(max_length=200)]
    on: bool

    def carry_out(self, visitor: Visitor) -> dict[str, Any] | Refusal:
        if visitor.conversation_id is None:
            return NOT_FOUND
        return actions.switch_tool_here(visitor.person, visitor.conversation_id, self.tool, on=self.on) or {}


Digest = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class Allow(Command):
    """`arguments` is JSON text where the person changed them."""

    do: Literal["allow"]
    call: Id
    shown: Digest
    always: bool = False
    arguments: Text | None = None

    def carry_out(self, visitor: Visitor) -> dict[str, Any] | Refusal:
        allowed = decisions.allow(
            visitor.person, self.call, self.shown, always=self.always, arguments=self.arguments
        )
        return allowed or {}


class Decline(Command):
    do: Literal["decline"]
    call: Id
    shown: Digest
    reason: Text = ""

    def carry_out(self, visitor: Visitor) -> dict[str, Any] | Refusal:
        return decisions.decline(visitor.person, self.call, self.shown, reason=self.reason) or {}


class AskAgain(Command):
    do: Literal["ask_again"]
    tool: Annotated[str, StringConstraints(max_length=200)]

    def carry_out(self, visitor: Visitor) -> dict[str, Any] | Refusal:
        if visitor.conversation_id is None:
            return NOT_FOUND
        return decisions.ask_again(visitor.person, visitor.conversation_id, self.tool) or {}


class Ping(Command):
    do: Literal["ping"]

    def carry_out(self, visitor: Visitor) -> dict[str, Any] | Refusal:
        return {}


class Full(Command):
    """Ask for the whole of one message; answered by a frame, see the consumer."""

    do: Literal["full"]
    message: Id


class Ack(Command):
    """Say how much was taken in since the socket opened; has no answer."""

    do: Literal["ack"]
    n: int = 0
    bytes: Annotated[int, Field(ge=0)]


AnyCommand = Annotated[
    Send
    | Stop
    | Withdraw
    | TryAgain
    | Edit
    | Continue
    | Show
    | Rename
    | Delete
    | SwitchTool
    | SwitchToolHere
    | Allow
    | Decline
    | AskAgain
    | Ping
    | Full
    | Ack,
    Field(discriminator="do"),
]
reader: TypeAdapter[Command] = TypeAdapter(AnyCommand)


def _turn(turn: Turn | Refusal) -> dict[str, Any] | Refusal:
    if isinstance(turn, Refusal):
        return turn
    return {"turn": turn.pk, "conversation": str(turn.conversation_id)}
