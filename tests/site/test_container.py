"""The image and the composition name only what there is: files, commands, flags, settings, services."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management import get_commands, load_command_class

from tests.site.processes import ROOT, Server, manage

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
EXAMPLE = re.findall(r"^([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
# What the images that are not ours, Python and the shell read.
OF_OTHERS = {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "POSTGRES_PASSWORD"}
FILLED_IN = {
    "SECRET_KEY": "kX3-vb9Qw7_zLm2Rt8Yp5Nc1Hj6Gf4Ds0Aa-Ee9Ii8Oo7Uu_Bq3Wx",
    "POSTGRES_PASSWORD": "a-password",
    "OPENAI_MODEL": "any",
    "OPENAI_API_KEY": "a-key",
}


def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions, continued lines joined, comments left out."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = re.sub(r"\\\n", " ", text).splitlines()
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines) if word]


def told(word: str) -> list[str]:
    return [rest for each, rest in instructions() if each == word]


def managed(words: list[str]) -> list[list[str]]:
    """Return what follows `manage.py` in a command line."""
    return [words[words.index("manage.py") + 1 :]] if "manage.py" in words else []


def commands() -> list[list[str]]:
    runs = [shlex.split(part) for run in told("RUN") for part in run.split("&&")]
    starts = [json.loads(start) for start in told("CMD")]
    services = [service["command"] for service in SERVICES.values() if "command" in service]
    return [command for words in (*runs, *starts, *services) for command in managed(words)]


def environment() -> dict[str, str]:
    """Return what the app's process gets: the image's, the filled in example's, then the composition's."""
    found: dict[str, str] = {}
    for line in told("ENV"):
        found |= dict(pair.partition("=")[::2] for pair in shlex.split(line))
    found |= {name: FILLED_IN.get(name, value) for name, value in EXAMPLE}
    return found | {name: interpolated(value) for name, value in SERVICES["app"]["environment"].items()}


def interpolated(text: str) -> str:
    values = {name: FILLED_IN.get(name, value) for name, value in EXAMPLE}
    return re.sub(r"\$\{([A-Z_]+)[^}]*\}", lambda found: values[found[1]], text)


def test_every_command_and_every_flag_exists() -> None:
    assert {command[0] for command in commands()} == {"collectstatic", "migrate", "serve", "work"}
    for name, *flags in commands():
        command = load_command_class(get_commands()[name], name)
        command.create_parser("manage.py", name).parse_args(flags)  # which leaves where it knows a flag not


def test_every_variable_is_a_setting() -> None:
    named = {*environment(), *(name for name, _ in EXAMPLE)} - OF_OTHERS
    assert named - set(settings.ENVIRONMENT.defaults) == set()
    assert {"DATABASE_URL", "REDIS_URL", "TURN_EXECUTOR", "SECRET_KEY", "PUBLIC_URL"} <= named


def test_every_variable_that_the_composition_asks_for_is_in_the_example() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "compose.yaml").read_text()))
    assert asked <= {name for name, _ in EXAMPLE}


def test_the_example_holds_no_secret_and_filled_in_it_passes_every_check(tmp_path: Path) -> None:
    assert all(value == "" for name, value in EXAMPLE if name != "PUBLIC_URL")
    variables = {
        name: value for name, value in environment().items() if name in settings.ENVIRONMENT.defaults
    }
    checked = manage(
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        var=tmp_path,
        **{**variables, "VAR_DIR": str(tmp_path)},
    )
    assert checked.returncode == 0, checked.stderr


def test_only_what_is_named_reaches_the_image() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert ignored[1] == "*"
    let_in = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    copied = {copy.split()[0] for copy in told("COPY") if not copy.startswith("--from")}
    assert let_in == copied
    assert all((ROOT / name).exists() for name in copied)


def test_the_image_is_nobodys_in_particular_and_ends_in_order() -> None:
    assert told("USER") == ["clearcall"]
    words = [word for word, _ in instructions()]
    assert words.index("USER") > max(place for place, word in enumerate(words) if word == "RUN")
    assert told("STOPSIGNAL") == ["SIGTERM"]
    assert "--require-hashes" in told("RUN")[0]


def test_the_static_files_are_the_images_own() -> None:
    """A volume keeps what it was first filled with, and an upgrade would then show old files."""
    kept = told("VOLUME")[0]
    assert environment()["VAR_DIR"] == kept
    assert not environment()["STATIC_DIR"].startswith(f"{kept}/")


def test_the_health_checks_tell_a_server_that_works_from_one_that_is_gone(var: Path) -> None:
    checks = {
        "/healthz": json.loads(told("HEALTHCHECK")[0].partition("CMD")[2]),
        "/readyz": SERVICES["app"]["healthcheck"]["test"][1:],
    }
    server = Server(var=var)
    try:
        port = server.link().split(":")[2].split("/")[0]
        programs = [check[-1].replace(":8000/", f":{port}/") for check in checks.values()]
        assert all(probe in program for probe, program in zip(checks, programs, strict=True))
        assert [code_of(program) for program in programs] == [0, 0]
    finally:
        server.close()
    assert [code_of(program) for program in programs] == [1, 1]


def code_of(program: str) -> int:
    return subprocess.run([sys.executable, "-c", program], check=False, capture_output=True).returncode


def test_services_wait_only_for_what_can_come() -> None:
    for service in SERVICES.values():
        for other, on in service.get("depends_on", {}).items():
            if on["condition"] == "service_healthy":
                assert "test" in SERVICES[other]["healthcheck"]
            else:
                assert on["condition"] == "service_completed_successfully"
                assert SERVICES[other]["restart"] == "no"


def test_only_the_proxy_is_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert COMPOSE["networks"]["inner"]["internal"] is True
    stores = {name: SERVICES[name]["networks"] for name in ("postgres", "redis")}
    assert stores == {"postgres": ["inner"], "redis": ["inner"]}
    assert SERVICES["proxy"]["networks"] == ["outer"]


def test_the_time_to_leave_is_longer_than_what_a_process_takes() -> None:
    for name in ("app", "worker"):
        grace = float(SERVICES[name]["stop_grace_period"].removesuffix("s"))
        assert grace > settings.DRAIN_SECONDS + 1
