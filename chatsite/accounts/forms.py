"""What people may say about themselves, and how they sign in."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.forms import AuthenticationForm, BaseUserCreationForm
from django.core.exceptions import ValidationError

from chatsite.accounts.models import FailedSignIn, User


class SignInForm(AuthenticationForm):
    """Name and password, at most five wrong tries in five minutes."""

    def clean(self) -> dict[str, Any]:
        name, address = self.cleaned_data.get("username", ""), self._address()
        if not self.cleaned_data.get("password"):
            return super().clean()  # which is no try
        if not FailedSignIn.may_try(name, address):
            raise ValidationError(
                "Too many tries failed. Wait five minutes, then try again.", code="too_many_tries"
            )
        cleaned = super().clean()
        FailedSignIn.forget(name, address)
        return cleaned

    def _address(self) -> str:
        return str(self.request.META.get("REMOTE_ADDR", "")) if self.request else ""


class SignUpForm(BaseUserCreationForm):  # type: ignore[type-arg]
    """A new person's name and password."""

    class Meta:
        model = User
        fields = ("username", "first_name")


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the model is told of a person."""

    zones = sorted(available_timezones())

    class Meta:
        model = User
        fields = ("first_name", "time_zone", "instructions")
        widgets = {
            "time_zone": forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off"}),
            "instructions": forms.Textarea(attrs={"rows": 8}),
        }
