"""`nightdesk serve | demo | migrate | check | ask | translate | detect | forecast | keys | plan | sources | …`."""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.analysis.calibration import WEEKS
from bot.analysis.kinds import KINDS
from bot.model.errors import Problem


def main(words: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(words)
    match given.command:  # these open nothing of a tenant's, and they start at once
        case "translate":
            from bot import translate_door

            return translate_door.run(rules=given.rules)
        case "detect":
            from bot import detect_door

            return detect_door.run(given.kind, given.weeks)
        case "forecast":
            from bot import forecast_door

            return forecast_door.run(given.running, given.budget)
        case _:
            return _with_settings(given)


def _with_settings(given: argparse.Namespace) -> int:
    import asyncio

    from bot import logs, settings

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
    from bot import front_door  # it brings every adapter along, and a translation needs none

    match given.command:
        case "serve":
            return await front_door.serve(env)
        case "demo":
            return await front_door.demo(env, port=given.port, bot_port=given.bot_port)
        case "migrate":
            return await front_door.migrate(env)
        case "check":
            return await front_door.check(env)
        case "ask":
            return await front_door.ask(env, " ".join(given.question))
        case "keys":
            return await _keys(given, env)
        case "plan":
            return await _plan(given, env)
        case "sources":
            return await _sources(given, env)
        case "knowledge":
            return await _knowledge(given, env)
        case _:
            return await front_door.manifest(env, given.platform, given.out, url=given.url, by_socket=given.socket_mode)


async def _keys(given: argparse.Namespace, env: dict[str, str]) -> int:
    from bot import front_door, office_door

    match given.act:
        case "rotate":
            return await front_door.rotate_keys(env)
        case "new":
            return await office_door.new_key(env, given.source, given.name, given.role)
        case "revoke":
            return await office_door.revoke_key(env, given.id)
        case _:
            return await office_door.list_keys(env)


async def _plan(given: argparse.Namespace, env: dict[str, str]) -> int:
    from bot import office_door

    match given.act:
        case "check":
            return office_door.check_plan(given.file)
        case "apply":
            return await office_door.apply_plan(env, given.file)
        case _:
            return await office_door.show_plan(env)


async def _sources(given: argparse.Namespace, env: dict[str, str]) -> int:
    from bot import sources_door

    match given.act:
        case "check":
            return await sources_door.check(env, given.file)
        case "apply":
            return await sources_door.apply(env, given.file)
        case _:
            return await sources_door.show(env)


async def _knowledge(given: argparse.Namespace, env: dict[str, str]) -> int:
    from bot import knowledge_door

    return await knowledge_door.bring_in(env, given.folder, tenant=given.tenant, everyone=given.shared)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="nightdesk", description="The colleague at the night desk, in Slack and Teams."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="run the bot")
    demo = commands.add_parser("demo", help="both chats in a browser, with a living demo world; no account needed")
    demo.add_argument("--port", type=int, default=8002, help="the page's port on this machine (default 8002)")
    demo.add_argument("--bot-port", type=int, default=8003, help="the bot's port on this machine (default 8003)")
    commands.add_parser("migrate", help="bring the database to this version's schema")
    commands.add_parser("check", help="try every connection and say what to do about each failure")
    ask = commands.add_parser("ask", help="answer a question here in the terminal")
    ask.add_argument("question", nargs="+")
    words = commands.add_parser(
        "translate", help="one JSON question a line in, one JSON answer with its query a line out"
    )
    words.add_argument("--rules", action="store_true", help="by rules alone, also where OPENAI_… is set")
    detect = commands.add_parser(
        "detect", help="one unix_time,value line of a series in, one score of 0 to 1 a line out"
    )
    detect.add_argument("--kind", choices=list(KINDS), default="gauge", help="what the series is of (default gauge)")
    detect.add_argument("--weeks", type=_weeks, default=WEEKS, help="series-weeks to a false alarm (default 4)")
    spend = commands.add_parser(
        "forecast", help="one date,value line a day of a spend in, the month's total as JSON out"
    )
    spend.add_argument("--running", action="store_true", help="the last day is not over yet")
    spend.add_argument("--budget", type=_amount, help="of the month: say when it is passed, and how probable that is")
    _add_keys(commands.add_parser("keys", help="keys of webhooks and of the API, and those that encrypt secrets"))
    plan = commands.add_parser("plan", help="where issues are told, who is called, what stays quiet")
    plans = plan.add_subparsers(dest="act", required=True)
    plans.add_parser("show", help="print the plan as it is")
    plans.add_parser("check", help="say what is wrong with a plan's file").add_argument("file", type=Path)
    plans.add_parser("apply", help="keep the plan of this file from now on").add_argument("file", type=Path)
    sources = commands.add_parser("sources", help="datasources and applications, as a YAML file")
    files = sources.add_subparsers(dest="act", required=True)
    files.add_parser("show", help="print them as they are, without secrets")
    files.add_parser("check", help="say what is wrong with a file").add_argument("file", type=Path)
    files.add_parser("apply", help="try and keep what this file names").add_argument("file", type=Path)
    _add_knowledge(commands.add_parser("knowledge", help="pages that are looked up with `kb`"))
    manifest = commands.add_parser("manifest", help="write the app manifest of a platform")
    manifest.add_argument("platform", choices=["slack", "teams"])
    manifest.add_argument("--url", default="", help="the bot's public address (default NIGHTDESK_PUBLIC_URL)")
    manifest.add_argument("--socket-mode", action="store_true", help="Slack: events by Socket Mode, without an address")
    manifest.add_argument("--out", type=Path, help="the file to write (default: standard output; Teams: a zip)")
    return parser


def _weeks(text: str) -> float:
    weeks = float(text)
    if not 0.1 <= weeks <= 1000:
        raise argparse.ArgumentTypeError("say a number of weeks from 0.1 to 1000")
    return weeks


def _amount(text: str) -> float:
    amount = float(text)
    if not 0 < amount <= 1e15:
        raise argparse.ArgumentTypeError("say an amount above zero, like 250")
    return amount


def _add_knowledge(knowledge: argparse.ArgumentParser) -> None:
    acts = knowledge.add_subparsers(dest="act", required=True)
    bring = acts.add_parser("import", help="what a folder of Markdown files holds now, in the place of what it held")
    bring.add_argument("folder", type=Path)
    bring.add_argument("--tenant", default="", help="whose they are (default: the first tenant)")
    bring.add_argument("--shared", action="store_true", help="everyone's, whatever the tenant")


def _add_keys(keys: argparse.ArgumentParser) -> None:
    acts = keys.add_subparsers(dest="act", required=True)
    acts.add_parser("rotate", help="encrypt every secret anew with the newest key of NIGHTDESK_KEYS")
    new = acts.add_parser("new", help="make a key for a source of alerts, or for the API; it is shown once")
    new.add_argument("source", help="alertmanager, grafana, pagerduty, …, or api")
    new.add_argument("--name", default="", help="what it is for; a second key may serve while the first is replaced")
    new.add_argument("--role", default="", choices=["", "viewer", "operator", "admin"], help="of an API key")
    acts.add_parser("list", help="every key, without the key itself")
    acts.add_parser("revoke", help="let nobody in with this key any more").add_argument("id")


if __name__ == "__main__":
    logging.captureWarnings(True)
    sys.exit(main())
