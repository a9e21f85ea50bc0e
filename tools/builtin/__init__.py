"""The tools that Clearcall brings along."""

from tools.builtin.calculator import calculate
from tools.builtin.calendar import get_calendar_events
from tools.builtin.clock import get_time
from tools.builtin.weather import get_weather

__all__ = ["calculate", "get_calendar_events", "get_time", "get_weather"]
