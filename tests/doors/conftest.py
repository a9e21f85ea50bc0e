"""What the tests of the command need: folders with tables, and servers on them."""

from tests.site.conftest import start, tables, var

__all__ = ["start", "tables", "var"]
