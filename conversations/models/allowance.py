"""What one person may ask for at a time, where staff decided otherwise than the settings."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models

from .composed import Rows, given


@dataclass(frozen=True, slots=True)
class Limits:
    """Turns that may run at once, turns that may wait besides, messages a minute."""

    running: int
    queued: int
    per_minute: int


class Allowance(models.Model):
    """One row for each person that staff treat otherwise; what is empty is as the settings say."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="allowance"
    )
    # At least 1 each: with 0 a message would wait for ever. Who is to be kept out has their account closed.
    running = models.PositiveSmallIntegerField(
        "running turns", null=True, blank=True, validators=[MinValueValidator(1)], help_text="At once."
    )
    queued = models.PositiveSmallIntegerField(
        "queued turns",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="That may wait besides.",
    )
    per_minute = models.PositiveSmallIntegerField(
        "messages a minute", null=True, blank=True, validators=[MinValueValidator(1)]
    )

    class Meta:
        ordering = ["person"]

    def __str__(self) -> str:
        return f"allowance of person {self.person_id}"

    @property
    def limits(self) -> Limits:
        """What holds, the settings' numbers where the row says nothing."""
        usual = usual_limits()
        return Limits(
            self.running or usual.running, self.queued or usual.queued, self.per_minute or usual.per_minute
        )

    @classmethod
    def limits_of(cls, person_id: int) -> Limits:
        """Return what holds for a person: one query."""
        own = _OWN.first(person=person_id)
        return own.limits if own else usual_limits()


_OWN = Rows(lambda: Allowance.objects.filter(pk=given("person")))


def usual_limits() -> Limits:
    """Return what holds for everyone else."""
    return Limits(
        settings.RUNNING_TURNS_PER_PERSON, settings.QUEUED_TURNS_PER_PERSON, settings.MESSAGES_PER_MINUTE
    )
