"""The one room that knows the Chat Completions wire: what is sent, and what comes back."""

from conversations.llm.wire.frames import Frames
from conversations.llm.wire.reader import Reader
from conversations.llm.wire.request import body

__all__ = ["Frames", "Reader", "body"]
