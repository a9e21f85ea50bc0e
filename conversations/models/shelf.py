"""What lies beside a person's conversations and changes for all their tabs at once."""

from functools import partial

from django.conf import settings
from django.db import models, transaction
from django.db.models import F

from .composed import Update, Values, given
from .signals import listed


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
        if not _TOUCH({}, person=person_id):
            cls.objects.get_or_create(person_id=person_id)
            _TOUCH({}, person=person_id)
        seq = cls.seq_of(person_id)
        if tools:
            cls.objects.filter(person_id=person_id).update(tools_seq=seq)
        transaction.on_commit(partial(listed.send, sender=cls, person_id=person_id, seq=seq))
        return seq

    @classmethod
    def seq_of(cls, person_id: int) -> int:
        return next(iter(_SEQ.column(person=person_id)), 0)


def _own() -> models.QuerySet[Shelf]:
    return Shelf.objects.filter(person_id=given("person"))


_TOUCH = Update(_own, seq=F("seq") + 1)
_SEQ = Values(lambda: _own().values_list("seq"))
