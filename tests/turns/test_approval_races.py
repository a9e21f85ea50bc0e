"""Whatever happens around a decision, what runs is what somebody allowed, and each call comes to its end."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Literal

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from chatsite.accounts.models import User
from conversations import decisions
from conversations.database import in_database
from conversations.llm.demo import calls, says
from conversations.models import Approval, Grant, ToolCall, Turn
from conversations.refusals import NOT_FOUND
from tests.house import heir, house
from tests.page import Page
from tests.turns.posting import asked, poster, ran, the_call, told, waiting
from tools.definition import Tool, tool
from tools.models import ToolPolicy
from tools.registry import registry

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["poster"]

POST_X = calls(("post", {"text": "x"}))
MINE = '{"text": "mine"}'


def the_calls() -> list[ToolCall]:
    return list(ToolCall.objects.select_related("approval").filter(name="post").order_by("pk"))


async def waits_on_the_page(page: Page, name: str = "post") -> dict[str, Any]:
    """Wait until a call is shown as waiting, parked or not; return what a page would send to decide."""
    await page.until_shown(lambda: (name, "waiting") in page.calls())
    call = await in_database(the_call, name)
    return {"call": call.pk, "shown": call.approval.shown}


async def test_a_call_that_is_allowed_while_another_still_runs_is_run_too(alice: User) -> None:
    done = asyncio.Event()

    @tool
    async def slow() -> str:
        """Take one's time."""
        await done.wait()
        return "Slept"

    script = [calls(("post", {"text": "a"}), ("slow", {}), ("post", {"text": "b"})), says("Done.")]
    with registry.including(slow):
        async with house(script) as home, home.page(alice) as page:
            turn = (await page.send("Go"))["turn"]
            await page.until_shown(lambda: ("slow", "running") in page.calls())
            for call in await in_database(the_calls):
                assert (await page.do("allow", call=call.pk, shown=call.approval.shown))["t"] == "done"
            done.set()
            await page.until_turn(turn, "completed")
            assert told(home) == ["Posted a", "Slept", "Posted b"]
            await home.compare(page)
    assert sorted(ran) == ["a", "b"]


@pytest.mark.parametrize("number", ["1e22", "1e23", "-0.0", "1.5e-7", "1234567890123456789012", "1E2"])
async def test_odd_numbers_run_as_they_were_allowed(alice: User, number: str) -> None:
    weighed: list[float] = []

    @tool(effects="writes")
    def weigh(grams: float | int, note: str = "") -> str:
        """Weigh something."""
        weighed.append(grams)
        return "Weighed"

    with registry.including(weigh):
        async with house([calls(("weigh", {"grams": 1})), says("Done.")]) as home, home.page(alice) as page:
            turn = (await page.send("Weigh it"))["turn"]
            shown = await waiting(page, turn, "weigh")
            odd = r"zero\u200bwidth \ud83d\ude00 \u0000 \ud800"
            edited = f'{{"grams": {number}, "note": "{odd}"}}'
            assert (await page.do("allow", **shown, arguments=edited))["t"] == "done"
            await page.until_turn(turn, "completed")
    assert weighed == [pytest.approx(float(number))]


async def test_stopped_calls_leave_no_question_open_and_keep_no_other_from_expiring(alice: User) -> None:
    async with house([POST_X, POST_X, says("Too late.")]) as home, home.page(alice) as page:
        turn, _ = await asked(page)
        await page.do("stop", turn=turn)
        await page.until_turn(turn, "stopped")
        call = await in_database(the_call)
        assert (call.approval.decision, call.approval.decided_at is not None) == ("ended", True)
        assert "never ran" in call.answer
        turn, _ = await asked(page)
        await in_database(lambda: Approval.objects.update(expires_at=timezone.now()))
        await page.until_turn(turn, "completed")
    assert await in_database(lambda: Approval.objects.filter(decision="").count()) == 0


async def test_it_asks_again_when_staff_want_a_group_since(alice: User, bob: User) -> None:
    def policy() -> None:
        team = Group.objects.create(name="Editors")
        ToolPolicy.objects.create(name="post").approvers.add(team)
        bob.groups.add(team)

    async with house([POST_X, says("Done.")]) as home, home.page(alice) as page:
        turn, shown = await asked(page)
        first = the_call
        await in_database(policy)
        await page.do("allow", **shown)
        await page.until_shown(lambda: "Editors" in page.outline())
        again = await waiting(page, turn)  # it asks before it parks
        await home.compare(page)
        assert ran == []
        assert (await page.do("allow", **again))["code"] == "not_yours_to_decide"
        assert await in_database(decisions.allow, bob, again["call"], again["shown"]) is None
        await page.until_turn(turn, "completed")
        approval = await in_database(lambda: first().approval)
    assert ran == ["x"]
    assert [(one["decision"], one["by"]) for one in approval.earlier] == [("once", "alice")]
    assert approval.decided_by_id == bob.pk


