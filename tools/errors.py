"""The one exception that a tool raises on purpose."""


class ToolError(Exception):
    """A failure in one sentence that is meant for the model: `raise ToolError("There is no order 17.")`.

    `code` names it for programs.
    """

    def __init__(self, message: str, *, code: str = "tool_failed") -> None:
        super().__init__(message)
        self.code = code
