"""A server of their own, for here it is decided what may be used on it."""

from tests.browser.conftest import server, signed_in, visit, windows

__all__ = ["server", "signed_in", "visit", "windows"]
