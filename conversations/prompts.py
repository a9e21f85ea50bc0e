"""What a first visit offers to click: one prompt for each thing worth seeing."""

PROMPTS = (
    ("Calls side by side", "What's the weather in Berlin, Tokyo and Paris, and what time is it in Tokyo?"),
    (
        "Several steps",
        "Take the temperature in Berlin, double it, and tell me what I have on my calendar today.",
    ),
    ("An error, in the clear", "What's the weather in Nowhereville? Call a tool with bad arguments."),
    ("A long answer", "Write a long answer with a table, a task list and some Python code."),
)
