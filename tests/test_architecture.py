"""The laws of the code that a machine can hold: who may import whom, how long things are, what is caught."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
APPS = ("chatsite", "conversations", "tools")
FILES = sorted(path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)
MODULES = {path: ".".join(path.relative_to(ROOT).with_suffix("").parts) for path in FILES}

LONGEST_FILE, LONGEST_FUNCTION = 250, 60
NAMES_FOR_NOTHING = {"utils", "helpers", "services", "manager", "common", "misc"}

# Who may import what of ours. The longest name that fits a module is its room; a room may import itself.
LAW: dict[str, set[str]] = {
    "tools": set(),
    "conversations.engine": set(),
    "conversations.llm": {"conversations.engine"},
    "conversations.rendering": set(),
    "conversations.templatetags": {
        "conversations.models",
        "conversations.rendering",
        "tools.definition",
        "tools.registry",
    },
    "conversations.models": set(),
    # The one place where all meet. Of `live` it needs the feed, for flow is no row that could tell of itself.
    "conversations.turns": {
        "conversations.cancellation",
        "conversations.database",
        "conversations.engine",
        "conversations.extraction.definitions",
        "conversations.live.feed",
        "conversations.llm",
        "conversations.metrics",
        "conversations.models",
        "conversations.rendering",
        "tools",
    },
    "conversations.live": {
        "conversations.application",
        "conversations.actions",
        "conversations.decisions",
        "conversations.database",
        "conversations.extraction.definitions",
        "conversations.metrics",
        "conversations.models",
        "conversations.refusals",
        "conversations.rendering",
        "conversations.text",
        "tools.toolbox",  # a person's switches are among what pages follow
        "tools.zones",
    },
    # Below everything that has news, so that rows, turns and doors may all tell them.
    "conversations.live.feed": {
        "conversations.live.bridge",
        "conversations.live.hub",
        "conversations.metrics",
        "conversations.models",
    },
    "conversations.live.bridge": {"conversations.live.hub"},
    "conversations.live.hub": set(),
    # Numbers that others add to. The pure rooms do not: what they do is counted by whoever calls them.
    "conversations.metrics": set(),
    "conversations.application": set(),
    "conversations.exposition": {
        "conversations.database",
        "conversations.metrics",
        "conversations.models",
    },
    "conversations.admission": {
        "conversations.extraction.definitions",
        "conversations.models",
        "conversations.refusals",
        "conversations.turns.choices",
        "tools.toolbox",
    },
    "conversations.stopping": {
        "conversations.live.feed",
        "conversations.models",
        "conversations.turns.parking",
    },
    "conversations.actions": {
        "conversations.admission",
        "conversations.models",
        "conversations.refusals",
        "conversations.stopping",
        "conversations.text",
        "conversations.turns.executor",
        "tools",
    },
    "conversations.decisions": {
        "conversations.models",
        "conversations.refusals",
        "conversations.text",
        "conversations.turns.parking",
        "tools",
    },
    "conversations.admin": {
        "conversations.decisions",
        "conversations.live.window",
        "conversations.masking",
        "conversations.models",
        "conversations.rendering",
        "conversations.templatetags",
        "tools",
    },
    "conversations.database": {"conversations.cancellation"},
    # What is to be extracted lies below turns, which run it; who does it stands beside the other doors.
    "conversations.extraction": {
        "conversations.actions",
        "conversations.asking",
        "conversations.models",
        "conversations.refusals",
        "conversations.stopping",
        "conversations.text",
        "conversations.views",
        "tools",
    },
    "conversations.extraction.models": {"conversations.models"},
    "conversations.extraction.schemas": {"tools"},
    "conversations.extraction.definitions": {
        "conversations.extraction.models",
        "conversations.extraction.schemas",
        "tools",
    },
    # The doors: they read rows as the live page does, and whatever changes something is an action.
    "conversations": {
        "conversations.actions",
        "conversations.asking",
        "conversations.calendar",
        "conversations.exports",
        "conversations.extraction",
        "conversations.live",
        "conversations.masking",
        "conversations.models",
        "conversations.prompts",
        "conversations.refusals",
        "conversations.stopping",
        "conversations.views",
        "tools",
    },
    # The command that asks may be the one process there is, and then runs turns itself.
    "conversations.asking": {
        "conversations.actions",
        "conversations.database",
        "conversations.models",
        "conversations.turns",
    },
    "chatsite": {"conversations.application", "conversations.live.away", "conversations.live.routing"},
    "chatsite.away": {"conversations.database"},
    "chatsite.clock": {"conversations.database", "tools.zones"},
    "chatsite.logs": {"conversations.masking", "tools.redaction"},
    "chatsite.serving.housekeeping": {"conversations.database"},
    # Asks each part whether it works, and shows what was counted.
    "chatsite.watching": {
        "chatsite",
        "conversations.application",
        "conversations.database",
        "conversations.exposition",
        "conversations.live.feed",
        "conversations.turns.executor",
    },
}
NO_DJANGO = ("conversations.engine", "conversations.llm", "conversations.cancellation")
WITH_THE_CHANNEL_LAYER = {"conversations.live.feed", "chatsite.settings", "chatsite.stores"}

# Bugs are not caught, but once for each kind of thing that must outlive one.
BROAD = {
    "conversations.rendering.highlighting": 1,  # a lexer, one of hundreds of authors: the code stays plain
    "conversations.live.feed": 1,  # a message to the channel layer, whatever that is made of
    "conversations.live.bridge": 1,  # the ear that a process has for the others
    "conversations.live.consumer": 1,  # one socket's following
    "conversations.turns.desk": 1,  # kept and raised again: what was written when a reply was cut off
    "conversations.turns.crew": 1,  # its loops
    "chatsite.serving.housekeeping": 1,  # its loop
    "tools.mcp.switchboard": 1,  # its loop
    "tools.mcp.connection": 1,  # one server's connection: whatever the SDK raises, it is made anew
    "tools.attempt": 2,  # one call of a tool, in a thread and in the loop
}


def room_of(module: str, rooms: dict[str, set[str]]) -> str:
    return max((room for room in rooms if module == room or module.startswith(f"{room}.")), key=len)


def imports_of(path: Path) -> Iterator[str]:
    """Yield every module of ours and of others that a file names, wherever it imports it."""
    module = MODULES[path]
    package = (
        module.removesuffix(".__init__").split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    )
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from (name if is_module(name := f"{base}.{alias.name}") else base for alias in node.names)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def is_module(name: str) -> bool:
    place = ROOT / name.replace(".", "/")
    return place.with_suffix(".py").exists() or (place / "__init__.py").exists()


def within(module: str, rooms: set[str]) -> bool:
    return any(module == room or module.startswith(f"{room}.") for room in rooms)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_a_module_imports_only_what_its_room_may() -> None:
    forbidden = [
        (named(path), name)
        for path in FILES
        for name in imports_of(path)
        if name.split(".")[0] in APPS and not within(name, allowed_in(room_of(MODULES[path], LAW)))
    ]
    assert forbidden == []


def allowed_in(room: str) -> set[str]:
    return {room, *LAW[room]}


def test_the_pure_rooms_import_no_django() -> None:
    pure = [path for path in FILES if within(MODULES[path], set(NO_DJANGO))]
    assert pure
    imported = [(named(path), name) for path in pure for name in imports_of(path)]
    assert [found for found in imported if found[1].split(".")[0] in {"django", "channels"}] == []


def test_nobody_imports_the_site() -> None:
    outside = [path for path in FILES if not MODULES[path].startswith("chatsite")]
    assert [named(path) for path in outside for name in imports_of(path) if within(name, {"chatsite"})] == []


def test_only_the_feed_touches_the_channel_layer() -> None:
    touching = {
        MODULES[path]
        for path in FILES
        if any(word in path.read_text() for word in ("channels.layers", "channel_layer("))
    }
    assert touching <= WITH_THE_CHANNEL_LAYER


def test_the_law_names_only_rooms_that_exist() -> None:
    every = {*LAW, *NO_DJANGO, *BROAD, *(name for allowed in LAW.values() for name in allowed)}
    assert [
        name for name in sorted(every) if not is_module(name) and not (ROOT / name.replace(".", "/")).is_dir()
    ] == []


def test_a_module_answers_one_question() -> None:
    lengths = {named(path): len(path.read_text().splitlines()) for path in FILES}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}
    assert [module for module in MODULES.values() if NAMES_FOR_NOTHING & set(module.split("."))] == []


def test_a_module_says_in_one_sentence_what_it_answers() -> None:
    said = {named(path): ast.get_docstring(tree_of(path)) or "" for path in FILES if path.read_text().strip()}
    sentences = {name: text.split("\n\n")[0] for name, text in said.items()}
    assert [name for name, sentence in sentences.items() if not sentence.endswith((".", ":"))] == []


def test_functions_are_short() -> None:
    lengths = {
        f"{named(path)}: {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in FILES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_every_broad_except_is_known_and_has_its_reason() -> None:
    found = {MODULES[path]: sum(map(is_broad, ast.walk(tree_of(path)))) for path in FILES}
    assert {module: count for module, count in found.items() if count} == BROAD


def is_broad(node: ast.AST) -> bool:
    if not isinstance(node, ast.ExceptHandler):
        return False
    caught = ast.walk(node.type) if node.type else iter(())
    names = {name.id for name in caught if isinstance(name, ast.Name)}
    return node.type is None or bool(names & {"Exception", "BaseException"})
