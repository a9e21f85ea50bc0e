"""What must be right in the settings before anything starts."""

import sqlite3
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import Error
from django.db import connection

from chatsite.environment import Problem

OLDEST_SQLITE = (3, 35)  # which has RETURNING


def settings_are_right(**_: Any) -> list[Error]:
    """Turn every problem into a numbered start-up check."""
    return [Error(problem.sentence, id=f"clearcall.{problem.code}") for problem in problems()]


def problems() -> list[Problem]:
    """Return what is wrong with single settings, then with settings that do not go together."""
    return [
        *settings.ENVIRONMENT.problems,
        *_rows(),
        *_workers(),
        *_model(),
        *([] if settings.IS_LOCAL else _production()),
    ]


def _rows() -> Iterator[Problem]:
    if connection.vendor == "sqlite" and sqlite3.sqlite_version_info < OLDEST_SQLITE:
        yield Problem(
            "E033",
            f"This Python's SQLite is {sqlite3.sqlite_version}, but 3.35 of 2021 is the oldest that answers "
            "what it wrote. Use a Python built with a newer one, or DATABASE_URL.",
        )


def _workers() -> Iterator[Problem]:
    if settings.TURN_EXECUTOR == "procrastinate" and not settings.IS_SHARED:
        yield Problem(
            "E032",
            "TURN_EXECUTOR=procrastinate lets other processes run the turns, so it needs DATABASE_URL, a "
            "PostgreSQL that all of them use, and REDIS_URL, which carries their news.",
        )


def _model() -> Iterator[Problem]:
    if settings.MODEL_IS_DEMO:
        return
    if not settings.OPENAI_MODEL:
        given = "OPENAI_BASE_URL" if settings.OPENAI_BASE_URL else "OPENAI_API_KEY"
        yield Problem(
            "E010",
            f"{given} is set, so a real model is meant, but OPENAI_MODEL does not name it. "
            "Set it, or unset OPENAI_BASE_URL and OPENAI_API_KEY to get the demo model.",
        )
    elif not settings.ENVIRONMENT.text("OPENAI_BASE_URL", "") and not settings.OPENAI_API_KEY:
        yield Problem(
            "E011",
            "OPENAI_MODEL is set, but neither OPENAI_API_KEY, which OpenAI asks for, "
            "nor OPENAI_BASE_URL, which says where else the model is.",
        )


def _production() -> Iterator[Problem]:
    if settings.SECRET_KEY_IS_MISSING:
        yield Problem(
            "E020", "MODE=production needs SECRET_KEY: 50 random characters or more, known to nobody else."
        )
    if not settings.ALLOWED_HOSTS:
        yield Problem("E021", "MODE=production needs PUBLIC_URL or ALLOWED_HOSTS: where people reach it.")
    if settings.MODEL_IS_DEMO:
        yield Problem(
            "E022", "MODE=production needs a model: OPENAI_MODEL, with OPENAI_API_KEY or OPENAI_BASE_URL."
        )
