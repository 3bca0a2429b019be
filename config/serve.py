"""``python -m config.serve``: the web server, for production and, started by bin/dev, for a desk.

HOST, PORT and WEB_CONCURRENCY (processes) come from the environment; ACCESS_LOG=1 logs each request.
"""

import logging
import os
import signal
import socket
import sys
import threading
from multiprocessing import connection, parent_process

import uvicorn
from uvicorn.supervisors import Multiprocess

from config.logs import WithoutSecrets
from config.postgres import database

GRACE_SECONDS = 5
LONGEST_FRAME = 65_536  # bytes of one message of a socket


def application():
    """Made in each serving process, which ends with the one that started it: none may be left to keep the port."""
    starter = parent_process()
    if starter:
        _end_when_readable(starter.sentinel)
    from config.asgi import application

    return application


def main() -> None:
    workers = int(os.environ.get("WEB_CONCURRENCY") or "1")
    config = uvicorn.Config(
        "config.serve:application",
        factory=True,
        workers=workers,
        log_level=os.environ.get("LOG_LEVEL", "warning").lower(),
        access_log=os.environ.get("ACCESS_LOG", "0") != "0",
        # Whose word on the caller's address is believed is said by TRUSTED_PROXIES, in one place: config/settings.py.
        proxy_headers=False,
        server_header=False,
        # Longer messages end the socket; to compress for each of them costs more than it saves.
        ws_max_size=LONGEST_FRAME,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    logging.getLogger("uvicorn.access").addFilter(WithoutSecrets())
    server, sockets = uvicorn.Server(config), [_listener()]
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))  # uvicorn raises its signal again when it has stopped in order
    if "LAUNCHER_FD" in os.environ:
        _end_when_readable(int(os.environ["LAUNCHER_FD"]))
    with database():
        if workers > 1:
            Multiprocess(config, sockets).run()
        else:
            server.run(sockets)
    sys.exit(0 if server.started or workers > 1 else 1)


def _listener() -> socket.socket:
    """The socket that the launcher bound before anything else, or one of our own."""
    if "LISTEN_FD" in os.environ:
        return socket.socket(fileno=int(os.environ["LISTEN_FD"]))
    host, port = os.environ.get("HOST") or "127.0.0.1", int(os.environ.get("PORT") or "8000")
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        sys.exit(f"Cannot listen on {host}, port {port}: {error.strerror}. PORT chooses another one.")
    return listener


def _end_when_readable(end: int) -> None:
    def wait() -> None:
        connection.wait([end])
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    main()
