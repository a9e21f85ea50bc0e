"""A long answer with everything that Markdown has, to see how it streams and renders."""

from pathlib import Path

SHOWPIECE = Path(__file__).with_suffix(".md").read_text(encoding="utf-8").rstrip()
