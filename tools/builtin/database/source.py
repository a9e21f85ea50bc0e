"""Which database the model may ask: the one that is set, or a sample shop on a person's own machine."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from django.conf import settings

from tools import defaults

LOOPBACK = {"", "localhost", "127.0.0.1", "::1"}
NOT_SET_UP = "No database is set up for questions. Staff can name one in QUERY_DATABASE_URL."
UNREADABLE = (
    "QUERY_DATABASE_URL must be an address such as sqlite:////srv/shop.sqlite3 (an absolute path) or "
    "postgresql://name:password@host:5432/shop."
)
OWN = (
    "QUERY_DATABASE_URL names Clearcall's own database, which holds everybody's conversations; name another."
)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a database is: the path of a file, or what libpq takes as a connection string."""

    kind: Literal["SQLite", "PostgreSQL"]
    place: str


def source() -> Source | None:
    """Give the database that is set, the sample shop, or None where there is neither or a wrong one."""
    if url := defaults.query_database_url():
        found = read(url)
        return None if found is None or is_own(found) else found
    sample = defaults.sample_database()
    return Source("SQLite", str(sample)) if sample else None


def missing() -> str:
    """Say why there is nothing to ask, or ""."""
    return "" if source() else problem() or NOT_SET_UP


def problem() -> str:
    """Say what is wrong with the setting, or "" where it is right or not set."""
    url = defaults.query_database_url()
    if not url:
        return ""
    found = read(url)
    if found is None:
        return UNREADABLE
    return OWN if is_own(found) else ""


def read(url: str) -> Source | None:
    """Read an address, or None where it is none."""
    try:
        parts = urlsplit(url)
        if parts.scheme == "sqlite" and not parts.netloc:
            path = unquote(parts.path[1:])
            return Source("SQLite", path) if Path(path).is_absolute() and "\0" not in path else None
    except ValueError:
        return None
    is_postgresql = parts.scheme in ("postgres", "postgresql") and _parameters(url).get("dbname")
    return Source("PostgreSQL", url) if is_postgresql else None


def _parameters(address: str) -> dict[str, Any]:
    """Read an address as libpq does, {} where it cannot."""
    from psycopg import ProgrammingError  # imported where there is such an address: it takes its time
    from psycopg.conninfo import conninfo_to_dict

    try:
        return conninfo_to_dict(address)
    except ProgrammingError:
        return {}


def is_own(source: Source) -> bool:
    """Say whether Django keeps its rows there. Names have aliases: whoever asks looks for its tables too."""
    return any(_is_same(source, database) for database in settings.DATABASES.values())


def _is_same(source: Source, database: dict[str, Any]) -> bool:
    if source.kind == "SQLite":
        own = Path(str(database["NAME"]))
        asked = Path(source.place)
        return asked == own or (asked.exists() and own.exists() and asked.samefile(own))
    theirs = _parameters(source.place)
    return (
        "postgresql" in database["ENGINE"]
        and str(theirs.get("dbname")) == str(database["NAME"])
        and str(theirs.get("port") or "5432") == str(database["PORT"] or "5432")
        and _host(theirs.get("host")) == _host(database["HOST"])
    )


def _host(name: Any) -> str:
    host = str(name or "").lower()
    return "" if host in LOOPBACK or host.startswith("/") else host
