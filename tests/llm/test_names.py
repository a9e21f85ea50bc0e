"""A name that a model made up goes back in a form that every server accepts."""

from conversations.engine.values import Answer, Call, Question, Reply, Request
from conversations.llm.wire import body


def test_a_made_up_name_does_not_make_the_history_unsendable() -> None:
    call = Call(0, "call_0", "get weather!" + "x" * 80, "{}")
    items = (
        Question("Weather?"),
        Reply(calls=(call,), finish_reason="tool_calls"),
        Answer("call_0", "x", "{}"),
    )
    sent = body(Request("", items), model="any", include_usage=True, server="any")
    name = next(item for item in sent["messages"] if item["role"] == "assistant")["tool_calls"][0][
        "function"
    ]["name"]
    assert name == "get_weather_" + "x" * 52
