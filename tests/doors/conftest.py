"""What the tests of the commands need: servers beside them."""

from tests.site.conftest import running, start

__all__ = ["running", "start"]
