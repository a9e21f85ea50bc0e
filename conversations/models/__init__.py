"""The rows, and every way in which they may change."""

from .allowance import Allowance
from .approval import Approval, Grant
from .change import change
from .conversation import Conversation
from .exchange import Exchange
from .message import Message
from .picture import CallPicture
from .shelf import Shelf
from .signals import changed, listed
from .toolcall import ToolCall
from .turn import Turn

__all__ = [
    "Allowance",
    "Approval",
    "CallPicture",
    "Conversation",
    "Exchange",
    "Grant",
    "Message",
    "Shelf",
    "ToolCall",
    "Turn",
    "change",
    "changed",
    "listed",
]