@pytest.mark.parametrize("change", ["schema", "words", "effects"])
async def test_what_was_allowed_for_good_is_asked_again_when_anything_shown_of_the_tool_changes(
    alice: User, change: str
) -> None:
    async with house([POST_X, says("1"), POST_X]) as home, home.page(alice) as page:
        turn, shown = await asked(page)
        await page.do("allow", **shown, always=True)
        await page.until_turn(turn, "completed")
        with registry.including(another(change)):
            await asked(page)


def another(change: str) -> Tool:
    if change == "schema":

        @tool(name="post", effects="writes")
        def post(text: str, loudly: bool = False) -> str:
            """Post a text."""
            return "Posted"
    elif change == "words":

        @tool(name="post", effects="writes")
        def post(text: str) -> str:
            """Post a text to everybody in the world."""
            return "Posted"
    else:

        @tool(name="post", effects="destructive")
        def post(text: str) -> str:
            """Post a text."""
            return "Posted"

    return post


async def test_a_tool_that_changes_between_decision_and_run_asks_again_and_says_so(alice: User) -> None:
    async with house([POST_X, says("Done.")]) as home, home.page(alice) as page:
        turn, shown = await asked(page)
        with registry.including(another("effects")):
            await page.do("allow", **shown)
            await page.until_shown(lambda: "Asked again" in page.outline())
            again = await waiting(page, turn)
            assert again["shown"] != shown["shown"]
            await home.compare(page)
            assert (await page.do("allow", **shown))["code"] == "changed"
    assert ran == []


async def test_an_edit_is_kept_where_it_asks_again_and_the_model_is_told_of_it(alice: User) -> None:
    async with house([POST_X, says("Done.")]) as home, home.page(alice) as page:
        turn, shown = await asked(page)
        with registry.including(another("schema")):
            await page.do("allow", **shown, arguments=MINE)
            await page.until_shown(lambda: "Asked again" in page.outline())
            again = await waiting(page, turn)
            assert "as they were changed then, not as the model wrote them" in page.outline()
            await home.compare(page)
            await page.do("allow", **again)
            await page.until_turn(turn, "completed")
            assert "Before they were changed" in page.outline()
            await home.compare(page)
        answer = json.loads(told(home)[0])
    edit = {"text": "mine", "loudly": False}
    assert answer["arguments_run"] == edit
    call = await in_database(the_call)
    assert (call.approval.decision, call.approval.arguments) == ("once", {"text": "x"})
    (earlier,) = call.approval.earlier
    assert (earlier["decision"], earlier["arguments"]) == ("edited", edit)


async def test_an_edit_that_the_changed_tool_does_not_take_is_shown_and_the_models_is_asked_about(
    alice: User,
) -> None:
    @tool(name="post", effects="writes")
    def strict(text: Literal["x", "y"]) -> str:
        """Post a letter."""
        return f"Posted {text}"

    async with house([POST_X]) as home, home.page(alice) as page:
        turn, shown = await asked(page)
    allowed = await in_database(decisions.allow, alice, shown["call"], shown["shown"], arguments=MINE)
    assert allowed is None
    with registry.including(strict):
        async with house([says("Done.")]) as home:
            page = await home.open_page(alice, page.conversation)
            again = await waiting(page, turn)
            call = await in_database(the_call)
            assert (call.arguments_run, call.approval.arguments) == ({"text": "x"}, {"text": "x"})
            assert page.outline().count("mine") == 3  # on both cards and among the call's facts
            assert "as they were changed then" not in page.outline()
            await page.do("allow", **again)
            await page.until_turn(turn, "completed")
            assert told(home) == ["Posted x"]
            await home.compare(page)
            await page.close()


async def test_a_changed_tool_that_asks_no_more_runs_with_the_edit(alice: User) -> None:
    @tool(name="post", effects="reads")
    def show(text: str) -> str:
        """Show a text."""
        return f"Shown {text}"

    async with house([POST_X, says("Done.")]) as home, home.page(alice) as page:
        turn, shown = await asked(page)
        with registry.including(show):
            await page.do("allow", **shown, arguments=MINE)
            await page.until_turn(turn, "completed")
        assert json.loads(told(home)[0])["answer"] == "Shown mine"


