"""The one exception that a tool raises on purpose."""


class ToolError(Exception):
    """A failure in one sentence that is meant for the model: `raise ToolError("There is no order 17.")`."""
