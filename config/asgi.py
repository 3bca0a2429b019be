"""One port, two protocols: HTTP goes to Django as WSGI in a bounded pool of threads, sockets stay in the event loop.

Django's own ASGI handler answers sync views two to three times slower (docs/decisions/0003-wsgi-inside-asgi.md).
"""

import os

from a2wsgi import WSGIMiddleware

from config.wsgi import application as wsgi

web = WSGIMiddleware(wsgi, workers=int(os.environ.get("WEB_THREADS", "8")))


async def application(scope, receive, send) -> None:
    if scope["type"] == "http":
        await web(scope, receive, send)
    elif scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1000})


async def _lifespan(receive, send) -> None:
    while True:
        event = (await receive())["type"]
        await send({"type": f"{event}.complete"})
        if event == "lifespan.shutdown":
            return
