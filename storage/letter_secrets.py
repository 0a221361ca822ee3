"""Secrets that people give in a form wait in the inbox like everything else, and lie there encrypted."""

from dataclasses import replace
from hashlib import sha256

from bot.model.message import Message
from bot.model.source import SECRETS
from storage.credentials import Credentials

_SEALED = "sealed"


def sealed(message: Message, credentials: Credentials) -> Message:
    if message.click is None or not SECRETS & message.click.arguments.keys():
        return message
    secrets = {name: str(value) for name, value in message.click.arguments.items() if name in SECRETS}
    rest = {name: value for name, value in message.click.arguments.items() if name not in SECRETS}
    arguments = {**rest, _SEALED: credentials.sealed(secrets)}
    twin = sha256(message.twin.encode()).hexdigest() if message.twin else ""  # it may hold the whole press
    return replace(message, click=replace(message.click, arguments=arguments), twin=twin)


def opened(message: Message, credentials: Credentials) -> Message:
    if message.click is None or _SEALED not in message.click.arguments:
        return message
    rest = {name: value for name, value in message.click.arguments.items() if name != _SEALED}
    arguments = {**rest, **credentials.opened(str(message.click.arguments[_SEALED]))}
    return replace(message, click=replace(message.click, arguments=arguments))
