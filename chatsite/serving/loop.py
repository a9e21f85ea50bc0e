"""The fastest event loop there is."""

import asyncio


def new_loop() -> asyncio.AbstractEventLoop:
    """Make a loop of uvloop's where it can be had, which is not on Windows."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()
