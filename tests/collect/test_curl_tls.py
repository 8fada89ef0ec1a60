"""The HTTP client over TLS: certificates of devices are mostly self-signed."""

import asyncio
import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.collect.conftest import reply
from tests.collect.test_curl import client, failure, get

from wattledger.collect.curl import CurlClient
from wattledger.collect.errors import AttemptError
from wattledger.collect.request import Request
from wattledger.domain.outcome import Outcome

__all__ = ["client"]


async def test_a_certificate_is_checked_only_where_asked(
    client: CurlClient, tmp_path: Path
) -> None:
    server, port = await _tls_server(tmp_path)
    url = f"https://127.0.0.1:{port}/"
    assert (await get(client, url)).body == b"12543.5 kWh"
    async with client.session("127.0.0.1", verify_tls=True) as session:
        with pytest.raises(AttemptError) as caught:
            await session.send(Request(url))
    assert caught.value.outcome is Outcome.TLS
    assert "certificate" in caught.value.message
    server.close()


async def test_https_to_a_plain_port_says_so(client: CurlClient) -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.0 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(plain, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    error = await failure(client, f"https://127.0.0.1:{port}/")
    server.close()
    assert error.outcome is Outcome.TLS
    assert "write http://" in error.message


async def _tls_server(folder: Path) -> tuple[asyncio.Server, int]:
    certificate, key = _self_signed(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(reply("12543.5 kWh"))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    return server, server.sockets[0].getsockname()[1]


def _self_signed(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "pdu.example")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2099, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate_file, key_file
