"""The calendar of a person, which `get_calendar_events` reads."""

from django.conf import settings
from django.db import models


class CalendarEvent(models.Model):
    """Something that happens to one person between two points in time."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_events"
    )
    title = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["person", "starts_at"], name="calendar_of_a_person")]

    def __str__(self) -> str:
        return self.title
