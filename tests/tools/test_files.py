"""`list_files` and `read_file` in a folder full of traps."""

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.checks import run_checks
from pytest_django import Settings

from tools import ToolError
from tools.builtin.files.root import NOT_SET_UP, missing
from tools.builtin.files.showing import list_files, read_file


@pytest.fixture(autouse=True)
def root(settings: Settings, tmp_path: Path) -> Path:
    """A folder with notes, and a secret beside it."""
    root = tmp_path / "root"
    (root / "notes").mkdir(parents=True)
    (root / "notes/plan.md").write_text("one\ntwo\nthree\n")
    (root / "Über.txt").write_text("ä")
    (tmp_path / "secret.txt").write_text("secret")
    settings.FILES_ROOT = str(root)
    return root


def refusal(path: str) -> str:
    with pytest.raises(ToolError, match=r"\.$") as refused:
        read_file(path)
    with pytest.raises(ToolError, match=r"\.$"):
        list_files(path)
    return str(refused.value)


def names(path: str = "") -> list[str]:
    return [entry["name"] for entry in list_files(path)["entries"]]


def test_folders_come_first_then_files_by_name(root: Path) -> None:
    os.utime(root / "Über.txt", (0, 0))
    (root / "a.txt").write_text("")
    told = list_files()
    assert [(entry["name"], entry["kind"], entry["bytes"]) for entry in told["entries"]] == [
        ("notes", "folder", None),
        ("a.txt", "file", 0),
        ("Über.txt", "file", 2),
    ]
    assert told["entries"][2]["modified"] == "1970-01-01T00:00:00+00:00"
    assert names("notes") == names("./notes/") == ["plan.md"]


def test_an_empty_folder_says_so(root: Path) -> None:
    (root / "empty").mkdir()
    assert list_files("empty") == {"entries": [], "remark": "The folder is empty."}


def test_a_folder_without_end_is_cut(root: Path) -> None:
    (root / "many").mkdir()
    for number in range(501):
        (root / f"many/{number:03}").touch()
    told = list_files("many")
    assert len(told["entries"]) == 500
    assert told["remark"] == "These are 500 of more entries."


def test_a_file_is_read_whole_or_in_part() -> None:
    assert read_file("notes/plan.md") == {
        "text": "one\ntwo\nthree",
        "first": 1,
        "last": 3,
        "lines": 3,
        "remark": "",
    }
    part = read_file("notes//./plan.md", first_line=2, lines=1)
    assert (part["text"], part["first"], part["last"], part["remark"]) == (
        "two",
        2,
        2,
        "Go on with first_line 3.",
    )
    with pytest.raises(ToolError, match="has only 3 lines"):
        read_file("notes/plan.md", first_line=4)


def test_an_empty_file_says_so(root: Path) -> None:
    (root / "empty").touch()
    assert read_file("empty") == {"text": "", "first": 1, "last": 0, "lines": 0, "remark": "It is empty."}


def test_much_text_comes_in_parts_that_meet(root: Path) -> None:
    whole = [f"{number} {'ä' * 500}" for number in range(300)]
    (root / "long").write_text("\n".join(whole))
    first, read = 1, []
    while True:
        part = read_file("long", first_line=first, lines=1000)
        assert len(part["text"].encode()) <= 48_000
        read += part["text"].split("\n")
        first = part["last"] + 1
        if not part["remark"]:
            break
    assert read == whole


def test_a_line_without_end_is_cut(root: Path) -> None:
    (root / "line").write_text("x" * 1_000_000)
    assert read_file("line")["text"] == "x" * 4000 + " [cut]"


def test_a_mark_of_the_byte_order_is_no_text(root: Path) -> None:
    (root / "marked").write_bytes(b"\xef\xbb\xbfone")
    assert read_file("marked")["text"] == "one"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"MZ\0\0", "is no text"),
        ("ä".encode("latin-1"), "not written in UTF-8"),
        ("äö".encode("utf-16-le"), "is no text"),
        (b"x" * 5_000_001, "larger than 5,000,000 bytes"),
    ],
)
def test_what_is_no_text_or_too_large_is_a_sentence(root: Path, raw: bytes, words: str) -> None:
    (root / "odd").write_bytes(raw)
    with pytest.raises(ToolError, match=words):
        read_file("odd")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("../secret.txt", "leads up by '..'"),
        ("notes/../../secret.txt", "leads up by '..'"),
        ("notes/..", "leads up by '..'"),
        ("/etc/passwd", "begins with '/'"),
        ("//etc/passwd", "begins with '/'"),
        ("notes\0/plan.md", "NUL"),
        ("x/" * 600, "too long"),
        ("x/" * 60, "too many folders"),
        ("..%2fsecret.txt", "Hidden files"),
        ("%2e%2e/secret.txt", "There is no '%2e%2e'"),
        ("..\\secret.txt", "Hidden files"),
        ("．．/secret.txt", "There is no '．．'"),
        ("~/secret.txt", "There is no '~'"),
        ("$HOME/x", "There is no '$HOME'"),
        ("file:///etc/passwd", "There is no"),
        (".hidden", "Hidden files"),
        ("notes/.git/config", "Hidden files"),
        ("\ud800", "There is no"),
        ("x" * 300, "cannot be opened"),
        ("notes/none.md", "There is no 'notes/none.md'"),
        ("Über.txt/x", "cannot be opened"),
    ],
)
def test_a_path_that_leads_nowhere_here_is_a_sentence(root: Path, path: str, words: str) -> None:
    (root / ".hidden").write_text("hidden")
    assert words in refusal(path)


