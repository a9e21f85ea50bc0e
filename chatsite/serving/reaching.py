"""Whether the stores that the settings name can be reached, asked before anything starts."""

from typing import Any

from django.conf import settings
from django.db import connection

SECONDS = 5.0  # to answer


def unreachable() -> str:
    """Return "", or a sentence about the store that does not answer."""
    return _database() or _redis(settings.CHANNEL_LAYERS.get("default", {}).get("CONFIG", {}))


def _database() -> str:
    if not settings.HAS_POSTGRESQL:
        return ""
    import psycopg  # half of what there is to import, and most installations need neither

    try:
        # Not from the pool, which tries again and again and says nothing of the reason.
        psycopg.connect(**connection.get_connection_params()).close()
    except psycopg.OperationalError as error:
        # Never the address itself: it may hold a password. What PostgreSQL says names host, port and role.
        return f"The database that DATABASE_URL names cannot be used: {_one_line(error)}"
    return ""


def _redis(config: dict[str, Any]) -> str:
    hosts = config.get("hosts", ())
    if not hosts:
        return ""
    import redis

    for address in hosts:
        try:
            with redis.Redis.from_url(address, socket_connect_timeout=SECONDS, socket_timeout=SECONDS) as it:
                it.ping()
        except redis.RedisError as error:
            return f"The Redis that REDIS_URL names cannot be used: {_one_line(error)}"
    return ""


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
