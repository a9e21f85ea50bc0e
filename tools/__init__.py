"""What the model may call, and for whom; a tool's author needs only the names that stand here."""

from tools.context import ToolContext
from tools.definition import Tool, tool
from tools.errors import ToolError

__all__ = ["Tool", "ToolContext", "ToolError", "tool"]
