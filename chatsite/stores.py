"""Where rows and news are kept: what DATABASE_URL and REDIS_URL mean to Django and Channels."""

from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from chatsite.environment import Environment

POSTGRESQL, REDIS = ("postgres", "postgresql"), ("redis", "rediss", "unix")


def database(environment: Environment, folder: Path) -> dict[str, Any]:
    """Return the database that DATABASE_URL names, or the file of a single server."""
    connections = environment.whole("DATABASE_CONNECTIONS", 10, least=4)
    url = environment.text("DATABASE_URL")
    parts = _parts(url, POSTGRESQL)
    if parts and len(parts.path) > 1:
        return _postgresql(parts, connections=connections)
    if url:
        # Not what it is: it may hold a password.
        environment.report(
            "E030",
            "DATABASE_URL must be an address such as postgres://name:password@host:5432/database, with %40 "
            "for an @ in the password. Without it, SQLite in VAR_DIR is used.",
        )
    return _sqlite(folder)


def channel_layers(environment: Environment) -> dict[str, Any]:
    """Return what carries news between processes: Redis, or nothing, for one process needs no layer."""
    url = environment.text("REDIS_URL")
    prefix = environment.text("REDIS_PREFIX", "clearcall")
    if _parts(url, REDIS):
        config = {"hosts": [url], "prefix": f"{prefix}."}
        return {"default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": config}}
    if url:
        environment.report(
            "E031",
            "REDIS_URL must be an address such as redis://:password@host:6379. Without it, one server "
            "process keeps its news to itself.",
        )
    return {}


def _parts(url: str, schemes: tuple[str, ...]) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        fits = parts.scheme in schemes and parts.port != 0 and bool(parts.netloc or parts.path.strip("/"))
    except ValueError:  # a port that is no number, brackets that do not close
        return None
    return parts if fits else None


def _postgresql(parts: SplitResult, *, connections: int) -> dict[str, Any]:
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or "") or options.pop("host", ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,  # a connection is the pool's again after each unit of work
        "CONN_HEALTH_CHECKS": True,  # one that died with a restart of the database is not handed out
        "OPTIONS": {**options, "pool": {"min_size": 1, "max_size": connections, "timeout": 5}},
    }


def _sqlite(folder: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": folder / "clearcall.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
        "TEST": {"NAME": folder / "test.sqlite3"},
    }
