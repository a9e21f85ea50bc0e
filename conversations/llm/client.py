"""The door to a model: one client per process and event loop, for any server that speaks Chat Completions."""

import gc
import importlib
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conversations.engine.values import Json, Request
from conversations.llm.errors import ModelError
from conversations.llm.exchange import Recorder
from conversations.llm.failures import from_status, unreachable
from conversations.llm.route import proxy_to
from conversations.llm.secret import Secret
from conversations.llm.wire import body

if TYPE_CHECKING:
    import httpx2
    import openai

    from conversations.llm.stream import Stream

OPENAI = "https://api.openai.com/v1"
# Local servers want no key, and the SDK wants one.
NO_KEY = "none"
# A reply of 30 000 tokens is about 6 MB on the wire, some 200 bytes around each token.
EXCHANGE_LIMIT = 8 * 1024 * 1024
# 128 000 tokens with 600 bytes around each, as Azure has, are 77 MB. Whatever is read takes memory.
REPLY_LIMIT = 128 * 1024 * 1024
SLOW_TO_IMPORT = ("openai", "conversations.llm.stream")
NETWORK = "conversations.llm.network"


class ModelClient:
    """Opens streams to one model.

    Times are in seconds: `silence` is without a byte, `wordless` without a word in the bytes.
    Of a response `reply_limit` bytes are read, and `exchange_limit` kept as they came.
    `transport` makes what takes the network's place.
    """

    def __init__(  # noqa: PLR0913 - each is a setting of the installation
        self,
        base_url: str,
        api_key: str,
        model: str,
        *,
        transport: "Callable[[], httpx2.AsyncBaseTransport] | None" = None,
        silence_seconds: float = 60,
        wordless_seconds: float = 600,
        connect_seconds: float = 10,
        retries: int = 2,
        include_usage: bool = True,
        null_content: bool = True,
        exchange_limit: int = EXCHANGE_LIMIT,
        reply_limit: int = REPLY_LIMIT,
    ) -> None:
        self.base_url = base_url or OPENAI
        self.model = model
        self._key = api_key.strip()
        self._transport = transport
        self._silence_seconds = silence_seconds
        self._wordless_seconds = max(silence_seconds, wordless_seconds)
        self._connect_seconds = connect_seconds
        self._retries = retries
        self._include_usage = include_usage
        self._null_content = null_content
        self._exchange_limit = exchange_limit
        self._reply_limit = reply_limit
        self._sdk: openai.AsyncOpenAI | None = None

    @property
    def server(self) -> str:
        """Return host and port of the server; never the name and password that a URL may hold."""
        return urlsplit(self.base_url).netloc.rpartition("@")[2]

    def stream(self, request: Request) -> "Stream":
        """Return a stream; entering it sends the request, and raises ModelError where that fails."""
        from conversations.llm.stream import Stream

        recorder = Recorder(self._exchange_limit, secret=Secret(self._key))
        sent = body(
            request,
            model=self.model,
            include_usage=self._include_usage,
            null_content=self._null_content,
            server=self.server,
        )
        opened = partial(self._open, sent, recorder)
        return Stream(
            opened,
            recorder,
            server=self.server,
            silence=self._silence_seconds,
            wordless=self._wordless_seconds,
        )

    def load(self) -> None:
        """Import what the first stream would wait half a second for; from any thread, the loop goes on."""
        gc.disable()  # what is loaded stays: to search it for garbage takes a quarter of the time
        try:
            for name in SLOW_TO_IMPORT if self._transport else (*SLOW_TO_IMPORT, NETWORK):
                importlib.import_module(name)
        finally:
            gc.enable()

    async def aclose(self) -> None:
        """Close every connection; a stream opened later connects anew."""
        sdk, self._sdk = self._sdk, None
        if sdk:
            await sdk.close()

    async def _open(self, sent: Json, recorder: Recorder) -> "httpx2.Response":
        import httpx2
        import openai

        from conversations.llm.transport import recording

        token = recording.set(recorder)
        try:
            return await self._post(sent)
        except openai.APIStatusError as error:
            status, headers = error.status_code, error.response.headers
            failure = from_status(status, error.body, headers, model=self.model)
            raise failure.hiding(recorder.secret) from error
        except (openai.APIConnectionError, httpx2.InvalidURL) as error:
            raise unreachable(error, self.server, seconds=self._connect_seconds) from error
        finally:
            recording.reset(token)

    async def _post(self, sent: Json) -> "httpx2.Response":
        """Send the request with the SDK's authentication and retries; `wire.Frames` will read the body."""
        import httpx2

        if not self._key.isascii() or not (self._key or NO_KEY).isprintable():
            raise ModelError("bad_key", "The key has letters that no key has. Check OPENAI_API_KEY.")
        self._sdk = self._sdk or self._connect()
        return await self._sdk.post("/chat/completions", cast_to=httpx2.Response, body=sent, stream=True)

    def _connect(self) -> "openai.AsyncOpenAI":
        import httpx2
        import openai

        from conversations.llm.transport import RecordingTransport

        transport = RecordingTransport(
            self._below(), silence_seconds=self._silence_seconds, limit=self._reply_limit
        )
        timeout = httpx2.Timeout(self._silence_seconds, connect=self._connect_seconds)
        return openai.AsyncOpenAI(
            base_url=self.base_url,
            api_key=self._key or NO_KEY,
            max_retries=self._retries,
            timeout=timeout,
            # What is kept of a response is shown, so it must come uncompressed.
            default_headers={"Accept-Encoding": "identity", "Accept": "text/event-stream"},
            http_client=openai.DefaultAsyncHttpx2Client(transport=transport, timeout=timeout),
        )

    def _below(self) -> "httpx2.AsyncBaseTransport":
        if self._transport:
            from conversations.llm.gathering import Gathering

            return Gathering(self._transport())
        from conversations.llm.network import Network

        return Network(proxy=proxy_to(self.base_url))
