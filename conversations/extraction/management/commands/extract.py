"""`manage.py extract`: data from files, by the very path that the page takes."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError

from conversations.asking.following import follow
from conversations.asking.people import asker
from conversations.asking.terminal import Paper, harmless, harmless_json
from conversations.extraction import actions
from conversations.extraction.definitions import PREFIX, definitions
from conversations.extraction.models import Extraction
from conversations.extraction.results import as_csv, as_json, results_of
from conversations.extraction.schemas import SCHEMA_BYTES, read_schema
from conversations.refusals import Refusal

FAILED, WRONG_USAGE = 1, 2
MOST_BYTES = 4_000_000  # of one file that are read; a text may have fewer characters anyway


class Command(BaseCommand):
    help = (
        "Extracts data from files and prints it as JSON or CSV. Exits with 0 if every file gave data, 1 if "
        "one did not, 2 if it could not be begun like this, 130 if Ctrl-C stopped it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("schema", help="the name of what to extract, or the path of a JSON Schema")
        parser.add_argument("files", nargs="+", metavar="file", help="a text each; - reads standard input")
        parser.add_argument("--user", metavar="NAME", help="for whom (the only person, or the demo account)")
        parser.add_argument("--csv", action="store_true", help="print a table instead of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            person = asker(options["user"])
        except (OperationalError, ProgrammingError) as error:
            raise CommandError("The tables are not there yet: run `manage.py migrate`.") from error
        if isinstance(person, str):
            raise CommandError(person, returncode=WRONG_USAGE)
        texts = [(name, _read(name)) for name in options["files"]]
        begun = actions.begin(person, _choice(person, options["schema"]), texts)
        if isinstance(begun, Refusal):
            raise CommandError(begun.message, returncode=WRONG_USAGE)
        stopped_by = self._see_through(person, begun)
        results = results_of(begun)
        paper = Paper(self.stdout)
        paper.write(harmless(as_csv(results)) if options["csv"] else harmless_json(as_json(results)))
        paper.end()
        for row in results.rows:
            if row.data is None:
                said = row.turn.detail or f"It is {row.turn.get_state_display().lower()}."
                self.stderr.write(harmless(f"{row.text.name}: {said}"))
        if stopped_by:
            sys.exit(128 + stopped_by)
        if results.extracted < len(results.rows):
            sys.exit(FAILED)

    def _see_through(self, person: AbstractUser, begun: Extraction) -> int | None:
        turns = list(begun.turns.order_by("pk").values_list("pk", flat=True))
        stop = partial(actions.stop, person, begun.pk)
        try:
            _, stopped_by = asyncio.run(
                follow(turns, stop=stop, tell=_nowhere, count=self._count_of(len(turns)))
            )
        except KeyboardInterrupt:
            sys.exit(130)
        finally:
            self._on_the_last_line("")
        return stopped_by

    def _count_of(self, texts: int) -> Callable[[int], None]:
        return lambda ended: self._on_the_last_line(f"{ended} of {texts} done")

    def _on_the_last_line(self, words: str) -> None:
        """Tell whoever sits before it; a file of errors has no use for it."""
        if self.stderr.isatty():
            self.stderr.write(f"\r\x1b[K{words}", style_func=str, ending="")
            self.stderr.flush()


def _choice(person: AbstractUser, wish: str) -> str:
    """Find a definition by its name or key, or make one of a file."""
    for definition in reversed(definitions(person.pk)):  # one's own come before the ready-made
        if wish.lower() in (definition.name.lower(), definition.key):
            return definition.choice
    path = Path(wish)
    if not path.is_file():
        raise CommandError(f"There is no definition and no file {wish!r}.", returncode=WRONG_USAGE)
    schema = read_schema(_read(wish, most=SCHEMA_BYTES))
    if isinstance(schema, str):
        raise CommandError(schema, returncode=WRONG_USAGE)
    saved = actions.save(person, path.stem, schema, listed=False)
    if isinstance(saved, Refusal):
        raise CommandError(saved.message, returncode=WRONG_USAGE)
    return PREFIX + saved.key


def _read(name: str, *, most: int = MOST_BYTES) -> str:
    try:
        written = _bytes(name, most + 1)
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}.", returncode=WRONG_USAGE) from error
    if len(written) > most:
        raise CommandError(f"{name} is longer than {most:,} bytes.", returncode=WRONG_USAGE)
    try:
        text = written.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"  # which no text has
    if "\0" in text:
        raise CommandError(f"{name} is no text in UTF-8.", returncode=WRONG_USAGE)
    if not text.strip():
        raise CommandError(f"{name} is empty.", returncode=WRONG_USAGE)
    return text


def _bytes(name: str, most: int) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read(most)
    with Path(name).open("rb") as file:
        return file.read(most)


def _nowhere(text: str) -> None:
    """The data is printed once, at the end."""
