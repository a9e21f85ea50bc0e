"""The way to a server: through the environment's proxy or past it, and over TLS that this machine trusts."""

import asyncio
import ipaddress
import os
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.llm.asking import DONE, END, PIECE, ask
from tests.llm.loopback import Answer, Loopback
from tests.llm.raw import HEAD, chunk, says, serving

WHOLE = PIECE, END, DONE


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin without the proxies of whoever runs these tests."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("url", "proxied"),
    [
        ("http://model.example/v1", True),
        ("http://localhost:9/v1", False),
        ("http://127.0.0.1:9/v1", False),
        ("http://[::1]:9/v1", False),
        ("http://inside.invalid/v1", False),
    ],
)
@pytest.mark.parametrize("scheme", ["http://", ""])
async def test_a_proxy_of_the_environment_is_used_but_not_for_this_machine(
    url: str, scheme: str, *, proxied: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Loopback(Answer(WHOLE)) as proxy:
        monkeypatch.setenv("http_proxy", scheme + proxy.url.removeprefix("http://").removesuffix("/v1"))
        monkeypatch.setenv("no_proxy", "inside.invalid")
        await ask(url)
        asked = [head.splitlines()[0] for head in proxy.heads]
    assert asked == ([f"POST {url}/chat/completions HTTP/1.1"] if proxied else [])


async def test_a_proxy_is_told_the_name_and_password_in_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Loopback(Answer(WHOLE)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url.replace("//", "//alice:wonderland@").removesuffix("/v1"))
        reply, _ = await ask("http://model.example/v1")
    assert reply.text == "Once"
    assert "proxy-authorization: basic ywxpy2u6d29uzgvybgfuza==" in proxy.heads[0].lower()


async def test_a_proxy_that_refuses_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    async with serving(refuse) as proxy:
        monkeypatch.setenv("https_proxy", proxy.removesuffix("/v1"))
        _, error = await ask("https://model.example/v1")
    assert error
    assert error.code == "unreachable"


async def test_a_proxy_that_is_no_web_proxy_is_told_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("all_proxy", "socks5://alice:wonderland@127.0.0.1:1080")
    _, error = await ask("https://model.example/v1")
    assert error
    assert (error.code, "no web proxy" in error.message) == ("unreachable", True)
    assert "wonderland" not in error.message


async def test_a_certificate_that_this_machine_trusts_is_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = certified(tmp_path)
    async with serving(says(HEAD + chunk(b"".join(WHOLE)) + b"0\r\n\r\n"), serves_with(certificate)) as url:
        _, distrusted = await ask(url)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        reply, error = await ask(url)
    assert (reply.text, error) == ("Once", None)
    assert distrusted
    assert (distrusted.code, "TLS" in distrusted.message) == ("unreachable", True)


def serves_with(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def certified(folder: Path) -> Path:
    """Write a key and a certificate for 127.0.0.1 that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    path = folder / "certificate.pem"
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + certificate.public_bytes(pem)
    )
    return path
