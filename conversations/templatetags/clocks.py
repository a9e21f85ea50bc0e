"""How moments and spans of time are written, for people and for the script that draws the time axis."""

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone

from conversations.rendering import clock

register = template.Library()


@register.filter
def local(moment: datetime) -> datetime:
    """Return the moment in the zone of whoever looks."""
    return timezone.localtime(moment)


@register.filter
def after(later: datetime | None, earlier: datetime | None) -> float | None:
    """Return the seconds from `earlier` to `later`, None where either has not come."""
    return (later - earlier).total_seconds() if later and earlier else None


@register.filter
def duration(seconds: float | None) -> str:
    """Write a span as a person would ("0.42 s"), "" where it has not come to an end."""
    return "" if seconds is None else clock.duration(seconds)


@register.filter
def epoch(moment: datetime | None) -> str:
    """Write a moment as milliseconds since 1970, "" where it has not come."""
    return "" if moment is None else str(round(moment.timestamp() * 1000))


@register.filter
def began(turn: Any) -> datetime:
    """Return where the turn's time axis starts: at its first model call, so that the queue takes no room."""
    replies = getattr(turn, "replies", [])
    moment: datetime = replies[0].created_at if replies else turn.started_at or turn.created_at
    return moment


@register.filter
def since(moment: datetime | None, start: datetime) -> str:
    """Write a moment as milliseconds after `start`, "" where it has not come."""
    return "" if moment is None else str(max(0, round((moment - start).total_seconds() * 1000)))


@register.simple_tag
def server_time() -> str:
    """Say what the time is here, so that running clocks are right on a machine whose own is not."""
    return epoch(timezone.now())
