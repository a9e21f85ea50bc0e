"""What a first visit offers to click: calls side by side, several steps, an error, a long answer."""

PROMPTS = (
    "What's the weather in Berlin, Tokyo and Paris, and what time is it in Tokyo?",
    "Take the temperature in Berlin and double it.",
    "Call a tool with bad arguments.",
    "Write a long answer with a table, a task list and some Python code.",
)
