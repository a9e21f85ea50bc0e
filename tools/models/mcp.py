"""MCP servers that staff added, what they offered, and how each process stands with them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F
from django.utils import timezone

from tools import defaults

NAME_LENGTH = 24
"""Characters; a tool's own name must still fit behind it into the 64 that model APIs accept."""


class McpServer(models.Model):
    """Whose tools are offered. The values of `headers` are sealed: typed in the admin and never shown again.

    `version` moves with all that its tools are made of, so that processes know when to read them anew.
    `trouble` says what was wrong with its last list of tools. Whenever `renewed` moves, all connect anew.
    """

    class Transport(models.TextChoices):
        HTTP = "http", "HTTP (streamable)"
        STDIO = "stdio", "A command on this machine"

    name = models.CharField(
        max_length=NAME_LENGTH,
        unique=True,
        validators=[RegexValidator(r"\A[a-z0-9][a-z0-9-]*\Z", "Small letters, digits and hyphens only.")],
        help_text="Its tools are called NAME__TOOL.",
    )
    transport = models.CharField(max_length=5, choices=Transport, default=Transport.HTTP)
    url = models.CharField("URL", max_length=500, blank=True, help_text="Such as https://tools.example/mcp.")
    command = models.CharField(
        max_length=60, blank=True, help_text="One of those that the setting MCP_COMMANDS allows."
    )
    headers = models.JSONField(default=dict, blank=True, editable=False)
    enabled = models.BooleanField("on", default=True, help_text="Off: no connection, no tools.")
    deadline = models.FloatField(
        null=True,
        blank=True,
        validators=[MinValueValidator(0.1)],
        help_text="Seconds that one call may take; a tool's policy goes first.",
    )
    version = models.PositiveBigIntegerField(default=0, editable=False)
    trouble = models.TextField(blank=True, editable=False)
    renewed = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = "MCP server"

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Counted by the database: a process may have moved it since this row was read.
        self.version = F("version") + 1 if self.pk else 1
        super().save(*args, **kwargs)
        self.refresh_from_db(fields=["version"])

    def clean(self) -> None:
        """Keep what the transport needs, and refuse what it cannot use."""
        if self.transport == self.Transport.STDIO:
            self.url, self.headers = "", {}
            if self.command not in defaults.mcp_commands():
                raise ValidationError({"command": "The setting MCP_COMMANDS names no such command."})
        else:
            self.command = ""
            if fault := _fault_of_url(self.url):
                raise ValidationError({"url": fault})


class McpTool(models.Model):
    """A tool as its server offered it last: `name` is ours, `remote_name` the server's, `hints` its claims.

    `accepted` has the title, description, schema and hints as staff accepted them, {} where nobody has. A
    tool with a `fault` is not offered; nor is one that is gone.
    """

    SAID = ("title", "description", "schema", "hints")

    server = models.ForeignKey(McpServer, on_delete=models.CASCADE, related_name="tools")
    name = models.CharField(max_length=64, unique=True)
    remote_name = models.CharField(max_length=200)
    title = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)
    schema = models.JSONField(default=dict)
    hints = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=64)
    fault = models.TextField(blank=True)
    accepted = models.JSONField(default=dict)
    accepted_fingerprint = models.CharField(max_length=64, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["server", "name"]
        verbose_name = "MCP tool"
        constraints = [
            models.UniqueConstraint(fields=["server", "remote_name"], name="one_mcp_tool_per_remote_name")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_accepted(self) -> bool:
        return self.accepted_fingerprint == self.fingerprint

    @property
    def has_changed(self) -> bool:
        """Whether it was accepted, and is no longer what was accepted."""
        return bool(self.accepted_fingerprint) and not self.is_accepted

    def accept(self, by: Any) -> bool:
        """Trust the tool as this row shows it; False where it has changed since it was read."""
        as_shown = McpTool.objects.filter(pk=self.pk, fingerprint=self.fingerprint)
        changed = as_shown.update(
            accepted={part: getattr(self, part) for part in self.SAID},
            accepted_fingerprint=self.fingerprint,
            accepted_by=by,
            accepted_at=timezone.now(),
        )
        if not changed:
            return False
        McpServer.objects.filter(pk=self.server_id).update(version=F("version") + 1)
        return True


class McpConnection(models.Model):
    """How one process that runs turns stands with a server; it counts only while `beat_at` is fresh."""

    class State(models.TextChoices):
        CONNECTING = "connecting", "Connecting"
        READY = "ready", "Connected"
        AWAY = "away", "Not connected"

    server = models.ForeignKey(McpServer, on_delete=models.CASCADE, related_name="connections")
    process = models.CharField(max_length=32)
    host = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=State, default=State.CONNECTING)
    error = models.TextField(blank=True)
    stderr = models.TextField(blank=True)
    protocol = models.CharField(max_length=20, blank=True)
    software = models.CharField(max_length=200, blank=True)
    since = models.DateTimeField(default=timezone.now)
    beat_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["server", "host", "process"]
        verbose_name = "MCP connection"
        constraints = [
            models.UniqueConstraint(fields=["server", "process"], name="one_mcp_connection_per_process")
        ]

    def __str__(self) -> str:
        return f"{self.server_id} from {self.host}"


def _fault_of_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
            return "An address that begins with http:// or https:// is needed."
    except ValueError:
        return "That is not an address."
    return "Write credentials as headers, not into the address." if "@" in parts.netloc else ""
