"""Clearcall's settings with hooks that tell when they are called."""

import os

from chatsite.settings import *  # noqa: F403

SERVER_START_HOOKS = [f"tests.site.hooked.{name}" for name in os.environ.get("STARTING", "start").split(",")]
SERVER_DRAIN_HOOKS = [f"tests.site.hooked.{name}" for name in os.environ["DRAINING"].split(",")]
