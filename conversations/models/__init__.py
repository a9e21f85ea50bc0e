"""The rows, and every way in which they may change."""

from .allowance import Allowance
from .change import change
from .conversation import Conversation
from .exchange import Exchange
from .message import Message
from .shelf import Shelf
from .signals import changed, listed
from .toolcall import ToolCall
from .turn import Turn

__all__ = [
    "Allowance",
    "Conversation",
    "Exchange",
    "Message",
    "Shelf",
    "ToolCall",
    "Turn",
    "change",
    "changed",
    "listed",
]
