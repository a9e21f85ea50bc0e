"""More tools than a list has room for."""

from tests.tools.shelf import trades

globals().update({each.name: each for each in trades()})
