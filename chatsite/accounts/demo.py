"""The account that a fresh installation on a person's own machine has."""

from django.conf import settings
from django.utils.module_loading import import_string

from chatsite.accounts.models import User

NAME = "demo"


def demo_account() -> User:
    """Return the demo account, made where it is missing: it may do all, and no password signs it in.

    It is a superuser, because whoever reads the enter link on this machine's terminal owns the installation.
    """
    person = User.objects.filter(username=NAME).first() or _make()
    for path in settings.DEMO_ACCOUNT_HOOKS:
        import_string(path)(person)
    return person


def _make() -> User:
    return User.objects.create_superuser(NAME, password=None, first_name="Demo")
