"""Makes people with open sessions for a benchmark: prints their cookies as a JSON list.

VAR_DIR=... python -m bench.people COUNT
"""

from __future__ import annotations

import json
import os
import sys

import django


def main(count: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    django.setup()

    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    cookies = []
    for number in range(count):
        client = Client()
        client.force_login(get_user_model().objects.create_user(f"person{number}"))
        name = settings.SESSION_COOKIE_NAME
        cookies.append(f"{name}={client.cookies[name].value}")
    print(json.dumps(cookies))


if __name__ == "__main__":
    main(int(sys.argv[1]))
