"""What is left of the desk's tools, one of them under its old name."""

from typing import Annotated

from pydantic import Field

from tools import tool


@tool(effects="writes")
def post_letter(
    text: Annotated[str, Field(min_length=1, max_length=500, description="What the letter says.")],
) -> str:
    """Post a registered letter."""
    return f"Registered: {text}"
