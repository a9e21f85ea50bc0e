"""Who a person is to Clearcall."""

from zoneinfo import available_timezones

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models


def known_time_zone(name: str) -> None:
    """Refuse what is no IANA name."""
    if name not in available_timezones():
        raise ValidationError(
            "“%(name)s” is not a time zone. Use a name such as Europe/Berlin.", params={"name": name}
        )


class User(AbstractUser):
    """A person who may sign in; what they tell the model of themselves goes along with every question."""

    time_zone = models.CharField(
        max_length=64,
        blank=True,
        validators=[known_time_zone],
        help_text="An IANA name such as Europe/Berlin.",
    )
    instructions = models.TextField(blank=True, max_length=4000, help_text="What the model is always told.")
