"""`get_weather` against a weather service on loopback, in all its moods."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pytest_django import Settings

from tools import ToolError
from tools.builtin.weather import get_weather

FRANCE = {"name": "Paris", "latitude": 48.85, "longitude": 2.35, "country": "France", "country_code": "FR"}
TEXAS = {
    "name": "Paris",
    "latitude": 33.66,
    "longitude": -95.5,
    "country": "United States",
    "admin1": "Texas",
}
FORECAST = {
    "current": {
        "temperature_2m": 20.0,
        "relative_humidity_2m": 60,
        "weather_code": 61,
        "wind_speed_10m": 12.5,
    },
    "daily": {"temperature_2m_max": [25.0], "temperature_2m_min": [10.0]},
}
Answer = Callable[[str, dict[str, str]], tuple[int, Any]]


class Service:
    """A weather service; `answer` is what it says to a path and a query."""

    def __init__(self) -> None:
        self.answer: Answer = usual
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.released = threading.Event()

    def handler(self) -> type[BaseHTTPRequestHandler]:
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                address = urlsplit(self.path)
                query = {key: values[0] for key, values in parse_qs(address.query).items()}
                service.asked.append((address.path, query))
                status, said = service.answer(address.path, query)
                body = said if isinstance(said, bytes) else json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """Keep the test's output quiet."""

        return Handler


def usual(path: str, query: dict[str, str]) -> tuple[int, Any]:
    if path == "/v1/forecast":
        return 200, FORECAST
    return 200, {"results": [FRANCE, TEXAS]} if query["name"] == "Paris" else {"generationtime_ms": 0.5}


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    service = Service()
    server = ThreadingHTTPServer(("127.0.0.1", 0), service.handler())
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    settings.WEATHER_MODE = "live"
    settings.WEATHER_BASE_URL = f"http://127.0.0.1:{server.server_port}"
    yield service
    service.released.set()
    server.shutdown()
    thread.join()
    server.server_close()


async def test_the_weather_of_a_city_is_told(service: Service) -> None:
    assert await get_weather("Paris") == {
        "city": "Paris",
        "country": "France",
        "temperature": 20.0,
        "high_today": 25.0,
        "low_today": 10.0,
        "unit": "°C",
        "conditions": "light rain",
        "humidity_percent": 60,
        "wind_kmh": 12.5,
        "source": "Open-Meteo",
    }
    assert service.asked[1][1]["latitude"] == "48.85"


async def test_fahrenheit_is_told_on_request(service: Service) -> None:
    told = await get_weather("Paris", unit="fahrenheit")
    assert (told["temperature"], told["high_today"], told["unit"]) == (68.0, 77.0, "°F")


@pytest.mark.parametrize(("city", "latitude"), [("Paris, Texas", "33.66"), ("Paris, FR", "48.85")])
async def test_what_follows_a_comma_tells_cities_apart(service: Service, city: str, latitude: str) -> None:
    await get_weather(city)
    assert service.asked[0][1]["name"] == "Paris"
    assert service.asked[1][1]["latitude"] == latitude


async def test_an_unknown_city_is_a_sentence(service: Service) -> None:
    with pytest.raises(ToolError, match="There is no city named 'Atlantis'"):
        await get_weather("Atlantis")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((500, {"error": True}), "HTTP 500"),
        ((429, b""), "HTTP 429"),
        ((302, b""), "HTTP 302"),
        ((200, b"<html>"), "makes no sense"),
        ((200, b""), "makes no sense"),
        ((200, {"results": [{"name": "Paris"}]}), "makes no sense"),
        ((200, b" " * 1_100_000), "far too long"),
    ],
)
async def test_a_service_that_fails_or_lies_is_a_sentence(
    service: Service, answer: tuple[int, Any], words: str
) -> None:
    service.answer = lambda path, query: answer
    with pytest.raises(ToolError, match=words):
        await get_weather("Paris")


async def test_a_forecast_without_numbers_is_a_sentence(service: Service) -> None:
    service.answer = lambda path, query: (200, {}) if path == "/v1/forecast" else usual(path, query)
    with pytest.raises(ToolError, match="makes no sense"):
        await get_weather("Paris")


async def test_a_silent_service_is_a_sentence(service: Service, settings: Settings) -> None:
    settings.WEATHER_TIMEOUT_SECONDS = 0.1

    def silent(path: str, query: dict[str, str]) -> tuple[int, Any]:
        service.released.wait()
        return 200, {}

    service.answer = silent
    with pytest.raises(ToolError, match=r"did not answer within 0\.1 seconds"):
        await get_weather("Paris")


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "nonsense", "http://[bad"])
async def test_an_address_where_nobody_answers_is_a_sentence(settings: Settings, address: str) -> None:
    settings.WEATHER_MODE = "live"
    settings.WEATHER_BASE_URL = address
    with pytest.raises(ToolError, match="cannot be reached"):
        await get_weather("Paris")


async def test_sample_weather_is_the_same_each_time_and_says_what_it_is(settings: Settings) -> None:
    settings.WEATHER_MODE = "sample"
    once, again, elsewhere = [await get_weather(city) for city in ("paris", "Paris", "Oslo")]
    assert once == again
    assert once["source"] == "sample data"
    assert once != elsewhere
    assert once["low_today"] < once["temperature"] < once["high_today"]
