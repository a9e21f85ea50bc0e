"""How tools are found: the built-in ones, then what each installed app names in its `tools.py`."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType

from django.apps import apps
from django.utils.module_loading import autodiscover_modules

from tools import builtin
from tools.definition import Tool
from tools.registry import Registry

BUILT_IN = "built in"


def discover(registry: Registry) -> None:
    """Fill the registry anew."""
    registry.clear()
    autodiscover_modules("tools")
    for tool, source in _found():
        registry.add(replace(tool, source=source))


def _found() -> Iterator[tuple[Tool, str]]:
    yield from ((tool, BUILT_IN) for tool in _named_in(builtin))
    for config in apps.get_app_configs():
        if module := sys.modules.get(f"{config.name}.tools"):
            yield from ((tool, config.label) for tool in _named_in(module))


def _named_in(module: ModuleType) -> list[Tool]:
    return [value for value in vars(module).values() if isinstance(value, Tool)]
