"""What staff decided about one tool; a tool without a row has the defaults."""

from django.contrib.auth.models import Group
from django.core.validators import MinValueValidator
from django.db import models


class ToolPolicy(models.Model):
    """Whether a tool may be used, by whom, and within which limits; what is empty is not limited further."""

    name = models.CharField(max_length=64, unique=True)
    enabled = models.BooleanField(default=True, help_text="Off: nobody can use it.")
    groups = models.ManyToManyField(
        Group, blank=True, help_text="Only for these groups; none means everyone."
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
