"""A load client: so many connections to this machine that each send the next request when answered.

What goes over the line is made before the clock starts, and answers are judged after it stops.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

SECONDS_TO_ANSWER = 120


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back, in the order of the requests; times in seconds."""

    seconds: float
    waited: list[float]
    statuses: list[int]
    bodies: list[bytes]

    @property
    def per_second(self) -> float:
        """Return how many requests were answered a second."""
        return len(self.waited) / self.seconds

    def percentile(self, share: float) -> float:
        """Return the time within which this share of the requests was answered."""
        ranked = sorted(self.waited)
        return ranked[min(len(ranked) - 1, int(len(ranked) * share))]


def post(path: str, body: bytes, token: str = "") -> bytes:
    """Return a POST of JSON as it goes over the line."""
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Accept: application/json",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    ]
    lines += [f"Authorization: Bearer {token}"] if token else []
    return "\r\n".join([*lines, "", ""]).encode() + body


def get(path: str, cookie: str = "") -> bytes:
    """Return a GET of a page as it goes over the line."""
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: text/html"]
    lines += [f"Cookie: {cookie}"] if cookie else []
    return "\r\n".join([*lines, "", ""]).encode()


class Connection:
    """One kept connection to a port of this machine, opened again when the server closes it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._socket: socket.socket | None = None

    def send(self, request: bytes) -> tuple[int, bytes]:
        """Send one request and return the status and the body of its answer."""
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self.port), SECONDS_TO_ANSWER)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        head, _, body = self._received(b"").partition(b"\r\n\r\n")
        fields = head.lower().split(b"\r\n")
        lengths = [field[15:] for field in fields if field.startswith(b"content-length:")]
        while len(body) < int(lengths[0]):
            body = self._received(body, least=len(body) + 1)
        if b"connection: close" in fields:
            self.close()
        return int(fields[0].split()[1]), body

    def _received(self, so_far: bytes, least: int = 0) -> bytes:
        """Return what was received so far and more: a whole head, or at least so many bytes."""
        assert self._socket is not None
        while len(so_far) < least or (not least and b"\r\n\r\n" not in so_far):
            more = self._socket.recv(65_536)
            if not more:
                raise ConnectionError("the server hung up in the middle of an answer")
            so_far += more
        return so_far

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._socket is not None:
            self._socket.close()
        self._socket = None


def send(port: int, requests: Sequence[bytes], clients: int) -> Answered:
    """Send every request once over `clients` connections at a time.

    Raises:
        ConnectionError: the server did not answer; the figures would mean nothing.
    """
    count = len(requests)
    waited, statuses, bodies = [0.0] * count, [0] * count, [b""] * count
    positions = iter(range(count))
    taking, ready = threading.Lock(), threading.Barrier(clients + 1)
    failures: list[OSError] = []

    def work() -> None:
        connection = Connection(port)
        ready.wait()
        try:
            while True:
                with taking:
                    position = next(positions, None)
                if position is None or failures:
                    return
                begun = time.perf_counter()
                statuses[position], bodies[position] = connection.send(requests[position])
                waited[position] = time.perf_counter() - begun
        except OSError as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, daemon=True) for _ in range(clients)]
    for thread in threads:
        thread.start()
    ready.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begun
    if failures:
        raise ConnectionError("the server did not answer") from failures[0]
    return Answered(seconds, waited, statuses, bodies)
