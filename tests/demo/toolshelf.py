"""Tools a newcomer might write, as the demo model sees them."""

from datetime import date
from typing import Literal

from pydantic import BaseModel

from tests.demo.asking import offered


class Line(BaseModel):
    description: str
    amount: float


def get_weather(city: str, unit: Literal["celsius", "fahrenheit"] = "celsius") -> None:
    """Get the current weather for a city."""


def get_time(timezone: str = "") -> None:
    """Tell the current time in a time zone."""


def get_calendar_events(date: str = "today") -> None:
    """List the events on your calendar on a day."""


def calculate(expression: str) -> None:
    """Work out an arithmetic expression."""


def roll_dice(sides: int = 6, count: int = 1) -> None:
    """Roll dice."""


def search_notes(query: str, limit: int = 10) -> None:
    """Search the notes."""


def send_email(to: str, subject: str) -> None:
    """Send an e-mail."""


def translate(text: str, language: Literal["german", "french"]) -> None:
    """Translate a text."""


def find_flights(from_city: str, to_city: str, date: date, passengers: int = 1) -> None:
    """Find flights between two cities."""


def track_order(order_id: str) -> None:
    """Track an order."""


def extract_invoice(vendor: str, total_amount: float, date: date, items: list[Line] | None = None) -> None:
    """Extract structured data from an invoice."""


def add_todo(title: str, urgent: bool = False, tags: list[str] | None = None) -> None:
    """Add a todo to the list."""


FUNCTIONS = (
    get_weather, get_time, get_calendar_events, calculate, roll_dice, search_notes, send_email, translate,
    find_flights, track_order, extract_invoice, add_todo,
)  # fmt: skip
SHELF = tuple(offered(function) for function in FUNCTIONS)
