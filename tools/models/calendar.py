"""The calendar of a person, which the tools and the page of the calendar read and write."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q


class CalendarEvent(models.Model):
    """Something that happens to one person between two points in time, once or by a rule.

    `rule` is an RRULE without an end, on the clock of `zone`; nothing starts after `repeats_until`.
    `skipped` has the starts that it leaves out, as that clock shows them ("2026-05-31T09:00:00"). An event
    of whole days begins and ends at midnight in `zone`, and is meant for those dates wherever its person is.
    """

    MAX_OF_A_PERSON = 5_000
    MAX_RULES_OF_A_PERSON = 300
    LONGEST = timedelta(days=400)

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_events"
    )
    title = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    is_all_day = models.BooleanField(default=False)
    zone = models.CharField(max_length=64, default="UTC")
    rule = models.CharField(max_length=500, blank=True)
    repeats_until = models.DateTimeField(null=True, blank=True)
    skipped = models.JSONField(default=list, blank=True)
    uid = models.CharField(max_length=255, blank=True)
    file = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["person", "starts_at"], name="calendar_of_a_person")]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def perhaps_between(
        cls, person_id: int, begin: datetime, end: datetime
    ) -> "models.QuerySet[CalendarEvent]":
        """Find what may happen then: rules are still to be asked."""
        # An event without a length belongs to the time in which it starts.
        once = Q(rule="") & (Q(ends_at__gt=begin) | Q(starts_at__gte=begin))
        often = ~Q(rule="") & (Q(repeats_until=None) | Q(repeats_until__gte=begin - cls.LONGEST))
        return cls.objects.filter(once | often, person_id=person_id, starts_at__lt=end)

    @classmethod
    def coming(cls, person_id: int, now: datetime) -> "models.QuerySet[CalendarEvent]":
        """Find what is not over yet."""
        often = ~Q(rule="") & (Q(repeats_until=None) | Q(repeats_until__gte=now))
        return cls.objects.filter(often | Q(ends_at__gte=now), person_id=person_id)

    @classmethod
    def over(cls, person_id: int, now: datetime) -> "models.QuerySet[CalendarEvent]":
        """Find what will not happen again, the newest first."""
        ended = Q(ends_at__lt=now) & (Q(rule="") | Q(repeats_until__lt=now))
        return cls.objects.filter(ended, person_id=person_id).order_by("-starts_at", "-pk")

    @classmethod
    def room_for(cls, person_id: int, events: int, rules: int) -> bool:
        """Say whether a person may have so many more."""
        own = cls.objects.filter(person_id=person_id)
        return (
            own.count() + events <= cls.MAX_OF_A_PERSON
            and own.exclude(rule="").count() + rules <= cls.MAX_RULES_OF_A_PERSON
        )
