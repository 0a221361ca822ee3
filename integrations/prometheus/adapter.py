"""How requests connects for us: only to addresses that were checked, and with the source's own certificates."""

import socket
import ssl
from typing import Any

from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.retry import Retry

from integrations.networks import Networks


class WalledAdapter(HTTPAdapter):
    def __init__(self, networks: Networks, tls: ssl.SSLContext | None, retry: Retry) -> None:
        self._networks, self._tls = networks, tls
        super().__init__(max_retries=retry)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **pool: Any) -> None:
        tls: dict[str, Any] = {"ssl_context": self._tls} if self._tls else {}
        super().init_poolmanager(connections, maxsize, block, **pool, **tls)
        self.poolmanager.pool_classes_by_scheme = _pools(self._networks)

    def build_connection_pool_key_attributes(
        self, request: PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        """With a context of our own that context decides, and not the bundle that requests brings."""
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        return (host, {}) if self._tls else (host, pool)

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        if self._tls is None:
            super().cert_verify(conn, url, verify, cert)  # type: ignore[no-untyped-call]


def _pools(networks: Networks) -> dict[str, Any]:
    def connect(connection: HTTPConnection) -> socket.socket:
        try:
            timeout = connection.timeout if isinstance(connection.timeout, int | float) else None
            made = networks.connect(connection.host.strip("[]"), connection.port or connection.default_port, timeout)
        except socket.gaierror as problem:
            raise NameResolutionError(connection.host, connection, problem) from problem
        except TimeoutError as problem:
            raise ConnectTimeoutError(connection, "timed out") from problem
        except OSError as problem:
            raise NewConnectionError(connection, str(problem)) from problem
        for option in connection.socket_options or ():
            made.setsockopt(*option)
        return made

    class Walled(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return connect(self)

    class WalledTls(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return connect(self)

    class Pool(HTTPConnectionPool):
        ConnectionCls = Walled

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = WalledTls

        def _validate_conn(self, conn: Any) -> None:
            """Without a warning for each call where the datasource itself says that nothing is verified."""
            if conn.is_closed:
                conn.connect()

    return {"http": Pool, "https": TlsPool}
