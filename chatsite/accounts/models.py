"""Who a person is to Clearcall."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person who may sign in; what they tell the model of themselves goes along with every question."""

    time_zone = models.CharField(max_length=64, blank=True, help_text="An IANA name such as Europe/Berlin.")
    instructions = models.TextField(blank=True, max_length=4000, help_text="What the model is always told.")
