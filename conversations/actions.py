"""What a person may do with conversations; every door calls these. All are sync and one transaction each."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils import timezone

from tools.models import ToolSwitch
from tools.registry import registry

from . import stopping
from .admission import refuse_choice, refuse_message
from .models import Conversation, Message, Shelf, Turn, change
from .models.conversation import TITLE_LENGTH
from .models.lookup import sent_as
from .models.path import path_to
from .refusals import EMPTY, NO_SUCH_TOOL, NOT_FOUND, TOO_LATE, Refusal
from .text import clean, one_line, title_from
from .turns import executor

CONTINUE = "Please continue where you stopped."


def expect() -> None:
    """Tell that somebody has a page open, and may ask at any moment."""
    executor.expect()


def send(
    person: AbstractUser, conversation_id: UUID, *, client_id: UUID, text: str, choice: str = "auto"
) -> Turn | Refusal:
    """Queue a message as the next turn of the branch shown; the first one makes the conversation."""
    conversation = Conversation.find(conversation_id)
    if conversation and not _is_theirs(conversation, person):
        return NOT_FOUND
    if turn := _sent_before(conversation, client_id):
        return turn
    text = clean(text)
    if refusal := refuse_message(person, text, choice, conversation):
        return refusal
    conversation = conversation or _begun(person, conversation_id)
    if conversation is None:
        return NOT_FOUND
    return _submitted(queue(conversation, client_id=client_id, text=text, choice=choice))


def try_again(person: AbstractUser, turn_id: int, *, client_id: UUID) -> Turn | Refusal:
    """Ask the same question anew, beside the first answer."""
    turn = _turn(person, turn_id)
    question = turn and Message.objects.filter(turn=turn, role=Message.Role.USER).first()
    if not turn or not question:
        return NOT_FOUND
    return edit(person, turn_id, client_id=client_id, text=question.text)


def edit(
    person: AbstractUser, turn_id: int, *, client_id: UUID, text: str, choice: str | None = None
) -> Turn | Refusal:
    """Ask in other words, beside the first question; nothing is deleted.

    Without a choice the turn's own counts, if it may still be made. What is under way from that question on
    is stopped, or it would keep the new one waiting out of sight; what is refused has stopped nothing.
    """
    turn = _turn(person, turn_id)
    if not turn:
        return NOT_FOUND
    if sent := _sent_before(turn.conversation, client_id):
        return sent
    text = clean(text)
    if choice is None:
        choice = "auto" if refuse_choice(person, turn.tool_choice, turn.conversation) else turn.tool_choice
    if refusal := refuse_message(person, text, choice, turn.conversation):
        return refusal
    edited = queue(turn.conversation, client_id=client_id, text=text, choice=choice, beside=turn)
    if isinstance(edited, Turn):
        under_way = Turn.objects.filter(conversation=turn.conversation_id, state__in=Turn.OPEN)
        stopping.stop_all(later for later in under_way if turn.pk in path_to(later.pk, since=turn.pk))
    return _submitted(edited)


def go_on(person: AbstractUser, turn_id: int, *, client_id: UUID) -> Turn | Refusal:
    """Ask the model to go on from where an unfinished turn stopped."""
    turn = _turn(person, turn_id)
    if not turn:
        return NOT_FOUND
    if sent := _sent_before(turn.conversation, client_id):
        return sent
    if turn.is_open or turn.state == Turn.State.COMPLETED or turn.conversation.head_id != turn.pk:
        return TOO_LATE
    return send(person, turn.conversation_id, client_id=client_id, text=CONTINUE)


def stop(person: AbstractUser, turn_id: int) -> Refusal | None:
    """Stop a turn wherever it runs; stopping twice is fine."""
    turn = _turn(person, turn_id)
    if not turn:
        return NOT_FOUND
    if stopping.stop(turn):
        return None
    turn.refresh_from_db()
    return None if turn.stop_requested_at else TOO_LATE


def withdraw(person: AbstractUser, turn_id: int) -> str | Refusal:
    """Take a queued message back; returns its text, the second time too."""
    turn = _turn(person, turn_id)
    if not turn:
        return NOT_FOUND
    text = Message.objects.get(turn=turn, role=Message.Role.USER).text
    if turn.state == Turn.State.WITHDRAWN:
        return text
    with change(turn.conversation_id) as it:
        turn.withdraw(it)
        if turn.parent_id is None:
            _begin_anew(turn.conversation_id, without=text)
    return text if it.happened else TOO_LATE


def show(person: AbstractUser, turn_id: int) -> Refusal | None:
    """Show the branch that a turn lies on."""
    turn = _turn(person, turn_id)
    if not turn:
        return NOT_FOUND
    return None if turn.conversation.show_branch(turn) else TOO_LATE


def rename(person: AbstractUser, conversation_id: UUID, *, title: str) -> Refusal | None:
    conversation = _conversation(person, conversation_id)
    if not conversation:
        return NOT_FOUND
    title = one_line(title)[:TITLE_LENGTH]
    if not title:
        return EMPTY
    return None if conversation.rename(title) else TOO_LATE


def delete(person: AbstractUser, conversation_id: UUID) -> Refusal | None:
    """Take a conversation off the person's list; what runs in it is stopped."""
    conversation = _conversation(person, conversation_id)
    if not conversation:
        return NOT_FOUND
    if not conversation.delete_for_person():
        return TOO_LATE
    # Only now, for in a conversation that is gone nothing new is queued.
    stopping.stop_all(conversation.turns.filter(state__in=Turn.OPEN))
    return None


