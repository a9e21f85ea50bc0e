"""Sends frequent markup as one character each, so that it costs about what the Markdown has cost.

A table of numbers or a list of tasks would be three times its text otherwise.
"""

import re

from conversations.rendering.code import COPYING
from conversations.rendering.elements import TABLE, checkbox

# What stands for the first of them: a control character, which text hardly ever has, two bytes long.
_FIRST = 0x80
# An entry keeps its place for ever, and there is room for no other: a page may be older than its server.
SHORTHAND = (
    *("<p>", "</p>", "<li>", "</li>", "<ul>", "</ul>"),
    *("<strong>", "</strong>", "<em>", "</em>", "<code>", "</code>"),
    *(f"{TABLE}<table", "</thead><tbody>", "</tbody></table></div>"),
    *("<tr>", "</tr>", "<th>", "</th>", "<td>", "</td>", "</td><td>"),
    *('<div class="code" data-language="', f'">{COPYING}<code', "</code></pre></div>"),
    *(checkbox(done=False), checkbox(done=True)),
    *('<a href="', '" target="_blank" rel="noopener noreferrer nofollow">', "</a>"),
)
_CHARACTERS = {markup: chr(_FIRST + place) for place, markup in enumerate(SHORTHAND)}
# What follows stands for itself; what follows is a link's address and its words too.
_ITSELF, _BARE = "\x9f", "\x9e"
_LONGEST_FIRST = "|".join(re.escape(markup) for markup in sorted(SHORTHAND, key=len, reverse=True))
_SHORTENED = re.compile(f"{_LONGEST_FIRST}|[\x80-\x9f]")
_BARE_LINK = re.compile(
    "{}([^\x80-\x9f]*){}\\1(?={})".format(*(_CHARACTERS[markup] for markup in SHORTHAND[-3:]))
)


def shorten(html: str) -> str:
    """Return HTML in shorthand."""
    if html.isascii() and "<" not in html and '"' not in html:
        return html
    short = _SHORTENED.sub(lambda found: _CHARACTERS.get(found[0]) or _ITSELF + found[0], html)
    return _BARE_LINK.sub(rf"{_BARE}\1", short)
