"""What is forgotten of conversations once its time is over; the trace itself stays."""

from datetime import timedelta

from django.conf import settings

from .models import Exchange


def forget_old_exchanges() -> None:
    Exchange.forget(timedelta(days=settings.EXCHANGE_DAYS))