def switch_tool(person: AbstractUser, name: str, *, on: bool) -> Refusal | None:
    """Switch a tool on or off for oneself, from the next model call on."""
    if registry.find(name) is None:
        return NO_SUCH_TOOL
    with transaction.atomic():
        ToolSwitch.set(person, name, on)
        Shelf.touch(person.pk, tools=True)
    return None


def switch_tool_here(person: AbstractUser, conversation_id: UUID, name: str, *, on: bool) -> Refusal | None:
    """Switch a tool on or off in one conversation, from the next model call on; it may be yet to begin."""
    conversation = _begun(person, conversation_id)
    if conversation is None:
        return NOT_FOUND
    if registry.find(name) is None:
        return NO_SUCH_TOOL
    conversation.switch_tool(name, on=on)
    return None


def queue(
    conversation: Conversation, *, client_id: UUID, text: str, choice: str, beside: Turn | None = None
) -> Turn | Refusal:
    """Put a turn there for whoever is told of it next: `submit_queued`, say."""
    turn, refusal = None, NOT_FOUND
    with change(conversation.pk) as it:
        it.only_if(_sent_before(conversation, client_id) is None)
        now = Conversation.find(conversation.pk)
        it.only_if(now is not None and now.deleted_at is None)
        conversation = now or conversation
        if beside:  # only now does it stay where it is
            beside.refresh_from_db(fields=["state", "parent"])
            refusal = TOO_LATE
            it.only_if(beside.state != Turn.State.WITHDRAWN)
        parent_id = beside.parent_id if beside else conversation.head_id
        turn = Turn.make(
            conversation=conversation,
            parent_id=parent_id,
            client_id=client_id,
            tool_choice=choice,
            seq=it.seq,
        )
        Message.make(conversation=conversation, turn=turn, role=Message.Role.USER, text=text, seq=it.seq)
        shown = {"head_seq": it.seq} if beside else {}
        conversation.list_again(
            head_id=turn.pk, active_at=timezone.now(), title=conversation.title or title_from(text), **shown
        )
    return turn or _sent_before(conversation, client_id) or refusal


def submit_queued(person: AbstractUser) -> None:
    """Have as many of a person's queued turns run as may, after commit."""
    transaction.on_commit(partial(executor.submit_for, person.pk))


def _submitted(turn: Turn | Refusal) -> Turn | Refusal:
    if isinstance(turn, Turn):
        transaction.on_commit(partial(executor.submit, turn.pk))
    return turn


def _begin_anew(conversation_id: UUID, *, without: str) -> None:
    """List a conversation that has lost its first message; a title made of that is made of the next one's."""
    conversation = Conversation.objects.get(pk=conversation_id)
    title = conversation.title
    if title == title_from(without):
        first = Message.objects.filter(turn__conversation=conversation_id, turn__parent=None, role="user")
        next_one = first.exclude(turn__state=Turn.State.WITHDRAWN).first()
        title = title_from(next_one.text) if next_one else ""
    conversation.list_again(title=title)


def _sent_before(conversation: Conversation | None, client_id: UUID) -> Turn | None:
    if conversation is None:
        return None
    return sent_as(conversation.pk, client_id)


def _begun(person: AbstractUser, conversation_id: UUID) -> Conversation | None:
    """Return a conversation of this person's, made now if there was none of this id."""
    conversation, _ = Conversation.objects.get_or_create(
        pk=conversation_id, defaults={"person_id": person.pk}
    )
    return conversation if _is_theirs(conversation, person) else None


def _is_theirs(conversation: Conversation, person: AbstractUser) -> bool:
    return conversation.person_id == person.pk and conversation.deleted_at is None


def _conversation(person: AbstractUser, conversation_id: UUID) -> Conversation | None:
    return Conversation.objects.filter(pk=conversation_id, person=person.pk, deleted_at=None).first()


def _turn(person: AbstractUser, turn_id: int) -> Turn | None:
    theirs = Turn.objects.filter(conversation__person=person.pk, conversation__deleted_at=None)
    return theirs.select_related("conversation__person").filter(pk=turn_id).first()
