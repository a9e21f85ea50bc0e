"""Where staff read every conversation as its person sees it, and say what one person may ask for."""

from .allowances import AllowanceAdmin
from .conversations import ConversationAdmin
from .tool_calls import ToolCallAdmin
from .turns import TurnAdmin

__all__ = ["AllowanceAdmin", "ConversationAdmin", "ToolCallAdmin", "TurnAdmin"]
