"""What a first visit offers to click: calls side by side, several steps, an error, a long answer."""


def prompts(*, demo: bool) -> tuple[str, ...]:
    """Return questions that show what there is to see; only the demo model goes wrong when it is asked to."""
    return (
        "What's the weather in Berlin, Tokyo and Paris, and what time is it in Tokyo?",
        "Take the temperature in Berlin and double it.",
        "Call a tool with bad arguments." if demo else "What do I have on my calendar tomorrow?",
        "Write a long answer with a table, a task list and some Python code.",
    )
