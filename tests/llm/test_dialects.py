"""Servers say in many words that a conversation is too long; a person is told it in one."""

import pytest

from conversations.llm.dialects import code_of, error_within, sentence
from conversations.llm.failures import from_status, from_stream, wait_of

# As each server words it, from its documentation, source or issue threads.
TOO_LONG = {
    "openai": (400, {"message": "...", "code": "context_length_exceeded"}),
    "openai responses": (400, {"message": "Your input exceeds the context window of this model."}),
    "vllm": (
        400,
        {"message": "This model's maximum context length is 8192 tokens. However, you requested 9000"},
    ),
    "llama.cpp": (400, {"message": "...", "type": "exceed_context_size_error", "n_ctx": 256}),
    "llama.cpp before": (500, {"message": "the request exceeds the available context size. try increasing"}),
    "ollama": (400, "input length exceeds the context length"),
    "lm studio": (400, {"message": "Trying to keep the first 15857 tokens when context the overflows."}),
    "openrouter": (
        400,
        {
            "message": "Provider returned error",
            "metadata": {"raw": "prompt is too long: 210000 tokens > 200000 maximum"},
        },
    ),
    "gemini": (
        400,
        [
            {
                "error": {
                    "code": 400,
                    "message": "The input token count (1200000) exceeds the maximum number of tokens allowed",
                    "status": "INVALID_ARGUMENT",
                }
            }
        ],
    ),
    "sglang": (400, {"message": "The input (9000 tokens) is longer than the model's context length (8192)."}),
    "groq": (413, {"message": "Request too large for model `llama-3.3-70b-versatile`"}),
    "xai": (400, {"message": "This model's maximum prompt length is 131072 but the request contains 140000"}),
}


@pytest.mark.parametrize("server", TOO_LONG)
def test_a_full_context_is_known_in_every_dialect(server: str) -> None:
    status, body = TOO_LONG[server]
    error = from_status(status, body, {}, model="m")
    assert (error.code, error.message) == (
        "context_full",
        "All of this is longer than the model takes. Send less, or start a new conversation.",
    )


def test_a_word_about_context_alone_is_not_a_full_one() -> None:
    assert code_of(400, {"message": "Unknown parameter: 'context'"}) is None


def test_a_sentence_is_found_wherever_it_lies() -> None:
    assert sentence({"error": {"message": "One"}}) == "One"
    assert sentence({"error": "Two"}) == "Two"
    assert sentence({"detail": [{"msg": "Three"}, {"msg": "four"}]}) == "Three; four"
    assert sentence("<html>Five</html>") == ""
    assert sentence({"message": "Six\n  lines\0"}) == "Six lines\ufffd"
    assert sentence(None) == ""


def test_an_error_is_told_from_a_chunk() -> None:
    assert error_within([{"error": {"message": "One"}}]) == {"message": "One"}
    assert error_within({"object": "error", "message": "Two"})
    assert error_within({"detail": "Not Found"})
    assert not error_within({"choices": [], "error": None})
    assert not error_within({"type": "ping"})
    assert not error_within({"choices": [], "message": "hello"})


def test_an_error_within_a_stream_is_named_by_its_own_code() -> None:
    assert from_stream({"code": 402, "message": "Insufficient credits"}).code == "no_credit"
    assert from_stream({"code": "429", "message": "Slow down"}).code == "rate_limited"
    assert (
        from_stream({"code": 502, "message": "Gone"}).message
        == "The model's server broke off its reply: Gone."
    )
    assert from_stream("").message == "The model's server broke off its reply."


def test_nonsense_for_a_wait_is_no_wait() -> None:
    assert wait_of({"retry-after": "soon"}) is None
    assert wait_of({"retry-after": "-3"}) == 0
    assert wait_of({}) is None
    assert wait_of({"retry-after": "nan"}) is None
    assert wait_of({"retry-after": "inf"}) is None
