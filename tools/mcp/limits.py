"""How much a server may say, and how long it may take; beyond that it gets a sentence."""

MESSAGE_LIMIT = 4 * 1024 * 1024
"""Bytes of one message, and of one list in all: a large picture fits, and parsing it is soon done."""

STDERR_LIMIT = 4096
"""Bytes of what a program says of itself that are kept for the admin: its last words."""

NONSENSE_LIMIT = 100
"""Lines in a row that are no messages: a greeting is forgiven, a flood is not."""

TOOL_LIMIT = 2000
"""Tools of one server."""

PAGE_LIMIT = 100
"""Pages of one list of tools."""

SCHEMA_LIMIT = 64 * 1024
"""Bytes of one tool's schema; the longest known ones have a quarter."""

DESCRIPTION_LIMIT = 4000
"""Characters of one tool's description, each of which is sent with every model call."""

PICTURE_LIMIT = 2 * 1024 * 1024
"""Bytes of one picture."""

PICTURES = 4
"""Pictures of one result that are kept."""

LIST_SECONDS = 10.0
"""For a list of tools later on."""

READY_SECONDS = 5.0
"""How long a call waits for a connection that is being made."""

HEALTH_SECONDS = 20.0
"""Between two looks whether a server is still there: its list is asked for anew."""

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds between two attempts to connect; doubled after each that fails."""

TOO_LARGE = f"It sent a message of more than {MESSAGE_LIMIT // 1024 // 1024} MB."
