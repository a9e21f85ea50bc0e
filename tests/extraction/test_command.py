"""`manage.py extract`: files in, data out."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from chatsite.accounts.models import User
from conversations.extraction.models import Extraction, SavedSchema
from conversations.models import Message

pytestmark = pytest.mark.django_db(transaction=True)


def extract(*arguments: object) -> tuple[int, str, str]:
    """Call the command here; returns its exit code and what it printed."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("extract", *map(str, arguments), stdout=out, stderr=err)
    except CommandError as error:
        return error.returncode, out.getvalue(), str(error)
    except SystemExit as leaving:
        return int(leaving.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


@pytest.fixture
def letters(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "bob.txt", tmp_path / "alice.txt"]
    for path in paths:
        path.write_text(f"I am {path.stem.title()}, write to {path.stem}@example.com.")
    return paths


def test_each_file_gives_a_row_of_json(alice: User, letters: list[Path]) -> None:
    code, out, err = extract("contact", *letters)
    document = json.loads(out)
    assert (code, err) == (0, "")
    assert [row["name"] for row in document["rows"]] == list(map(str, letters))
    assert [row["data"]["email"] for row in document["rows"]] == ["bob@example.com", "alice@example.com"]
    assert Extraction.objects.get().person == alice


def test_a_schema_from_a_file_is_used_once_and_prints_a_table(
    alice: User, letters: list[Path], tmp_path: Path
) -> None:
    schema = tmp_path / "mail.json"
    schema.write_text(
        '{"type": "object", "properties": {"email": {"type": "string"}}, "required": ["email"]}'
    )
    code, out, _ = extract("--csv", schema, letters[0])
    assert code == 0
    header, row = csv.reader(io.StringIO(out))
    assert (header[3:], row[3:]) == (["email"], ["bob@example.com"])
    assert not SavedSchema.objects.filter(deleted_at=None).exists()


def test_what_does_not_fit_is_told_and_fails(alice: User, letters: list[Path], tmp_path: Path) -> None:
    schema = tmp_path / "never.json"
    schema.write_text('{"type": "object", "properties": {"email": {"not": {}}}, "required": ["email"]}')
    code, out, err = extract(schema, letters[0])
    assert code == 1
    assert json.loads(out)["rows"][0]["data"] is None
    assert "did not fit the schema, 3 times" in err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nothing", "{letter}"], "no definition and no file"),
        (["contact", "/no/such/file"], "cannot be read"),
        (["{letter}", "{letter}"], "not JSON"),
        (["contact", "{letter}", "--user", "nobody"], "There is no 'nobody' here."),
        (["contact", "{letter}", "{folder}"], "cannot be read"),
        (["contact", "{letter}", "{empty}"], "is empty"),
        (["contact", "{letter}", "{picture}"], "is no text in UTF-8"),
        (["contact", "{letter}", "{latin}"], "is no text in UTF-8"),
        (["contact", "{letter}", "{long}"], "150,000 characters long"),
        (["contact", "{letter}", "{endless}"], "longer than 4,000,000 bytes"),
        (["{endless}", "{letter}"], "longer than 20,000 bytes"),
        (["contact", *["{letter}"] * 101], "101 texts"),
        (["{looping}", "{letter}"], "refers to itself"),
    ],
)
def test_what_cannot_be_begun_is_said(
    alice: User, letters: list[Path], tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    looping = {"type": "object", "properties": {"a": {"$ref": "#/$defs/a"}}}
    looping["$defs"] = {"a": {"items": {"$ref": "#/$defs/a"}}}
    written = {
        "letter": letters[0].read_bytes(),
        "empty": b" \n",
        "picture": b"\x89PNG\r\n\x1a\n\0\0",
        "latin": "Frau Müller".encode("latin-1"),
        "long": b"x" * 150_000,
        "endless": b"x" * 4_000_001,
        "looping": json.dumps(looping).encode(),
    }
    for name, content in written.items():
        (tmp_path / name).write_bytes(content)
    paths = {name: tmp_path / name for name in written} | {"folder": tmp_path}
    code, out, err = extract(*(each.format(**paths) for each in arguments))
    assert (code, out) == (2, "")
    assert sentence in err
    assert not Extraction.objects.exists()


def test_a_mark_of_utf_8_is_no_part_of_the_text(alice: User, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("I am Bob, bob@example.com", encoding="utf-8-sig")
    assert extract("contact", letter)[0] == 0
    assert Message.objects.filter(text__startswith="I am Bob").exists()
