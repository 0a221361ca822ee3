"""`nightdesk serve | demo | migrate | check | ask | keys rotate | manifest slack|teams`."""

import argparse
import asyncio
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from bot import front_door, logs, settings
from bot.model.errors import Problem


def main(words: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(words)
    try:
        env = settings.environment()
        read = settings.read(env)
        logs.setup(
            read.log_level, read.log_format if given.command == "serve" else "text", secrets=settings.secrets(env)
        )
        return asyncio.run(_run(given, env))
    except Problem as problem:
        print(f"{problem.says} {problem.advice}".strip(), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


async def _run(given: argparse.Namespace, env: dict[str, str]) -> int:
    match given.command:
        case "serve":
            return await front_door.serve(env)
        case "demo":
            return await front_door.demo(env, port=given.port, bot_port=given.bot_port, fresh=given.fresh)
        case "migrate":
            return await front_door.migrate(env)
        case "check":
            return await front_door.check(env)
        case "ask":
            return await front_door.ask(env, " ".join(given.question))
        case "keys":
            return await front_door.rotate_keys(env)
        case _:
            return await front_door.manifest(env, given.platform, given.out, url=given.url, by_socket=given.socket_mode)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="nightdesk", description="The colleague at the night desk, in Slack and Teams."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="run the bot")
    demo = commands.add_parser("demo", help="both chats in a browser, with a living demo world; no account needed")
    demo.add_argument("--port", type=int, default=8002, help="the page's port on this machine (default 8002)")
    demo.add_argument("--bot-port", type=int, default=8003, help="the bot's port on this machine (default 8003)")
    demo.add_argument("--fresh", action="store_true", help="forget what earlier demos kept")
    commands.add_parser("migrate", help="bring the database to this version's schema")
    commands.add_parser("check", help="try every connection and say what to do about each failure")
    ask = commands.add_parser("ask", help="answer a question here in the terminal")
    ask.add_argument("question", nargs="+")
    keys = commands.add_parser("keys", help="the keys that secrets are encrypted with")
    keys.add_argument("act", choices=["rotate"], help="encrypt every secret anew with the newest key")
    manifest = commands.add_parser("manifest", help="write the app manifest of a platform")
    manifest.add_argument("platform", choices=["slack", "teams"])
    manifest.add_argument("--url", default="", help="the bot's public address (default NIGHTDESK_PUBLIC_URL)")
    manifest.add_argument("--socket-mode", action="store_true", help="Slack: events by Socket Mode, without an address")
    manifest.add_argument("--out", type=Path, help="the file to write (default: standard output; Teams: a zip)")
    return parser


if __name__ == "__main__":
    logging.captureWarnings(True)
    sys.exit(main())
