"""How what a server offers becomes rows, and how a process' connections are told to the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from tools.mcp.names import name_for
from tools.mcp.offer import Offer, Offers
from tools.models import McpConnection, McpServer, McpTool
from tools.redaction import without_secrets
from tools.registry import registry
from tools.text import clean

FRESH = timedelta(seconds=12)
"""So long a process' word counts, given every three seconds: hardly longer than its turns' leases."""

FORGOTTEN = timedelta(minutes=3)
"""A process' rows are deleted after so long without a word: if it was only frozen, it needs them again."""

GONE_FOR = timedelta(days=1)
GONE_AT_MOST = 200
"""Tools that a server no longer offers are kept for a day, because servers come back, and not without end."""

SAID = (*McpTool.SAID, "fingerprint", "fault")


def take(server_id: int, offers: Offers) -> None:
    """Keep a list of tools; `version` moves only where something is other than before."""
    with transaction.atomic():
        server = McpServer.objects.select_for_update().filter(pk=server_id).first()
        if server is None:  # removed meanwhile
            return
        rows = {tool.remote_name: tool for tool in McpTool.objects.filter(server=server)}
        offered = {offer.remote_name for offer in offers.offers}
        changed = _forget(rows.values(), offered) + _put(server, rows, offers.offers)
        if changed or server.trouble != offers.trouble:
            McpServer.objects.filter(pk=server.pk).update(version=F("version") + 1, trouble=offers.trouble)


def _put(server: McpServer, rows: dict[str, McpTool], offers: Iterable[Offer]) -> int:
    taken = set(McpTool.objects.values_list("name", flat=True)) | registry.own_names()
    made, moved = [], []
    for offer in offers:
        row = rows.get(offer.remote_name)
        facts = {name: getattr(offer, name) for name in SAID}
        if row is None:
            name = name_for(server.name, offer.remote_name, taken=taken)
            taken.add(name)
            made.append(McpTool(server=server, name=name, remote_name=offer.remote_name, **facts))
        elif row.gone_at or row.fingerprint != offer.fingerprint or row.fault != offer.fault:
            for field, value in {**facts, "gone_at": None}.items():
                setattr(row, field, value)
            moved.append(row)
    McpTool.objects.bulk_create(made, batch_size=200)
    McpTool.objects.bulk_update(moved, [*SAID, "gone_at"], batch_size=200)
    return len(made) + len(moved)


def _forget(rows: Iterable[McpTool], offered: set[str]) -> int:
    now = timezone.now()
    absent = [row for row in rows if row.remote_name not in offered]
    went = [row.pk for row in absent if row.gone_at is None]
    McpTool.objects.filter(pk__in=went).update(gone_at=now)
    gone = sorted(((row.gone_at, row.pk) for row in absent if row.gone_at), reverse=True)
    late = [pk for place, (at, pk) in enumerate(gone) if place >= GONE_AT_MOST or at < now - GONE_FOR]
    McpTool.objects.filter(pk__in=late).delete()
    return len(went) + len(late)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a connection stands, as its row tells it."""

    state: str = McpConnection.State.CONNECTING
    error: str = ""
    stderr: str = ""
    protocol: str = ""
    software: str = ""


def tell(server_id: int, process: str, host: str, standing: Standing) -> None:
    """Write down how a process stands with a server; others' words are kept without our secrets."""
    now = timezone.now()
    facts: dict[str, Any] = {
        "state": standing.state,
        "stderr": without_secrets(clean(standing.stderr)),
        "protocol": clean(standing.protocol)[:20],
        "software": without_secrets(clean(standing.software))[:200],
        "host": host[:100],
        "since": now,
        "beat_at": Now(),
    }
    if standing.error:  # the last one stays to be read once all is well again
        facts["error"] = without_secrets(clean(standing.error))[:2000]
    if McpServer.objects.filter(pk=server_id).exists():
        McpConnection.objects.update_or_create(server_id=server_id, process=process, defaults=facts)


def beat(process: str) -> int:
    """Say that a process still lives, and forget those that have not been heard of for long.

    Returns how many of its connections are known here.
    """
    known = McpConnection.objects.filter(process=process).update(beat_at=Now())
    McpConnection.objects.filter(beat_at__lt=Now() - FORGOTTEN).delete()
    return known


def fresh() -> QuerySet[McpConnection]:
    """Return what processes told that live, by the database's clock: theirs may differ by more than that."""
    return McpConnection.objects.filter(beat_at__gt=Now() - FRESH)


def leave(process: str) -> None:
    """Take a process' word back."""
    McpConnection.objects.filter(process=process).delete()
