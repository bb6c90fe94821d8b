"""A server that misbehaves to the byte: what a real network does, and no framework would."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Behaviour = Callable[[socket.socket], None]


@dataclass
class Server:
    """Where it listens, and what was said to it."""

    port: int
    requests: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def server(*behaviours: Callable[[socket.socket, bytes], None]) -> Iterator[Server]:
    """Serve one connection after the other, each by the next behaviour, the last for ever."""
    listener = socket.create_server(("127.0.0.1", 0))
    running = Server(listener.getsockname()[1])
    over = threading.Event()

    def serve() -> None:
        number = 0
        while not over.is_set():
            try:
                connection, _address = listener.accept()
            except OSError:
                return
            behaviour = behaviours[min(number, len(behaviours) - 1)]
            number += 1
            with connection:
                connection.settimeout(10)
                try:
                    behaviour(connection, _request(connection, running))
                except OSError:
                    continue  # the client went away, which is its good right

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)


def _request(connection: socket.socket, running: Server) -> bytes:
    """Read one request whole."""
    content = b""
    while b"\r\n\r\n" not in content:
        more = connection.recv(65_536)
        if not more:
            return content
        content += more
    head, _, body = content.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            while len(body) < int(line.partition(b":")[2]):
                body += connection.recv(65_536)
    running.requests.append(head + b"\r\n\r\n" + body)
    return running.requests[-1]


def answering(
    status: str = "200 OK",
    body: bytes = b"{}",
    headers: str = "Content-Type: application/json",
    *,
    length: int | None = None,
) -> Callable[[socket.socket, bytes], None]:
    """Answer like this and close; ``length`` may promise another number of bytes."""

    def behave(connection: socket.socket, _request: bytes) -> None:
        size = len(body) if length is None else length
        head = (
            f"HTTP/1.1 {status}\r\n{headers}\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n"
        )
        connection.sendall(head.encode() + body)

    return behave


def closing(connection: socket.socket, _request: bytes) -> None:
    """Take the request and close without a word."""


def resetting(connection: socket.socket, _request: bytes) -> None:
    """Take the request and reset the connection."""
    linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


def speaking_no_http(connection: socket.socket, _request: bytes) -> None:
    """Answer with something that is not HTTP."""
    connection.sendall(b"220 mail.example.com ESMTP\r\n")


def silent(connection: socket.socket, _request: bytes) -> None:
    """Take the request and say nothing until the client gives up."""
    connection.recv(1)


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def deaf() -> Iterator[int]:
    """A port whose queue of connections is full: connecting there never ends."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    waiting = []
    for _number in range(3):
        one = socket.socket()
        one.setblocking(False)
        one.connect_ex(listener.getsockname())
        waiting.append(one)
    try:
        yield int(listener.getsockname()[1])
    finally:
        for one in (*waiting, listener):
            one.close()


@contextmanager
def tls_server(certificate: str, key: str) -> Iterator[int]:
    """A TLS server with a certificate that nobody knows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        try:
            connection, _address = listener.accept()
            with context.wrap_socket(connection, server_side=True) as secured:
                secured.recv(65_536)
        except OSError:
            return  # the client refused the certificate, as it should

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        listener.close()
        thread.join(10)
