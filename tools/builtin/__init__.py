"""The tools that Clearcall brings along."""

from tools.builtin.calculator import calculate
from tools.builtin.calendar.events import create_calendar_event, get_calendar_events
from tools.builtin.clock import get_time
from tools.builtin.database.asking import describe_database, query_database
from tools.builtin.files.showing import list_files, read_file
from tools.builtin.weather import get_weather
from tools.builtin.web.calling import call_api

__all__ = [
    "calculate",
    "call_api",
    "create_calendar_event",
    "describe_database",
    "get_calendar_events",
    "get_time",
    "get_weather",
    "list_files",
    "query_database",
    "read_file",
]
