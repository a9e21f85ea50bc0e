"""Writes the elements that need more than a name: headings, lists, tables and check boxes."""

# The page has h1 and h2 for itself: a reply's headings start below them.
_FIRST_HEADING, _LAST_HEADING = 3, 6
_ALIGNED = {"Center": "c", "Right": "r"}
TABLE = '<div class="table" role="group" aria-label="Table" tabindex="0">'


def heading(level: str) -> str:
    return f"h{min(int(level[1]) + _FIRST_HEADING - 1, _LAST_HEADING)}"


def list_opening(start: int | None) -> str:
    if start is None:
        return "<ul>"
    return "<ol>" if start == 1 else f'<ol start="{start}">'


def table_opening(alignments: tuple[str, ...]) -> str:
    """Alignment is said once, by column ("c2 r3"): said in every cell it would triple a table's bytes."""
    columns = [f"{_ALIGNED[one]}{n}" for n, one in enumerate(alignments, 1) if one in _ALIGNED]
    classes = f' class="{" ".join(columns)}"' if columns else ""
    return f"{TABLE}<table{classes}>"


def checkbox(*, done: bool) -> str:
    label, checked = ("Done", ' checked=""') if done else ("To do", "")
    return f'<input type="checkbox" disabled="" aria-label="{label}"{checked}> '
