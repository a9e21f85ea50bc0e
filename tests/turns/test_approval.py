"""A call that must be allowed waits in its row: asked once, decided once, run as it was shown."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from chatsite.accounts.models import User
from conversations import decisions
from conversations.database import in_database
from conversations.llm.demo import calls, says
from conversations.models import Approval, ToolCall, Turn
from conversations.refusals import CHANGED, DECIDED, NOT_FOUND, Refusal
from tests.house import house
from tests.turns.posting import SUM, asked, poster, ran, the_call, told, waiting
from tools.definition import tool
from tools.models import ToolPolicy
from tools.registry import registry

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["poster"]


async def test_a_call_that_writes_waits_and_runs_once_it_is_allowed(alice: User) -> None:
    async with house([calls(("post", {"text": "Hello"})), says("Done.")]) as home, home.page(alice) as page:
        turn, shown = await asked(page)
        assert ran == []
        assert page.calls() == [("post", "waiting")]
        await home.compare(page)
        assert (await page.do("allow", **shown))["t"] == "done"
        await page.until_turn(turn, "completed")
        assert ran == ["Hello"]
        assert told(home) == ["Posted Hello"]
        await home.compare(page)
    approval = await in_database(lambda: the_call().approval)
    assert (approval.decision, approval.decided_by_id) == ("once", alice.pk)


async def test_nothing_runs_while_it_waits_and_no_runner_holds_the_turn(alice: User) -> None:
    async with house([calls(("post", {"text": "Hello"}))]) as home, home.page(alice) as page:
        turn, _ = await asked(page)
        await home.running.idle()
        row = await in_database(Turn.objects.get, pk=turn)
    assert (row.lease_owner, row.lease_until, row.interruptions) == ("", None, 0)


async def test_the_list_asks_for_no_decision_that_was_taken_though_nobody_goes_on_yet(alice: User) -> None:
    async with house([calls(("post", {"text": "Hello"}))]) as home, home.page(alice) as page:
        turn, shown = await asked(page)
        entry = f"listing-{page.conversation}"
        await page.until_shown(lambda: page.state(entry) == "waiting")
        await home.running.drain(0)
        assert (await page.do("allow", **shown))["t"] == "done"
        await page.until_turn(turn, "queued")
        await page.until_shown(lambda: page.state(entry) == "idle")
        async with home.reloaded(page) as fresh:
            assert fresh.state(entry) == "idle"


async def test_calls_that_need_no_word_run_meanwhile_and_answers_keep_their_order(alice: User) -> None:
    script = [calls(("post", {"text": "a"}), SUM, ("post", {"text": "b"})), says("Done.")]
    async with house(script) as home, home.page(alice) as page:
        turn = (await page.send("Go"))["turn"]
        last = await waiting(page, turn)
        assert [state for _, state in page.calls()] == ["waiting", "succeeded", "waiting"]
        first = await in_database(lambda: ToolCall.objects.filter(name="post").earliest("pk"))
        assert first.pk != last["call"]
        await page.do("decline", **last, reason="Not b")
        await page.until_shown(lambda: ("post", "declined") in page.calls())
        approval = await in_database(lambda: Approval.objects.select_related("call").get(pk=first.pk))
        await page.do("allow", call=first.pk, shown=approval.shown)
        await page.until_turn(turn, "completed")
        await home.compare(page)
        answers = told(home)
    assert ran == ["a"]
    assert answers[0] == "Posted a"
    assert json.loads(answers[1])["result"] == "42"
    error = json.loads(answers[2])["error"]
    assert error["code"] == "declined"
    assert "Not b" in error["message"]


async def test_always_lets_the_tool_run_unasked_here_until_it_is_taken_back(alice: User) -> None:
    post_it = calls(("post", {"text": "x"}))
    async with house([post_it, says("1"), post_it, says("2"), post_it, says("3"), post_it]) as home:
        async with home.page(alice) as page, home.page(alice) as other:
            turn, shown = await asked(page)
            await page.do("allow", **shown, always=True)
            await page.until_turn(turn, "completed")
            await page.ask("Again")
            assert await in_database(lambda: the_call().approval.decision) == "granted"
            await page.do("ask_again", tool="post")
            turn, shown = await asked(page)
            await page.do("allow", **shown)
            await page.until_turn(turn, "completed")
            await asked(other)  # it was never allowed there
    assert ran == ["x", "x", "x"]


async def test_a_tool_that_has_changed_asks_again(alice: User) -> None:
    post_it = calls(("post", {"text": "x"}))

    @tool(name="post", effects="writes")
    def changed(text: str, loudly: bool = False) -> str:
        """Post a text."""
        return "Posted"

    async with house([post_it, says("1"), post_it]) as home, home.page(alice) as page:
        turn, shown = await asked(page)
        await page.do("allow", **shown, always=True)
        await page.until_turn(turn, "completed")
        with registry.including(changed):
            await asked(page)


async def test_edited_arguments_run_and_the_model_is_told(alice: User) -> None:
    async with house([calls(("post", {"text": "Helo"})), says("Done.")]) as home, home.page(alice) as page:
        turn, shown = await asked(page)
        wrong = await page.do("allow", **shown, arguments='{"text": 7, "colour": "red"}')
        assert (wrong["code"], "colour" in wrong["message"]) == ("bad_arguments", True)
        await page.do("allow", **shown, arguments='{"text": "Hello"}')
        await page.until_turn(turn, "completed")
        await home.compare(page)
        answer = json.loads(told(home)[0])
    assert ran == ["Hello"]
    assert answer["arguments_run"] == {"text": "Hello"}
    assert answer["answer"] == "Posted Hello"
    call = await in_database(the_call)
    assert json.loads(call.arguments_written) == {"text": "Helo"}
    assert (call.approval.arguments, call.arguments_run) == ({"text": "Helo"}, {"text": "Hello"})
    assert call.approval.decision == "edited"


async def test_the_first_decision_counts_and_the_second_is_told_so(alice: User) -> None:
    async with house([calls(("post", {"text": "x"})), says("Done.")]) as home:
        async with home.page(alice) as page:
            turn, shown = await asked(page)
            await page.do("decline", **shown)
            late = await page.do("allow", **shown)
            assert late["code"] == DECIDED.code
            await page.until_turn(turn, "completed")
    assert ran == []


async def test_what_was_not_shown_is_not_allowed(alice: User) -> None:
    async with house([calls(("post", {"text": "x"}))]) as home, home.page(alice) as page:
        _, shown = await asked(page)
        refused = await page.do("allow", call=shown["call"], shown="0" * 64)
        assert refused["code"] == CHANGED.code
        assert page.calls() == [("post", "waiting")]
    assert ran == []


async def test_nobody_decides_about_anothers_call(alice: User, bob: User) -> None:
    async with house([calls(("post", {"text": "x"}))]) as home, home.page(alice) as page:
        _, shown = await asked(page)
        for decide in (decisions.allow, decisions.decline):
            assert await in_database(decide, bob, shown["call"], shown["shown"]) == NOT_FOUND
    assert ran == []


async def test_staff_may_want_somebody_of_a_group(alice: User, bob: User) -> None:
    def policy() -> None:
        team = Group.objects.create(name="Editors")
        ToolPolicy.objects.create(name="post").approvers.add(team)
        bob.groups.add(team)

    await in_database(policy)
    async with house([calls(("post", {"text": "x"})), says("Done.")]) as home, home.page(alice) as page:
        turn, shown = await asked(page)
        refused = await page.do("allow", **shown, always=True)
        assert (refused["code"], "Editors" in refused["message"]) == ("not_yours_to_decide", True)
        assert await in_database(decisions.allow, bob, shown["call"], shown["shown"]) is None
        await page.until_turn(turn, "completed")
    assert ran == ["x"]
    assert await in_database(lambda: the_call().approval.decided_by_id) == bob.pk


async def test_stop_ends_a_turn_that_waits(alice: User) -> None:
    async with house([calls(("post", {"text": "x"})), says("Next.")]) as home, home.page(alice) as page:
        turn, shown = await asked(page)
        await page.do("stop", turn=turn)
        await page.until_turn(turn, "stopped")
        assert page.calls() == [("post", "stopped")]
        assert (await page.do("allow", **shown))["code"] == DECIDED.code
        await page.ask("And now?")
        await home.compare(page)
    assert ran == []


async def test_what_is_queued_behind_waits_too_and_a_parked_turn_cannot_be_taken_back(alice: User) -> None:
    async with house([calls(("post", {"text": "x"})), says("Done."), says("Next.")]) as home:
        async with home.page(alice) as page:
            turn, shown = await asked(page)
            behind = (await page.send("And then?"))["turn"]
            assert (await page.do("withdraw", turn=turn))["code"] == "too_late"
            assert await in_database(lambda: Turn.objects.get(pk=behind).state) == "queued"
            await page.do("allow", **shown)
            await page.until_turn(behind, "completed")
            await home.compare(page)


async def test_nobody_in_time_is_told_to_the_model_as_expired(alice: User) -> None:
    async with house([calls(("post", {"text": "x"})), says("Too late.")]) as home, home.page(alice) as page:
        turn, shown = await asked(page)
        await in_database(lambda: Approval.objects.update(expires_at=timezone.now()))
        refused = await in_database(decisions.allow, alice, shown["call"], shown["shown"])
        await page.until_turn(turn, "completed")
        assert page.calls() == [("post", "expired")]
        await home.compare(page)
        assert json.loads(told(home)[0])["error"]["code"] == "expired"
    assert isinstance(refused, Refusal)
    assert ran == []


async def test_policy_is_asked_again_just_before_it_runs(alice: User) -> None:
    async with house([calls(("post", {"text": "x"})), says("Off.")]) as home, home.page(alice) as page:
        turn, shown = await asked(page)
        await in_database(ToolPolicy.objects.create, name="post", enabled=False)
        await page.do("allow", **shown)
        await page.until_turn(turn, "completed")
        assert page.calls() == [("post", "refused")]
        assert json.loads(told(home)[0])["error"]["code"] == "off_for_everyone"
    assert ran == []


async def test_a_tool_that_is_gone_while_it_waits_is_told_as_unknown(alice: User) -> None:
    @tool(effects="writes")
    def fleeting() -> None:
        """Be gone soon."""

    async with house([calls(("fleeting", {})), says("Gone.")]) as home, home.page(alice) as page:
        with registry.including(fleeting):
            turn = (await page.send("Post it"))["turn"]
            shown = await waiting(page, turn, "fleeting")
        await page.do("allow", **shown)
        await page.until_turn(turn, "completed")
        assert json.loads(told(home)[0])["error"]["code"] == "unknown_tool"
    assert ran == []


async def test_it_waits_through_a_restart_and_goes_on_in_another_process(alice: User) -> None:
    async with house([calls(("post", {"text": "x"}))]) as home, home.page(alice) as page:
        turn, shown = await asked(page)
        conversation = page.conversation
    async with house([says("Done.")]) as home, home.page(alice, conversation) as page:
        await page.until_turn(turn, "waiting")
        await page.do("allow", **shown)
        await page.until_turn(turn, "completed")
        await home.compare(page)
    assert ran == ["x"]
