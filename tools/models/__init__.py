"""What the database knows about tools: rows exist only where somebody changed or made something."""

from tools.models.calendar import CalendarEvent
from tools.models.mcp import McpConnection, McpServer, McpTool
from tools.models.policy import ToolPolicy
from tools.models.switch import ToolSwitch

__all__ = ["CalendarEvent", "McpConnection", "McpServer", "McpTool", "ToolPolicy", "ToolSwitch"]
