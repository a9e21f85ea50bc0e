"""What a connection is made to: the part of a server's row whose change means another connection."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from tools import defaults
from tools.mcp import headers
from tools.models import McpServer

VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")


@dataclass(frozen=True, slots=True)
class Program:
    """A command line with the variables that it is given."""

    command: tuple[str, ...]
    variables: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Target:
    """A server to connect to: a program, or else an address with the headers that it is sent.

    With a `fault` there is nothing to connect to. Each other value of `renewed` means another connection.
    """

    server_id: int
    name: str
    url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    program: Program | None = field(default=None, repr=False)
    fault: str = ""
    renewed: int = 0


def targets() -> list[Target]:
    """Read all servers that are on; one query."""
    return [_target(server) for server in McpServer.objects.filter(enabled=True)]


def program(command_line: str) -> Program:
    """Read a command line as a shell would, variables before the command included; ValueError for others."""
    words = shlex.split(command_line)
    number = next((n for n, word in enumerate(words) if not VARIABLE.match(word)), len(words))
    if number == len(words):
        raise ValueError("it names no program")
    variables = dict(word.split("=", 1) for word in words[:number])
    return Program(tuple(words[number:]), variables)


def secrets_of_commands() -> Iterator[str]:
    """Yield the values of the variables that commands are given."""
    for line in defaults.mcp_commands().values():
        try:
            yield from program(line).variables.values()
        except ValueError:  # told by its check
            continue


def _target(server: McpServer) -> Target:
    target = Target(server.pk, server.name, renewed=server.renewed)
    if server.transport == McpServer.Transport.HTTP:
        try:
            return replace(target, url=server.url, headers=headers.unsealed(server.headers))
        except ValueError as error:
            return replace(target, fault=str(error))
    line = defaults.mcp_commands().get(server.command)
    if line is None:
        return replace(target, fault=f"The setting MCP_COMMANDS no longer names {server.command!r}.")
    try:
        return replace(target, program=program(line))
    except ValueError as error:
        return replace(target, fault=f"Its command cannot be read: {error}.")
