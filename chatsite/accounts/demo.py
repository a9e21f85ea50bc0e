"""The account that a fresh installation on a person's own machine has."""

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.module_loading import import_string

from chatsite.accounts.models import User

NAME = "demo"


def demo_account() -> User:
    """Return the demo account, made where it is missing: it may do all, and no password signs it in.

    It is a superuser, because whoever reads the enter link on this machine's terminal owns the installation.
    """
    owner = {"first_name": "Demo", "is_staff": True, "is_superuser": True}
    # Two commands may be the first ones at once: one makes and furnishes the account, the other finds it so.
    with transaction.atomic():
        person, _ = User.objects.select_for_update().get_or_create(
            username=NAME, defaults={**owner, "password": make_password(None)}
        )
        for path in settings.DEMO_ACCOUNT_HOOKS:
            import_string(path)(person)
    return person
