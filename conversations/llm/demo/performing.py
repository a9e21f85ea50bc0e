"""How a request becomes a delivery: mischief where it is asked for, or else what the brain decides."""

import re
import uuid
from datetime import date

from conversations.engine.values import Question, Request

from .brain.deciding import Decision, decide
from .delivery import Delivery
from .mischief import is_mischief, mischief, wants_slowness
from .script import calls_with_ids, says

SLOWER = 10.0


def perform(request: Request, *, today: date) -> Delivery:
    """Answer the last question of the request."""
    question = newest(request)
    delivery = mischief(request, question, today=today) or _delivered(decide(request, question, today=today))
    return delivery.slower(SLOWER) if wants_slowness(question) else delivery


def newest(request: Request) -> str:
    """Give the last question; what failed before it may stand above it in the same message, and is over."""
    texts = [item.text for item in request.items if isinstance(item, Question)]
    paragraphs = re.split(r"\n\s*\n", texts[-1].strip()) if texts else [""]
    if is_mischief(paragraphs[-1]):
        return paragraphs[-1]
    return "\n\n".join(paragraph for paragraph in paragraphs if not is_mischief(paragraph))


def _delivered(decision: Decision) -> Delivery:
    if not decision.calls:
        return says(decision.text, reasoning=decision.reasoning)
    ids = tuple(f"call_{uuid.uuid4().hex[:24]}" for _ in decision.calls)
    return calls_with_ids(ids, *decision.calls, text=decision.text, reasoning=decision.reasoning)
