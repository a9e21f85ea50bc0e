"""The installation's key, taken out of everything that a server says before it is kept or shown."""

PLACEHOLDER = "[key]"
# Local servers are given words like "ollama" for a key; to take those out would spoil honest text.
SHORTEST = 12


class Secret:
    """Knows the key, and hides it."""

    def __init__(self, key: str) -> None:
        self._key = key if len(key) >= SHORTEST else ""

    def hidden_in(self, text: str) -> str:
        return text.replace(self._key, PLACEHOLDER) if self._key else text

    def hidden_in_bytes(self, data: bytes) -> bytes:
        return data.replace(self._key.encode(), PLACEHOLDER.encode()) if self._key else data