async def test_nothing_runs_for_somebody_whose_account_was_closed_meanwhile(alice: User, bob: User) -> None:
    def policy() -> None:
        team = Group.objects.create(name="Editors")
        ToolPolicy.objects.create(name="post").approvers.add(team)
        bob.groups.add(team)

    await in_database(policy)
    async with house([POST_X, says("Done.")]) as home, home.page(alice) as page:
        _, shown = await asked(page)
        await in_database(User.objects.filter(pk=alice.pk).update, is_active=False)
        assert await in_database(decisions.allow, bob, shown["call"], shown["shown"]) is None
        await home.idle()
    call = await in_database(the_call)
    assert (call.state, call.error_code) == ("refused", "account_closed")
    assert ran == []


async def test_a_person_who_is_deleted_takes_what_waits_along(alice: User) -> None:
    async with house([POST_X]) as home, home.page(alice) as page:
        _, shown = await asked(page)
        await in_database(lambda: User.objects.get(pk=alice.pk).delete())
        refused = await in_database(decisions.allow, alice, shown["call"], shown["shown"])
        assert refused == NOT_FOUND
    assert ran == []


async def test_an_edit_that_is_empty_is_refused_and_one_that_changes_nothing_is_none(alice: User) -> None:
    async with house([POST_X, says("Done.")]) as home, home.page(alice) as page:
        turn, shown = await asked(page)
        for nothing in ("", " \n"):
            assert (await page.do("allow", **shown, arguments=nothing))["code"] == "bad_arguments"
        assert ran == []
        await page.do("allow", **shown, arguments='{ "text": "x" }')
        await page.until_turn(turn, "completed")
        assert told(home) == ["Posted x"]
    assert await in_database(lambda: the_call().approval.decision) == "once"


@pytest.mark.parametrize(
    "written",
    [
        "[1]",
        '{"text": 7}',
        '{"text": "a", "more": 1}',
        '{"text": NaN}',
        "{",
        '{"text": ' + "[" * 5_000 + "]" * 5_000 + "}",
        '{"text": "a", "n": ' + "9" * 5_000 + "}",
    ],
    ids=["list", "type", "extra", "nan", "cut", "deep", "long"],
)
async def test_edits_that_are_no_arguments_are_refused_with_a_sentence(alice: User, written: str) -> None:
    async with house([POST_X]) as home, home.page(alice) as page:
        _, shown = await asked(page)
        refused = await page.do("allow", **shown, arguments=written)
        assert (refused["code"], bool(refused["message"])) == ("bad_arguments", True)
        assert page.calls() == [("post", "waiting")]
    assert ran == []


async def test_of_many_who_decide_at_once_one_does(alice: User) -> None:
    async with house([POST_X, says("Done.")]) as home, home.page(alice) as page:
        turn, shown = await asked(page)
        decide = [decisions.allow, decisions.decline] * 6
        answers = await asyncio.gather(
            *(asyncio.to_thread(in_thread, one, alice, shown["call"], shown["shown"]) for one in decide)
        )
        await page.until_turn(turn, "completed")
        await home.compare(page)
    assert sum(answer is None for answer in answers) == 1
    assert {answer.code for answer in answers if answer} == {"decided"}
    assert len(ran) <= 1
    call = await in_database(the_call)
    assert call.state == ("succeeded" if ran else "declined")


def in_thread(decide: Any, *arguments: Any) -> Any:
    from django.db import connection

    try:
        return decide(*arguments)
    finally:
        connection.close()


async def test_a_process_that_dies_between_decision_and_run_leaves_the_run_to_the_next(alice: User) -> None:
    begun = asyncio.Event()

    @tool(effects="writes")
    async def send(text: str) -> str:
        """Send a text, and die on the way."""
        ran.append(text)
        begun.set()
        await asyncio.Event().wait()
        return ""

    with registry.including(send):
        async with house([calls(("send", {"text": "x"})), says("Unknown.")]) as home:
            async with home.page(alice) as page:
                turn = (await page.send("Send it"))["turn"]
                shown = await waiting(page, turn, "send")
                await page.do("allow", **shown)
                await begun.wait()
                async with heir(home):
                    await page.until_turn(turn, "completed")
                    assert json.loads(told(home)[0])["error"]["code"] == "interrupted"
                    await home.compare(page)
    assert ran == ["x"]


