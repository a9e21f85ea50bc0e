"""What becomes of somebody's turns when their account is closed or deleted: none goes on without them."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import CASCADE, QuerySet
from django.db.models.signals import post_save, pre_delete
from django.dispatch import receiver

from . import stopping
from .models import Conversation, Shelf, Turn


@receiver(post_save, sender=settings.AUTH_USER_MODEL)
def stop_turns(instance: Any, update_fields: Collection[str] | None, **_: Any) -> None:
    """Stop all that is under way."""
    if instance.is_active or (update_fields is not None and "is_active" not in update_fields):
        return
    stopping.stop_all(Turn.objects.filter(conversation__person=instance.pk, state__in=Turn.OPEN))


@receiver(pre_delete, sender=settings.AUTH_USER_MODEL)
def delete_what_is_theirs(instance: Any, **_: Any) -> None:
    """Delete it once nobody can write any more: what Django has found to delete may have grown since."""
    _lock_out_writers(instance.pk)
    for relation in instance._meta.related_objects:
        if getattr(relation, "on_delete", None) is CASCADE:
            theirs = {relation.field.name: instance.pk}
            relation.related_model._base_manager.filter(**theirs).delete()


def _lock_out_writers(person_id: int) -> None:
    """Lock in the order that writers do: those under way come first, later ones find no conversation."""
    conversations = Conversation.objects.filter(person=person_id).order_by("pk")
    _lock(conversations)
    _lock(Shelf.objects.filter(person=person_id))
    _lock(get_user_model().objects.filter(pk=person_id))
    _lock(conversations)  # those begun meanwhile: without the person's row no more can be


def _lock(rows: QuerySet[Any]) -> None:
    list(rows.select_for_update().values_list("pk"))
