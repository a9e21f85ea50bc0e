"""What staff decided about one tool; a tool without a row has the defaults."""

from django.contrib.auth.models import Group
from django.core.validators import MinValueValidator
from django.db import models


class ToolPolicy(models.Model):
    """Whether a tool may be used, by whom, who must allow it, and within which limits."""

    class Approval(models.TextChoices):
        NEVER = "never", "Never asks"
        WRITES = "writes", "Asks when it writes"
        ALWAYS = "always", "Always asks"

    name = models.CharField(max_length=64, unique=True)
    enabled = models.BooleanField(default=True, help_text="Off: nobody can use it.")
    groups = models.ManyToManyField(
        Group, blank=True, help_text="Only for these groups; none means everyone."
    )
    approval = models.CharField(
        max_length=8,
        choices=Approval,
        default=Approval.WRITES,
        help_text="Whether somebody must allow a call before it runs.",
    )
    approvers = models.ManyToManyField(
        Group,
        blank=True,
        related_name="+",
        help_text="Somebody of these groups must allow a call that asks; none means the person themselves.",
    )
    calls_per_turn = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="Calls that one question may lead to.",
    )
    deadline = models.FloatField(
        null=True,
        blank=True,
        validators=[MinValueValidator(0.1)],
        help_text="Seconds that one call may take.",
    )
    result_limit = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(256)],
        help_text="Bytes of a result that are kept and told to the model.",
    )

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "tool policies"

    def __str__(self) -> str:
        return self.name
