"""What must be in place before a server starts."""

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def prepare() -> str:
    """Make ready what is missing; return "" or a sentence about what its operator must do."""
    lacks_tables = _has_unapplied_migrations()
    if settings.IS_LOCAL:
        if lacks_tables:
            call_command("migrate", verbosity=0, interactive=False)
        return ""
    if lacks_tables:
        return "The database is behind this version: run `manage.py migrate` first."
    if not (settings.STATIC_ROOT / "staticfiles.json").exists():
        return "The static files are not collected: run `manage.py collectstatic` first."
    return ""


def _has_unapplied_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
