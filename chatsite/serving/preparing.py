"""What must be in place before a server starts."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from chatsite.serving.reaching import unreachable

BEHIND = "The database is behind this version: run `manage.py migrate` first."
PREPARING = 0x436C656172  # the number of the advisory lock; any that others on the same database do not use


def prepare() -> str:
    """Make ready what a server lacks; return "" or a sentence about what its operator must do."""
    if refusal := prepare_tables():
        return refusal
    if not settings.IS_LOCAL and not (settings.STATIC_ROOT / "staticfiles.json").exists():
        return "The static files are not collected: run `manage.py collectstatic` first."
    return ""


def prepare_tables() -> str:
    """Make ready what anyone who runs turns lacks; return "" or a sentence."""
    if refusal := unreachable():
        return refusal
    with _alone():
        if not lacks_migrations():
            return ""
        if not settings.IS_LOCAL:
            return BEHIND
        call_command("migrate", verbosity=0, interactive=False)
        return ""


@contextmanager
def _alone() -> Iterator[None]:
    """Let servers that start at the same moment make the tables one after the other."""
    if not settings.HAS_POSTGRESQL:  # whoever is here holds the lock of the files
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [PREPARING])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [PREPARING])


def lacks_migrations() -> bool:
    """Say whether the database waits for migrations; raises django.db.Error where it does not answer."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
