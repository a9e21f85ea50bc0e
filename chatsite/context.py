"""What every page can show without asking."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """Name the model that answers, and say whether strangers may sign up."""
    return {
        "model_name": settings.MODEL_NAME,
        "model_is_demo": settings.MODEL_IS_DEMO,
        "sign_up_is_open": settings.SIGN_UP,
    }