async def test_a_turn_whose_process_died_before_it_was_parked_still_waits(alice: User) -> None:
    done = asyncio.Event()

    @tool(safe_to_repeat=True)
    async def slow() -> str:
        """Take one's time."""
        await done.wait()
        return "Slept"

    with registry.including(slow):
        async with house([calls(("post", {"text": "x"}), ("slow", {})), says("Done.")]) as home:
            async with home.page(alice) as page:
                turn = (await page.send("Go"))["turn"]
                await page.until_shown(lambda: ("slow", "running") in page.calls())
                shown = await waits_on_the_page(page)
                done.set()
                async with heir(home):
                    await page.until_turn(turn, "waiting")
                    assert (await page.do("allow", **shown))["t"] == "done"
                    await page.until_turn(turn, "completed")
                    assert told(home) == ["Posted x", "Slept"]
                    await home.compare(page)
    assert ran == ["x"]


async def test_stop_after_a_decision_ends_it_wherever_it_stands(alice: User) -> None:
    script = [POST_X, says("Next.")]
    async with house(script) as home, home.page(alice) as page:
        turn, shown = await asked(page)
        await asyncio.gather(
            asyncio.to_thread(in_thread, decisions.allow, alice, shown["call"], shown["shown"]),
            page.do("stop", turn=turn),
        )
        await page.until_shown(lambda: page.state(f"turn-{turn}") in ("stopped", "completed"))
        await home.idle()
        await home.compare(page)
    row = await in_database(Turn.objects.get, pk=turn)
    call = await in_database(the_call)
    assert not call.is_open
    assert row.state in ("stopped", "completed")


async def test_the_same_call_twice_under_one_id_is_decided_twice(
    alice: User,
) -> None:
    twice = calls(("post", {"text": "a"}), ("post", {"text": "a"}))
    async with house([twice, says("Done.")]) as home, home.page(alice) as page:
        turn = (await page.send("Go"))["turn"]
        await page.until_turn(turn, "waiting")
        first, second = await in_database(the_calls)
        assert first.approval.shown == second.approval.shown  # the same thing twice, yet two decisions
        await page.do("allow", call=first.pk, shown=first.approval.shown)
        await page.do("decline", call=second.pk, shown=second.approval.shown)
        await page.until_turn(turn, "completed")
        assert page.calls() == [("post", "succeeded"), ("post", "declined")]
        await home.compare(page)
    assert ran == ["a"]


async def test_an_attempt_after_a_wait_is_none_that_failed(alice: User) -> None:
    async with house([POST_X, POST_X, says("Done.")]) as home, home.page(alice) as page:
        turn, shown = await asked(page)
        await page.do("allow", **shown)
        await page.until_shown(lambda: page.calls() == [("post", "succeeded"), ("post", "waiting")])
        await page.until_turn(turn, "waiting")
        call = await in_database(the_call)
        await page.do("allow", call=call.pk, shown=call.approval.shown)
        await page.until_turn(turn, "completed")
        assert "attempt 2" not in page.outline()
        assert "'Attempt'" not in page.outline()
        await home.compare(page)


async def test_forged_frames_decide_nothing(alice: User, bob: User) -> None:
    async with house([POST_X]) as home, home.page(alice) as page, home.page(bob) as other:
        _, shown = await asked(page)
        digest = shown["shown"]
        for call in (0, -1, 2**63, "1", None, 1.5, True):
            assert (await page.do("allow", call=call, shown=digest))["code"] == "bad_frame"
        for forged in ("", "x" * 64, digest.upper() + "0", None, digest[:63]):
            assert (await page.do("allow", call=shown["call"], shown=forged))["t"] == "refused"
        assert (await page.do("allow", **shown, by=bob.pk))["code"] == "bad_frame"
        assert (await page.do("allow", call=2**63 - 1, shown=digest))["code"] == "not_found"
        for command in ("allow", "decline"):
            assert (await other.do(command, **shown))["code"] == "not_found"
        assert page.calls() == [("post", "waiting")]
    assert ran == []
    assert not await in_database(Grant.objects.exists)


@pytest.mark.parametrize(
    ("text", "is_said"), [("x" * 90_000, False), ("x" * 100_001 + "and the rest", True)], ids=["all", "more"]
)
async def test_it_is_said_when_not_all_that_would_run_is_shown(alice: User, text: str, is_said: bool) -> None:
    async with house([calls(("post", {"text": text})), says("Done.")]) as home, home.page(alice) as page:
        turn, shown = await asked(page)
        assert ("too many to be shown here" in page.outline()) is is_said
        await home.compare(page)
        await page.do("allow", **shown)
        await page.until_turn(turn, "completed")
    assert ran == [text]
