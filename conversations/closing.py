"""What becomes of somebody's turns when staff close their account: they are stopped, not left to wait."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db.models.signals import post_save
from django.dispatch import receiver

from . import actions
from .models import Turn


@receiver(post_save, sender=settings.AUTH_USER_MODEL)
def stop_turns(instance: Any, update_fields: Collection[str] | None, **_: Any) -> None:
    """Stop all that is under way, the newest first, or the next would begin."""
    if instance.is_active or (update_fields is not None and "is_active" not in update_fields):
        return
    under_way = Turn.objects.filter(conversation__person=instance.pk, state__in=Turn.OPEN)
    for turn_id in under_way.order_by("-pk").values_list("pk", flat=True):
        actions.stop(instance, turn_id)
