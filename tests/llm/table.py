"""What each recording must be read as: one table, for the client alone and for the way to the page."""

from dataclasses import dataclass
from pathlib import Path

from conversations.engine.values import Reply
from conversations.llm.errors import Code

FOLDER = Path(__file__).parent / "recordings"

JSON = "application/json"
HTML = "text/html; charset=utf-8"
TEXT = "text/plain"


@dataclass(frozen=True)
class Said:
    """One call as (name, arguments); `complete` is False where it must never be run."""

    name: str
    arguments: str
    complete: bool = True


@dataclass(frozen=True)
class Recording:
    """What `file` says. With an `error`, the rest is what came before it and is kept."""

    file: str
    text: str = ""
    reasoning: str = ""
    refusal: str = ""
    calls: tuple[Said, ...] = ()
    finish_reason: str = ""
    error: Code | None = None
    content_type: str = "text/event-stream"

    @property
    def body(self) -> bytes:
        return (FOLDER / f"{self.file}.sse").read_bytes()

    def of(self, reply: Reply, error: Code | None) -> "Recording":
        """Return what was read in this table's form, to be compared."""
        calls = tuple(Said(call.name, call.arguments, call.complete) for call in reply.calls)
        return Recording(
            file=self.file,
            text=reply.text,
            reasoning=reply.reasoning,
            refusal=reply.refusal,
            calls=calls,
            finish_reason=reply.finish_reason,
            error=error,
            content_type=self.content_type,
        )


OSLO = Said("get_weather", '{"city":"Oslo"}')
LIMA = Said("get_weather", '{"city":"Lima"}')
SPACED = Said("get_weather", '{"city": "Oslo"}')


def called(file: str, *calls: Said, finish_reason: str = "tool_calls") -> Recording:
    """A recording of nothing but calls."""
    return Recording(file, calls=calls, finish_reason=finish_reason)


def spoken(file: str, text: str, finish_reason: str = "stop") -> Recording:
    """A recording of nothing but text."""
    return Recording(file, text=text, finish_reason=finish_reason)


def failed(file: str, error: Code, text: str = "") -> Recording:
    """A recording that ends in an error."""
    return Recording(file, text=text, error=error)


SERVERS = (
    spoken("openai_plain", "Good morning, Zoë 👋"),
    called("openai_parallel_calls", OSLO, LIMA),
    called("openai_interleaved_calls", OSLO, Said("calculate", '{"expression":"6*7"}')),
    Recording("openai_refusal", refusal="I can't help with that.", finish_reason="stop"),
    spoken("openai_length", "Once upon a", "length"),
    called(
        "openai_length_in_call",
        Said("calculate", '{"expression":"1+', complete=False),
        finish_reason="length",
    ),
    spoken("openai_content_filter", "As to ", "content_filter"),
    spoken("azure_first_chunk", "Hello there"),
    Recording("vllm", reasoning="The user wants the weather.", calls=(SPACED,), finish_reason="tool_calls"),
    Recording(
        "vllm_both_reasonings", text="Done.", reasoning="Two fields, one thought.", finish_reason="stop"
    ),
    called("vllm_id_in_every_chunk", OSLO, LIMA),
    failed("vllm_old_error", "stream_error", "Let me"),
    Recording("llama_cpp", reasoning="Need the weather.", calls=(OSLO,), finish_reason="tool_calls"),
    failed("llama_cpp_error_field", "context_full"),
    Recording("ollama", reasoning="Two cities.", calls=(OSLO, LIMA), finish_reason="tool_calls"),
    called("ollama_all_in_one_list", OSLO, LIMA, finish_reason="stop"),
    called("lm_studio", OSLO),
    failed("lm_studio_error_event", "context_full", "Well"),
    Recording("openrouter", reasoning="The user asks for Oslo.", calls=(OSLO,), finish_reason="tool_calls"),
    failed("openrouter_error", "stream_error", "The first "),
    Recording(
        "deepseek_reasoning",
        text="One moment.",
        reasoning="I should look it up.",
        calls=(SPACED,),
        finish_reason="tool_calls",
    ),
    called("gemini", OSLO, LIMA, finish_reason="stop"),
    called("gemini_signature_alone", OSLO, finish_reason="stop"),
    Recording(
        "mistral_thinking_parts", text="Short answer.", reasoning="Short is best.", finish_reason="stop"
    ),
    spoken("groq", "Fast."),
)

