"""A real HTTP server on loopback that answers as it is told to."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

EMPTY = {"status": "success", "data": {"resultType": "vector", "result": []}}


@dataclass
class Reply:
    status: int = 200
    body: bytes | dict[str, object] = field(default_factory=lambda: dict(EMPTY))
    headers: dict[str, str] = field(default_factory=dict)
    hold: bool = False  # say nothing until the test ends
    cut: bool = False  # promise more than is sent
    stall: bool = False  # send half and no more


@dataclass
class Request:
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: str = ""


@dataclass
class Server:
    url: str
    script: list[Reply] = field(default_factory=list)  # one after the other; the last is repeated
    seen: list[Request] = field(default_factory=list)
    answer: "Callable[[Request], Reply] | None" = None  # instead of the script
    by_path: dict[str, Reply] = field(default_factory=dict)
    let_go: threading.Event = field(default_factory=threading.Event)
    most: int = 0
    _now: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self, request: Request) -> Reply:
        with self._lock:
            self.seen.append(request)
            self._now += 1
            self.most = max(self.most, self._now)
            if self.answer:
                return self.answer(request)
            if request.path in self.by_path:
                return self.by_path[request.path]
            return self.script.pop(0) if len(self.script) > 1 else self.script[0] if self.script else Reply()

    def done(self) -> None:
        with self._lock:
            self._now -= 1


def _handler(find: Callable[[], Server]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server, parts = find(), urlsplit(self.path)
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            reply = server.next(Request(parts.path, parse_qs(parts.query), dict(self.headers), sent))
            try:
                self._answer(server, reply)
            except (BrokenPipeError, ConnectionResetError):
                pass
            finally:
                server.done()

        do_POST = do_GET

        def _answer(self, server: Server, reply: Reply) -> None:
            if reply.hold:
                server.let_go.wait(30)
            body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body) + (100 if reply.cut or reply.stall else 0)))
            self.end_headers()
            self.wfile.write(body)
            if reply.stall:
                self.wfile.flush()
                server.let_go.wait(30)
            if reply.cut or reply.stall:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@contextmanager
def serving(*script: Reply) -> Iterator[Server]:
    server: Server
    http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(lambda: server))
    server = Server(f"http://127.0.0.1:{http.server_port}", list(script))
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.let_go.set()
        http.shutdown()
        http.server_close()
        thread.join()
