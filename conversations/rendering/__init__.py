"""Text to safe HTML: the only renderer."""

from html import escape


def blocks(text: str) -> list[str]:
    return [f"<p>{escape(text)}</p>"] if text else []
