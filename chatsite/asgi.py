"""The one application that every server runs."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import WebsocketDenier
from channels.sessions import CookieMiddleware
from django.core.asgi import get_asgi_application
from django.core.exceptions import ImproperlyConfigured
from django.urls import re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
http = get_asgi_application()

# These need the apps that the line above has loaded.
from chatsite.checks import problems  # noqa: E402
from chatsite.origins import OwnOriginsOnly  # noqa: E402
from chatsite.serving.body import BoundedBody  # noqa: E402
from chatsite.serving.lifespan import lifespan  # noqa: E402
from chatsite.watching.probes import Probes  # noqa: E402
from conversations.live.away import UntilTheDatabaseIsBack  # noqa: E402
from conversations.live.routing import urlpatterns  # noqa: E402

# A server other than `manage.py serve` starts without Django's checks.
if wrong := problems():
    raise ImproperlyConfigured(" ".join(problem.sentence for problem in wrong))

# Without the last route, a socket at an unknown address would end in a traceback.
sockets = URLRouter([*urlpatterns, re_path("", WebsocketDenier.as_asgi())])
application = ProtocolTypeRouter(
    {
        "http": Probes(BoundedBody(http)),
        # Without a session's middleware, which looks at it at each frame: a visit asks for it when due.
        "websocket": OwnOriginsOnly(UntilTheDatabaseIsBack(CookieMiddleware(sockets))),
        "lifespan": lifespan,
    }
)
