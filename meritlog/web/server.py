"""The server's process: a socket, uvicorn on it, and an end that lets every stream end."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
import socket
from collections.abc import Callable, Iterator
from types import FrameType

import uvicorn
from fastapi import FastAPI

from meritlog.web.app import application
from meritlog.web.service import Settings
from schemas.problems import EnvironmentProblem, Place

BACKLOG = 512
SEND_BYTES = 1 << 18
"""What the kernel may hold for a client that does not read; by itself it would grow to megabytes for each."""
END_SECONDS = 5
SOCKET_MESSAGE_BYTES = 4_096


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens there; port 0 takes a free one.

    Raises:
        EnvironmentProblem: the port is in use, or the address is none of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BYTES)
    try:
        found.bind((host, port))
        found.listen(BACKLOG)
    except OSError as failure:
        found.close()
        taken = failure.errno == errno.EADDRINUSE
        raise EnvironmentProblem(
            f"{host}:{port} cannot be listened at: {failure.strerror or failure}.",
            place=Place(field="--port" if taken or failure.errno == errno.EACCES else "--host"),
            remedy="Name another port with --port (0 takes a free one), or end what uses it."
            if taken
            else "Name an address of this machine with --host (0.0.0.0: all of them), and a port from 1024 on.",
        ) from None
    return found


def url_of(listening: socket.socket) -> str:
    """Where a browser finds what listens there."""
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def serve(settings: Settings, listening: socket.socket, announce: Callable[[], None]) -> None:
    """Serve until SIGTERM or Ctrl-C; ``announce`` is called once requests are answered."""
    app = application(settings)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=END_SECONDS,
        ws_max_size=SOCKET_MESSAGE_BYTES,
    )
    asyncio.run(_Server(config, app, announce).serve(sockets=[listening]))


class _Server(uvicorn.Server):
    """uvicorn, which ends our streams before it waits for them, and ends as having done what it was told to."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._served = app
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        if self.started:
            self._announce()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End streams, then wait for what is being answered."""
        self._served.state.service.hub.end_streams()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take the signals that end us; unlike uvicorn's own, they are not raised again afterwards."""
        ours = (signal.SIGINT, signal.SIGTERM)

        def end(number: int, frame: FrameType | None) -> None:
            self.handle_exit(number, frame)

        before = {number: signal.signal(number, end) for number in ours}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
