"""What lies beside a person's conversations and changes for all their tabs at once."""

from functools import partial
from typing import cast

from django.conf import settings
from django.db import connection, models, transaction

from .composed import Values, given
from .signals import listed

_NEXT = "UPDATE conversations_shelf SET seq = seq + 1 WHERE person_id = %s RETURNING seq"


class Shelf(models.Model):
    """Owns the person's own sequence number: the list, titles and toggles move it."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True)
    seq = models.PositiveBigIntegerField(default=0)
    tools_seq = models.PositiveBigIntegerField(default=0)  # when a tool was last switched

    def __str__(self) -> str:
        return f"shelf of person {self.person_id}"

    @classmethod
    def touch(cls, person_id: int, *, tools: bool = False) -> int:
        """Take the person's next number; call it last in a transaction, after the conversation's lock."""
        seq = _next(person_id)
        if seq is None:
            cls.objects.get_or_create(person_id=person_id)
            seq = cast(int, _next(person_id))
        if tools:
            cls.objects.filter(person_id=person_id).update(tools_seq=seq)
        transaction.on_commit(partial(listed.send, sender=cls, person_id=person_id, seq=seq))
        return seq

    @classmethod
    def seq_of(cls, person_id: int) -> int:
        return next(iter(_SEQ.column(person=person_id)), 0)


def _next(person_id: int) -> int | None:
    """Move a person's number and return it; None without such a row."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [person_id])
        taken: list[tuple[int]] = cursor.fetchall()
    return taken[0][0] if taken else None


_SEQ = Values(lambda: Shelf.objects.filter(person_id=given("person")).values_list("seq"))
