"""What somebody at a desk does, and would rather be asked about first."""

from typing import Annotated

from pydantic import Field

from tools import tool


@tool(effects="writes")
def post_letter(
    text: Annotated[str, Field(min_length=1, max_length=500, description="What the letter says.")],
    copies: Annotated[int, Field(ge=1, le=9, description="How many copies.")] = 1,
) -> str:
    """Post a letter."""
    return f"Posted {copies}: {text}"


@tool(effects="writes")
def send_parcel(city: Annotated[str, Field(description="Where the parcel goes.")]) -> str:
    """Send a parcel to a city."""
    return f"A parcel is on its way to {city}"


@tool(effects="destructive")
def shred_papers(text: Annotated[str, Field(description="Which papers.")]) -> str:
    """Shred papers for good."""
    return f"Shredded {text}"