CALLS = (
    called("index_from_one", OSLO, LIMA),
    called("index_always_zero", OSLO, LIMA),
    called("index_always_zero_no_id", OSLO, LIMA),
    called("index_missing", OSLO, LIMA),
    called("index_as_text", OSLO),
    called("same_call_at_two_indices", OSLO),
    called("id_missing", OSLO, LIMA),
    called("id_late", OSLO),
    called("id_empty_later", OSLO),
    called("id_repeated", OSLO),
    called("id_new_in_each_chunk", OSLO),
    called("id_duplicated", OSLO, LIMA, Said("calculate", '{"expression":"1+1"}')),
    called("name_repeated", OSLO),
    called("name_late", OSLO),
    called("name_never", Said("", OSLO.arguments, complete=False)),
    called("name_without_function_level", OSLO),
    called("arguments_null_first", OSLO),
    called("arguments_missing_first", OSLO),
    called("arguments_whole", OSLO),
    called("arguments_twice", OSLO),
    called("arguments_as_object", Said("get_weather", '{"city": "Zürich"}')),
    called("arguments_empty", Said("get_calendar_events", "")),
    called("arguments_with_braces_in_text", Said("calculate", '{"expression":"}\\"{\\\\"}')),
    called("arguments_not_json", Said("get_weather", "{city: Oslo}")),
    called("stop_beside_calls", OSLO, finish_reason="stop"),
    called("finish_empty", OSLO, finish_reason=""),
    called("function_call_only", OSLO),
    called("function_call_duplicate", OSLO),
    called("surrogates_split_in_arguments", Said("calculate", '{"expression":"👋"}')),
)

TEXTS = (
    spoken("finish_empty_in_each_chunk", "Hello"),
    spoken("finish_in_other_words", "Hello"),
    spoken("usage_in_each_chunk", "ABC"),
    spoken("usage_as_text", "Counted"),
    spoken("usage_of_odd_numbers", "Counted"),
    Recording("extras_with_odd_numbers", text="Thought", reasoning="Hm.", finish_reason="stop"),
    spoken("content_parts", "Part one and two"),
    spoken("role_repeated", "Once"),
    spoken("content_null", "Yes"),
    spoken("surrogates_split", "Wave 👋, lone � and nul �. End �"),
    spoken("keep_alive_data_lines", "Still here"),
    spoken("choices_null", "Hi"),
    spoken("chunks_of_odd_types", "Fine"),
    spoken("no_done", "Whole"),
    spoken("no_finish_but_done", "Whole", ""),
    spoken("single_newlines", "No blank lines"),
    spoken("crlf", "Windows"),
    spoken("byte_order_mark", "Marked"),
    spoken("broken_utf8", "caf� �!"),
    Recording("json_reply", text="All at once", finish_reason="stop", content_type=JSON),
    Recording("json_reply_with_calls", calls=(OSLO, LIMA), finish_reason="tool_calls", content_type=JSON),
)

ENDS = (
    spoken("cut_without_finish", "I was about to s", ""),
    called("cut_in_mid_call", Said("get_weather", '{"city":"Os', complete=False), finish_reason=""),
    called("cut_after_whole_call", Said("get_weather", OSLO.arguments, complete=False), finish_reason=""),
    spoken("cut_in_mid_line", "Half", ""),
    failed("error_in_mid_stream", "stream_error", "Up to here"),
    failed("error_as_text", "stream_error", "Up to here"),
    failed("error_at_once", "rate_limited"),
    failed("error_unframed", "context_full"),
    failed("error_unframed_before_done", "context_full"),
    failed("broken_json_line", "broken_stream", "Before"),
    failed("glued_frame", "broken_stream", "Before"),
    Recording("html", error="not_a_stream", content_type=HTML),
    Recording("text", error="not_a_stream", content_type=TEXT),
    Recording("nothing", error="not_a_stream"),
    Recording("json_other", error="not_a_stream", content_type=JSON),
    Recording("json_error", error="stream_error", content_type=JSON),
    Recording("json_cut", error="not_a_stream", content_type=JSON),
)

RECORDINGS = SERVERS + CALLS + TEXTS + ENDS
