"""docs/protocol.md is the contract for other clients: it names all that the code does, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chatsite.accounts.models import User
from conversations import actions, admission, decisions, refusals
from conversations.database import in_database
from conversations.live import away, commands, consumer, reading, unread
from conversations.llm.demo import calls, says
from conversations.turns import writing
from tests.house import house

ROOT = Path(__file__).parent.parent.parent
DOCUMENT = (ROOT / "docs" / "protocol.md").read_text()
SOURCES = "".join(
    Path(module.__file__ or "").read_text()
    for module in (actions, admission, decisions, refusals, reading, consumer, writing)
)


def section(title: str) -> str:
    return DOCUMENT.split(f"## {title}\n")[1].split("\n## ")[0]


def table(title: str) -> dict[str, str]:
    """Return first and second cell of each row of the section's first table."""
    rows = re.findall(r"^\| (.+?) \| (.*?) ?\|", section(title), re.MULTILINE)
    return {name: cell for name, cell in rows[1:] if not set(name) <= set("- ")}


def test_every_command_is_documented_with_its_fields() -> None:
    documented = {
        name: set(re.findall(r"`(\w+)`", cell)) for name, cell in table("Commands from the client").items()
    }
    models = commands.Command.__subclasses__()
    assert documented == {name_of(model): set(model.model_fields) - {"do", "n"} for model in models}


def name_of(model: type[commands.Command]) -> str:
    (name,) = model.model_fields["do"].annotation.__args__  # type: ignore[union-attr]
    return str(name)


def test_every_code_of_a_refusal_is_documented() -> None:
    used = set(re.findall(r'Refusal\(\s*"(\w+)"', SOURCES))
    assert set(table("Refusals")) == used


def test_every_close_code_is_documented() -> None:
    codes = {consumer.SIGNED_OUT_CODE, consumer.UNREAD_CODE, consumer.RESTART_CODE, away.AWAY_CODE}
    closing = section("Connecting").split("Close codes:")[1].split(".")[0]
    # 1001 is the server's own, said by the websocket library when it leaves.
    assert {int(code) for code in re.findall(r"\b\d{4}\b", closing)} == codes | {1001}


def test_the_limits_are_documented() -> None:
    assert f"{reading.FRAME_LIMIT // 1024:,} Ki characters" in DOCUMENT
    assert f"{unread.FLOW_LIMIT // 1024 // 1024} Mi characters" in DOCUMENT
    assert f"{unread.LIMIT // 1024 // 1024} Mi characters" in DOCUMENT


@pytest.mark.django_db(transaction=True)
async def test_every_frame_that_is_sent_is_documented_with_its_fields(alice: User) -> None:
    forms = {
        name: set(re.findall(r'"(\w+)":', cell)) for name, cell in table("Frames from the server").items()
    }
    async with house([calls(("calculate", {"expression": "1"})), says("Hi."), says("Ho.")]) as home:
        async with home.page(alice) as page:
            first = await page.ask("Hello")
            await page.do("stop", turn=first)
            await page.do("full", message=page.replies()[-1])
            await page.do("edit", turn=first, text="Hullo", client_id="2f1f6a3e-6f0c-4f7e-9b55-b0a2f4f8c0de")
            await page.until(lambda frame: isinstance(frame, dict) and frame["t"] == "reset")
            await home.idle()
            await in_database(page.client.logout)
            await page.closed()
    sent = set()
    for frame in page.frames:
        if isinstance(frame, dict):
            sent.add(frame["t"])
            assert set(frame) - {"turn", "conversation"} == forms[frame["t"]]
        else:
            name = {"f": "flow", "F": "full"}[frame[0]]
            sent.add(name)
            assert len(frame) == 5
            assert f'`["{frame[0]}",' in DOCUMENT
    assert sent == set(forms)