@pytest.mark.parametrize("path", ["", ".", "/"])
def test_the_folder_itself_is_no_file(path: str) -> None:
    with pytest.raises(ToolError, match=r"There is no path|begins with"):
        read_file(path)
    with pytest.raises(ToolError, match="That is a folder"):
        read_file("notes")


def test_links_are_neither_listed_nor_followed(root: Path) -> None:
    (root / "file").symlink_to("../secret.txt")
    (root / "inside").symlink_to("notes/plan.md")
    (root / "up").symlink_to("..")
    (root / "top").symlink_to("/")
    (root / "self").symlink_to("self")
    (root / "notes/away").symlink_to("/etc")
    for path in ("file", "inside", "up", "up/secret.txt", "top/etc/passwd", "self", "notes/away/passwd"):
        assert "link" in refusal(path)
    assert names() == ["notes", "Über.txt"]


def test_the_root_may_be_reached_by_a_link_of_staff(root: Path, settings: Settings) -> None:
    link = root.parent / "link"
    link.symlink_to(root)
    settings.FILES_ROOT = str(link)
    assert names() == ["notes", "Über.txt"]


def test_hidden_odd_and_special_things_are_not_listed(root: Path) -> None:
    (root / ".env").write_text("KEY=1")
    Path(os.fsdecode(os.fsencode(root) + b"/b\xff")).write_text("odd")
    os.mkfifo(root / "pipe")
    assert names() == ["notes", "Über.txt"]


def test_a_pipe_and_a_socket_are_not_opened_and_nobody_hangs(root: Path) -> None:
    os.mkfifo(root / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(root / "s"))
        for path in ("pipe", "s"):
            assert "no ordinary file" in refusal(path)


@pytest.fixture
def swapping(root: Path) -> Iterator[None]:
    """Someone who keeps exchanging a folder for a link to the one with the secret."""
    (root / "swapped").mkdir()
    (root / "swapped/secret.txt").write_text("harmless")
    (root / "link").symlink_to(root.parent)
    is_over = threading.Event()

    def swap() -> None:
        while not is_over.is_set():
            (root / "swapped").rename(root / "aside")
            (root / "link").rename(root / "swapped")
            (root / "swapped").rename(root / "link")
            (root / "aside").rename(root / "swapped")

    thread = threading.Thread(target=swap)
    thread.start()
    yield
    is_over.set()
    thread.join()


@pytest.mark.usefixtures("swapping")
def test_a_folder_that_is_swapped_for_a_link_leads_nowhere() -> None:
    outcomes = set()
    for _ in range(3000):
        try:
            outcomes.add(read_file("swapped/secret.txt")["text"])
        except ToolError as refused:
            outcomes.add("link" if "link" in str(refused) else "absent")
    assert "secret" not in outcomes
    assert "harmless" in outcomes


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_what_may_not_be_read_is_a_sentence(root: Path) -> None:  # pragma: no cover
    (root / "notes").chmod(0)
    try:
        assert "may not be read" in refusal("notes/plan.md")
    finally:
        (root / "notes").chmod(0o700)


@pytest.mark.parametrize("value", ["relative", "/no/such/folder"])
def test_a_root_that_is_no_folder_is_told_at_start_up(settings: Settings, value: str) -> None:
    settings.FILES_ROOT = value
    assert [message.id for message in run_checks(tags=["tools"])] == ["tools.E015"]
    with pytest.raises(ToolError, match="must be the absolute path of a folder"):
        list_files()


def test_a_root_with_clearcalls_own_files_is_refused(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "root/var"
    for value in ("/", str(tmp_path / "root")):
        settings.FILES_ROOT = value
        assert "where Clearcall keeps its secrets" in missing()
    settings.VAR_DIR = tmp_path
    assert "where Clearcall keeps its secrets" in missing()


def test_without_a_root_the_tools_say_what_staff_can_do(settings: Settings) -> None:
    settings.FILES_ROOT = ""
    assert missing() == NOT_SET_UP
    assert refusal("notes") == NOT_SET_UP
