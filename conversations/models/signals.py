"""The news that rows give after commit; the feed listens."""

from django.dispatch import Signal

changed = Signal()  # conversation_id: UUID, person_id: int, seq: int
listed = Signal()  # person_id: int, seq: int
