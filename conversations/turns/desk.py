"""Where a turn's loop has its wishes carried out and written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.definition import Tool
from tools.routing.choosing import route

from ..cancellation import see_through
from ..database import in_database
from ..engine.loop import Failure
from ..engine.values import Answer, Call, Choice, Item, OfferedTool, Reply, Request
from ..live import feed
from ..llm.errors import ModelError
from ..models import Message, ToolCall, Turn
from . import calling
from .choices import written
from .history import answer_of, instructions
from .recorder import LeaseLost, Recorder, Wire
from .toolboxes import asked_in, toolbox_of
from .writing import TooMuch, Writing

if TYPE_CHECKING:
    from ..llm.client import ModelClient
    from ..llm.stream import Stream


class Desk:
    """One turn's desk; `writing` is its last reply, `cancelled_as` what a cancelled reply becomes."""

    def __init__(self, turn: Turn, recorder: Recorder, client: ModelClient) -> None:
        self.turn = turn
        self.writing: Writing | None = None
        self.cancelled_as = Message.State.INTERRUPTED
        self.recorder = recorder
        self._client = client
        self._sources: dict[str, str] = {}
        self._group = feed.conversation_group(turn.conversation.person_id, turn.conversation_id)

    async def ask(self, items: tuple[Item, ...], choice: Choice, *, shortened: int) -> Reply | Failure:
        """Ask the model with what the person may use now; whatever came is written down, however it ended."""
        request, message = await in_database(self._prepare, items, choice, shortened)
        writing = self.writing = Writing(self.recorder, message, group=self._group, sources=self._sources)
        stream = self._client.stream(request)
        try:
            async with stream:
                async for deltas in stream:
                    await writing.take(deltas)
                    await writing.rest()
        except LeaseLost:
            await writing.abandon()
            raise
        except (ModelError, TooMuch) as error:
            failure = _failure(error)
            await self._close(writing, stream, Message.State.FAILED, failure)
            return failure
        except BaseException:  # what was written is kept, whether a person, a server or a bug ends it
            await self._close(writing, stream, self.cancelled_as)
            raise
        state = Message.State.COMPLETE if stream.ended else Message.State.INTERRUPTED
        return await self._close(writing, stream, state)

    async def answer(self, reply: Reply, calls: tuple[Call, ...]) -> list[Answer] | None:
        """Carry out the calls that are open; return all answers in their order, None if people are asked."""
        positions = {call.position for call in calls}
        rows = await in_database(self._rows, positions)
        waiting = ToolCall.State.WAITING
        ready = [row for row in rows if row.is_open and row.state != waiting]
        while ready:
            await calling.carry_out(self.recorder, ready)
            rows = await in_database(self._rows, positions)
            # Somebody may have allowed one while the others ran.
            ready = [row for row in rows if row.state == ToolCall.State.QUEUED and not row.started_at]
        if any(row.state == waiting for row in rows):
            return None
        return [answer_of(row) for row in rows]

    def _prepare(self, items: tuple[Item, ...], choice: Choice, shortened: int) -> tuple[Request, Message]:
        toolbox = toolbox_of(self.turn)
        self._sources = {tool.name: tool.source for tool in toolbox.offered}
        if choice.mode == "tool" and choice.name not in self._sources:
            choice = Choice()  # switched off since the message was sent; the reply's row says why
        if not toolbox.offered:
            choice = Choice()
        routed = route(toolbox, asked_in(items, choice))
        self._sources |= {tool.name: tool.source for tool in routed.sent}
        message = self.recorder.open_reply(tool_choice=written(choice), routed=routed, shortened=shortened)
        tools = tuple(_offered(tool) for tool in routed.sent)
        return Request(instructions(self.turn), items, tools, choice), message

    async def _close(
        self, writing: Writing, stream: Stream, state: str, failure: Failure | None = None
    ) -> Reply:
        return await see_through(self._closed(writing, stream, state=state, failure=failure))

    async def _closed(
        self, writing: Writing, stream: Stream, *, state: str, failure: Failure | None
    ) -> Reply:
        reply = await writing.end(ended=stream.ended)
        await in_database(
            self.recorder.close_reply,
            writing.message,
            reply,
            sources=self._sources,
            wire=_wire(stream),
            state=state,
            rev=writing.rev,
            error_code=failure.code if failure else "",
            error_message=failure.message if failure else "",
        )
        return reply

    def _rows(self, positions: set[int]) -> list[ToolCall]:
        """Load the calls of the turn's last reply at these positions."""
        return [row for row in ToolCall.last_of(self.turn.pk) if row.position in positions]


def _offered(tool: Tool) -> OfferedTool:
    return OfferedTool(tool.name, tool.description, tool.parameters, tool.strict)


def _failure(error: ModelError | TooMuch) -> Failure:
    return (
        Failure(error.code, error.message)
        if isinstance(error, ModelError)
        else Failure("too_much", str(error))
    )


def _wire(stream: Stream) -> Wire | None:
    kept = stream.exchange
    if not kept.request_body:
        return None
    return Wire(kept.request_body, kept.response_body, status=kept.status, truncated=kept.truncated)
