"""What a person decided about a tool for themselves."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from tools.people import Person


class ToolSwitch(models.Model):
    """A tool that a person switched off, or on again, and when."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tool_switches"
    )
    name = models.CharField(max_length=64)
    on = models.BooleanField()
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "name"], name="one_switch_per_person_and_tool")
        ]

    def __str__(self) -> str:
        return f"{self.name}: {'on' if self.on else 'off'}"

    @classmethod
    def set(cls, person: "Person", name: str, on: bool) -> bool:
        """Switch a tool on or off for a person, and say whether that changed anything."""
        made_or_kept, made = cls.objects.get_or_create(person_id=person.pk, name=name, defaults={"on": on})
        if made:
            return not made_or_kept.on  # every tool is on until somebody switches it off
        moved = cls.objects.filter(pk=made_or_kept.pk).exclude(on=on).update(on=on, changed_at=timezone.now())
        return bool(moved)
