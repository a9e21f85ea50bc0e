"""What is forgotten of how people signed in, once it has run out."""

from importlib import import_module

from django.conf import settings

from chatsite.accounts.models import EnterLink, FailedSignIn


def forget_old_sessions() -> None:
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


def forget_old_links() -> None:
    EnterLink.forget_old()


def forget_old_failures() -> None:
    FailedSignIn.forget_old()
