"""How staff add and change people."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from chatsite.accounts.models import User

TOLD: Any = ("What the model is told", {"fields": ("time_zone", "instructions")})


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]
    """Django's own pages, with the two fields that this project adds."""

    fieldsets = (*(UserAdmin.fieldsets or ()), TOLD)
