"""The guard before every request: by which name, from which page and with which token it comes.

With a token (MERITLOG_SERVE_TOKEN) only the page itself and /health answer without it. A browser gets it once, by the
page's form, as a cookie that scripts cannot read; programs send ``Authorization: Bearer``. No other site's page may
read anything: there is no CORS, a WebSocket's Origin has to be this server, and a server that only this machine
reaches answers to no foreign host name (DNS rebinding).
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from meritlog.web.refusals import Refusal, refused

COOKIE = "meritlog_session"
OPEN_PATHS = ("/", "/health", "/session")
OPEN_FOLDER = "/static/"
POLICY_VIOLATION = 1008
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def session_of(token: str) -> str:
    """What a browser keeps instead of the token."""
    return hmac.new(token.encode(), b"meritlog session", hashlib.sha256).hexdigest()


def same(given: str, wanted: str) -> bool:
    """Whether two secrets are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(given.encode(), wanted.encode())


class Guard:
    """ASGI middleware: refuses what may not pass, and adds the headers that browsers obey."""

    def __init__(self, app: ASGIApp, token: str = "", hosts: tuple[str, ...] | None = None) -> None:
        self._app = app
        self._token = token
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass, or answer it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        document = self._refusal(scope["path"], asked, websocket=scope["type"] == "websocket")
        if scope["type"] == "websocket":
            if document is None:
                await self._app(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": document.detail})
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        if document is None:
            await self._app(scope, receive, with_headers)
        else:
            await refused(document, asked)(scope, receive, with_headers)

    def _refusal(self, path: str, headers: Headers, *, websocket: bool) -> Refusal | None:
        host = headers.get("host", "")
        if not self._known(host):
            status = HTTPStatus.MISDIRECTED_REQUEST
            return Refusal(
                status.phrase,
                status.value,
                f"This server does not answer to the name {host!r}.",
                "Start it with --allow-host NAME, or ask for 127.0.0.1.",
            )
        origin = headers.get("origin")
        if websocket and origin is not None and origin.partition("://")[2] != host:
            status = HTTPStatus.FORBIDDEN
            return Refusal(status.phrase, status.value, "A page of another site may not read this.")
        open_path = path in OPEN_PATHS or path.startswith(OPEN_FOLDER)
        if self._token and not open_path and not self._shown(headers):
            status = HTTPStatus.UNAUTHORIZED
            return Refusal(
                status.phrase,
                status.value,
                "This needs the token that the server was started with.",
                "Send it as Authorization: Bearer TOKEN; in a browser enter it on the page.",
            )
        return None

    def _known(self, host: str) -> bool:
        if self._hosts is None:
            return True
        name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
        try:
            ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            return name.lower() in ("localhost", *self._hosts)
        return True

    def _shown(self, headers: Headers) -> bool:
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return same(given.strip(), self._token)
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            return False
        return cookie is not None and same(cookie.value, session_of(self._token))
