"""The exact request and the raw response of one model call."""

from __future__ import annotations

import zlib
from datetime import timedelta

from django.db import models
from django.utils import timezone

from .composed import Insert
from .message import Message


class Exchange(models.Model):
    """Bytes as they went over the wire, compressed; `truncated` where the response passed the size cap."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, primary_key=True)
    compressed_request = models.BinaryField()
    compressed_response = models.BinaryField()
    status = models.PositiveSmallIntegerField(null=True)
    truncated = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"exchange of message {self.pk}"

    @classmethod
    def keep(
        cls, message: Message, request: bytes, *, response: bytes, status: int | None, truncated: bool
    ) -> None:
        _INSERT(
            cls(
                message=message,
                compressed_request=zlib.compress(request, 1),
                compressed_response=zlib.compress(response, 1),
                status=status,
                truncated=truncated,
            )
        )

    @property
    def request(self) -> bytes:
        return zlib.decompress(self.compressed_request)

    @property
    def response(self) -> bytes:
        return zlib.decompress(self.compressed_response)

    @classmethod
    def forget(cls, older_than: timedelta) -> int:
        """Delete what is past its retention; the trace itself stays."""
        return cls.objects.filter(created_at__lt=timezone.now() - older_than).delete()[0]


_INSERT = Insert(Exchange)
