"""Tokens: which are valid, what they may do, how they are given out."""

import secrets
from dataclasses import dataclass, field

from handlers.playground.doubles.slack.methods import METHODS, Method
from handlers.playground.doubles.slack.refusal import Refused
from handlers.playground.doubles.slack.workspace import ME, Json, Workspace

EVERY_SCOPE = frozenset(scope for method in METHODS.values() for scope in method.scopes) | {
    "app_mentions:read",
    "commands",
    "links:read",
}


@dataclass(slots=True)
class Access:
    bot_token: str
    app_token: str
    client_id: str
    client_secret: str
    scopes: frozenset[str] = EVERY_SCOPE
    _more: set[str] = field(default_factory=set)  # tokens given out by an installation
    _codes: dict[str, str] = field(default_factory=dict)  # code to the address it was given to

    def check(self, method: Method, token: str) -> None:
        if not method.caller:
            return
        if not token:
            raise Refused("not_authed")
        if method.caller == "configuration":
            self._configuration(token)
            return
        known = {self.bot_token: "bot", self.app_token: "app", **dict.fromkeys(self._more, "bot")}
        if token not in known:
            raise Refused("invalid_auth")
        if known[token] != method.caller:
            raise Refused("not_allowed_token_type")
        if method.scopes and not method.scopes & self.scopes:
            needed = ",".join(sorted(method.scopes))
            raise Refused("missing_scope", needed=needed, provided=",".join(sorted(self.scopes)))

    def _configuration(self, token: str) -> None:
        if not token.startswith("xoxe"):
            raise Refused("not_allowed_token_type" if token in (self.bot_token, self.app_token) else "invalid_auth")

    def code(self, redirect_uri: str) -> str:
        """What Slack gives to the redirect address when a person has agreed."""
        code = secrets.token_hex(12)
        self._codes[code] = redirect_uri
        return code

    def exchange(self, workspace: Workspace, args: Json) -> Json:
        if args.get("client_id") != self.client_id:
            raise Refused("invalid_client_id")
        if args.get("client_secret") != self.client_secret:
            raise Refused("bad_client_secret")
        if args.get("grant_type") not in (None, "authorization_code"):
            raise Refused("invalid_grant_type")
        given_to = self._codes.pop(args.get("code") or "", None)
        if given_to is None:
            raise Refused("invalid_code")
        if args.get("redirect_uri") and args["redirect_uri"] != given_to:
            raise Refused("bad_redirect_uri")
        token = f"xoxb-{secrets.token_hex(12)}"
        self._more.add(token)
        return {
            "access_token": token,
            "token_type": "bot",
            "scope": ",".join(sorted(self.scopes)),
            "bot_user_id": workspace.bot.user,
            "app_id": workspace.bot.app,
            "team": {"id": workspace.team["id"], "name": workspace.team["name"]},
            "enterprise": None,
            "is_enterprise_install": False,
            "authed_user": {"id": ME},
        }

    def test(self, workspace: Workspace, _: Json) -> Json:
        bot, team = workspace.bot, workspace.team
        return {
            "url": f"https://{team['domain']}.slack.com/",
            "team": team["name"],
            "user": bot.name.lower(),
            "team_id": team["id"],
            "user_id": bot.user,
            "bot_id": bot.id,
            "is_enterprise_install": False,
        }


def api_test(_: Workspace, args: Json) -> Json:
    if args.get("error"):
        raise Refused(str(args["error"]), args=args)
    return {"args": args} if args else {}
