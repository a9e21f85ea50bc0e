"""What holds on SQLite holds on PostgreSQL too: tests of claims, races and rows, run once more."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.site.processes import ROOT, environment
from tests.stores import Databases

ONCE_MORE = (
    "tests/turns/test_river.py",
    "tests/turns/test_queue.py",
    "tests/turns/test_stopping.py::test_a_wish_to_stop_that_no_message_told_of_is_found_in_the_row",
    "tests/turns/test_stopping.py::test_many_stops_at_once_keep_all_that_was_written",
    "tests/turns/test_stopping.py::test_deleting_a_conversation_stops_what_runs_in_it",
    "tests/turns/test_takeover.py",
    "tests/turns/test_approval.py",
    "tests/turns/test_closing.py",
    "tests/turns/test_approval_races.py::test_odd_numbers_run_as_they_were_allowed",
    "tests/turns/test_approval_races.py::test_of_many_who_decide_at_once_one_does",
    "tests/test_invariants.py::test_a_page_that_lived_through_it_equals_the_page_after_a_reload",
    "tests/test_invariants.py::test_news_comes_after_the_commit_and_names_each_seq_once",
    "tests/test_invariants.py::test_no_seq_is_skipped_or_repeated_by_changes_made_at_once",
    "tests/test_invariants.py::test_every_row_that_a_page_shows_carries_the_seq_of_its_last_change",
    "tests/test_invariants.py::test_a_checkpoint_of_streaming_text_moves_no_seq",
    "tests/test_invariants.py::test_of_many_that_claim_a_turn_one_gets_it",
    "tests/test_invariants.py::test_of_two_turns_of_a_conversation_one_runs_at_a_time",
    "tests/test_invariants.py::test_the_stored_request_is_what_was_sent_and_the_stored_answer_what_was_told",
)


@pytest.mark.timeout(900)  # many tests in one
def test_turns_go_the_same_way_on_postgresql(databases: Databases, tmp_path: Path) -> None:
    address = databases.make()  # for its name: Django makes one for tests beside it
    ours = environment(tmp_path, {"DATABASE_URL": address})
    for name in [name for name in ours if name.startswith(("PYTEST_", "REDIS_"))]:
        del ours[name]
    command = [sys.executable, "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider", *ONCE_MORE]
    try:
        run = subprocess.run(command, cwd=ROOT, env=ours, capture_output=True, text=True, check=False)
    finally:
        databases.drop(address)
    assert run.returncode == 0, run.stdout[-20_000:] + run.stderr[-2_000:]
    assert os.linesep.join(run.stdout.splitlines()[-1:]).find(" passed") > 0
