"""Style sheets, symbols and states, each named in two places, agree."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

from conversations.models import Message, ToolCall, Turn
from conversations.templatetags.states import LOOKS

STATIC = Path(settings.BASE_DIR) / "static"


def templates() -> list[str]:
    folders = [Path(settings.BASE_DIR) / name for name in ("templates", "fragments")]
    return [path.read_text() for folder in folders for path in folder.rglob("*.html")]


def test_every_stylesheet_is_linked_or_imported_and_exists() -> None:
    linked = {name for text in templates() for name in re.findall(r'"css/([\w-]+\.css)"', text)}
    imported = re.findall(r'@import "(.+)";', (STATIC / "css" / "main.css").read_text())
    there = {path.name for path in (STATIC / "css").glob("*.css")}
    assert there - {"main.css"} == linked - {"clearcall.css"} | set(imported)


def test_every_symbol_asked_for_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="(\w+)"', (STATIC / "img" / "icons.svg").read_text()))
    asked = {name for text in templates() for name in re.findall(r'icon[ (]"(\w+)"', text)}
    assert asked | {look.picture for look in LOOKS.values()} <= drawn


def test_every_question_says_what_yes_means() -> None:
    questions = [tag for text in templates() for tag in re.findall(r"<button[^>]*data-confirm[^>]*>", text)]
    assert questions
    assert [tag for tag in questions if "data-yes=" not in tag] == []


def test_every_state_has_a_look() -> None:
    states = {state for row in (Turn, Message, ToolCall) for state in row.State.values}
    assert states == set(LOOKS)
