"""The feeds: a board's changes as server-sent events, and the same by WebSocket.

Both tell the same messages; a client that comes back says what it knows, by ``Last-Event-ID`` or ``last_event_id``.
Server-sent events are packed (gzip) for who can unpack them, which all browsers can.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

import msgspec
from fastapi import APIRouter, Header, Query, Request, Response, WebSocket, WebSocketDisconnect
from fastapi.sse import EventSourceResponse, format_sse_event

from meritlog.web.message import PACKED_BEGINNING, PULSE, Message, packed
from meritlog.web.refusals import Refusal, refusal
from meritlog.web.routes import PeriodName, PlanName, Through, answers, service_of, subject_of
from meritlog.web.service import Service
from schemas.problems import Problem
from schemas.statement import Board

router = APIRouter()
RETRY_MS = 1_000
OPENING = format_sse_event(retry=RETRY_MS, comment="meritlog")
GOING_AWAY = 1001
REFUSED = {404: 4404, 422: 4422, 503: 4503}
"""How a WebSocket is closed that is refused: the HTTP status within the codes that applications may use."""
LastEventId = Annotated[str | None, Query(description="What the client knows, where it cannot send the header.")]


@router.get(
    "/boards/{plan}/{period}/events",
    responses={**answers(Board), 200: {"description": "The feed.", "content": {"text/event-stream": {}}}},
    response_class=Response,
)
async def events(
    request: Request,
    plan: PlanName,
    period: PeriodName,
    through: Through = None,
    last_event_id: LastEventId = None,
    header: Annotated[str | None, Header(alias="Last-Event-ID")] = None,
) -> Response:
    """The board's changes as server-sent events: ``board``, then ``changes``; ``status`` where something is wrong."""
    service = service_of(request)
    subject = subject_of(service, plan, period, through)
    messages = await service.follow(subject, header or last_event_id, "sse")
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Vary": "Accept-Encoding"}
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return EventSourceResponse(_spelled(messages), headers=headers)
    return EventSourceResponse(_packed(messages), headers=headers | {"Content-Encoding": "gzip"})


async def _spelled(messages: AsyncIterator[Message]) -> AsyncIterator[bytes]:
    yield OPENING
    async for message in messages:
        yield message.spelled


async def _packed(messages: AsyncIterator[Message]) -> AsyncIterator[bytes]:
    yield PACKED_BEGINNING + packed(OPENING)
    async for message in messages:
        yield message.packed


@router.websocket("/boards/{plan}/{period}/ws")
@router.websocket("/boards/{plan}/{period}/events/ws")
async def socket(
    websocket: WebSocket, plan: str, period: str, through: str | None = None, last_event_id: str | None = None
) -> None:
    """The board's changes by WebSocket."""
    service: Service = websocket.app.state.service
    await websocket.accept()
    try:
        subject = subject_of(service, plan, period, through)
        messages = await service.follow(subject, last_event_id, "websocket")
    except Problem as problem:
        await _refuse(websocket, refusal(problem))
        return
    left = asyncio.create_task(_left(websocket))
    telling = asyncio.create_task(_told(websocket, messages))
    try:
        await asyncio.wait((left, telling), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (left, telling):
            task.cancel()
        await asyncio.gather(left, telling, return_exceptions=True)


async def _told(websocket: WebSocket, messages: AsyncIterator[Message]) -> None:
    async for message in messages:
        if message is not PULSE:  # the protocol has pings of its own
            await websocket.send_text(message.framed)
    await websocket.close(GOING_AWAY)


async def _left(websocket: WebSocket) -> None:
    """Wait until the client is gone; what it sends is not listened to."""
    try:
        while True:
            await websocket.receive_text()
    except (WebSocketDisconnect, KeyError):
        return


async def _refuse(websocket: WebSocket, document: Refusal) -> None:
    await websocket.send_text(msgspec.json.encode(document).decode())
    await websocket.close(REFUSED.get(document.status, 4000))
