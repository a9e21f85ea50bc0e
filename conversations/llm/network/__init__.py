"""The network below the SDK: HTTP/1.1 as aiohttp speaks it, in C, behind httpx2's interface.

httpx2's own transport takes some 75 µs for each small read and hands out one HTTP chunk at a time. Here a
read brings all that has come since the one before, so that a reader which pauses has less to do.
"""

from conversations.llm.network.transport import Network

__all__ = ["Network"]
