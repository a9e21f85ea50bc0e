"""What lies beside a person's conversations and changes for all their tabs at once."""

from functools import partial

from django.conf import settings
from django.db import models, transaction
from django.db.models import F

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
        cls.objects.get_or_create(person_id=person_id)
        cls.objects.filter(person_id=person_id).update(seq=F("seq") + 1)
        seq = cls.seq_of(person_id)
        if tools:
            cls.objects.filter(person_id=person_id).update(tools_seq=seq)
        transaction.on_commit(partial(listed.send, sender=cls, person_id=person_id, seq=seq))
        return seq

    @classmethod
    def seq_of(cls, person_id: int) -> int:
        return cls.seqs_of(person_id)[0]

    @classmethod
    def seqs_of(cls, person_id: int) -> tuple[int, int]:
        """Return the person's number, and the one at which a tool was last switched."""
        return cls.objects.filter(person_id=person_id).values_list("seq", "tools_seq").first() or (0, 0)
