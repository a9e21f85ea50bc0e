"""Style sheets, symbols and states, each named in two places, agree."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string

from conversations.models import Message, ToolCall, Turn
from conversations.templatetags.states import LOOKS

STATIC = Path(settings.BASE_DIR) / "static"


def test_every_stylesheet_is_linked_once_and_exists() -> None:
    linked = re.findall(r'css/([\w-]+\.css)"', render_to_string("styles.html"))
    in_layers = [path.name for path in (STATIC / "css").glob("*.css") if "@layer" in path.read_text()]
    assert sorted(linked) == sorted(in_layers)


def test_every_symbol_asked_for_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="(\w+)"', (STATIC / "img" / "icons.svg").read_text()))
    templates = (Path(settings.BASE_DIR) / "templates").rglob("*.html")
    asked = {name for path in templates for name in re.findall(r'{% icon "(\w+)"', path.read_text())}
    assert asked | {look.picture for look in LOOKS.values()} <= drawn


def test_every_state_has_a_look() -> None:
    states = {state for row in (Turn, Message, ToolCall) for state in row.State.values}
    assert states == set(LOOKS)
