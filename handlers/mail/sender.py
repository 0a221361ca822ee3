"""The way out by e-mail."""

import contextlib
import ssl
from collections.abc import AsyncIterator, Iterator
from datetime import datetime

import aiosmtplib

from bot.model.errors import Problem, Rejected, Unavailable
from bot.model.message import Account, Place, PlaceKind
from bot.model.parcel import Receipt
from bot.model.tenant import TenantId
from bot.ports.platform import Order, Pace, Step
from bot.ports.services import Clock
from handlers.mail import mime
from handlers.mail.settings import MailSettings

MAIL, WORKSPACE = "mail", "smtp"
PACE = Pace(burst=5, every=2.0)  # to one address
PATIENCE = 20.0  # seconds for each answer of the server
LONGEST_WORDS = 300


class MailSender:
    """Fills `bot.ports.platform.Platform`. A letter that was sent cannot be changed, so updates of it are left out."""

    name = MAIL
    pace = PACE

    def __init__(self, settings: MailSettings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._context = ssl.create_default_context()
        if settings.ca_file:
            self._context.load_verify_locations(settings.ca_file)

    async def send(self, order: Order) -> Receipt:
        if order.receipt:
            return Receipt(order.receipt.id)
        letter = mime.letter(order, self._settings.from_address, self._clock.now())
        async with self._connected() as server:
            with _translated(definite=False):
                await server.send_message(letter)
        return Receipt(f"{order.place.channel}:{letter['Message-ID']}")

    async def find(self, tenant: TenantId, place: Place, key: str, since: datetime) -> Receipt | None:  # noqa: ARG002
        """Nobody can look into other people's letter boxes; a repeat carries the same Message-ID."""
        return None

    async def begin(self, tenant: TenantId, place: Place, to: Account) -> Receipt | None:  # noqa: ARG002
        return None

    async def progress(self, tenant: TenantId, place: Place, step: Step, receipt: Receipt | None) -> None:  # noqa: ARG002
        return None

    async def workspace(self) -> str:
        return WORKSPACE

    async def profile(self, tenant: TenantId, account: Account) -> Account | None:  # noqa: ARG002
        return None

    async def by_email(self, tenant: TenantId, email: str) -> Account | None:  # noqa: ARG002
        return None

    def personal(self, account: Account) -> Place:
        return Place(MAIL, WORKSPACE, account.email or account.user, kind=PlaceKind.PERSONAL)

    async def check(self) -> None:
        """Connects as for a letter. Raises a Problem."""
        async with self._connected() as server:
            with _translated(definite=True):
                await server.noop()

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator[aiosmtplib.SMTP]:
        settings = self._settings
        server = aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            username=settings.user,
            password=settings.password,
            use_tls=settings.encrypted,
            start_tls=settings.starttls and not settings.encrypted,
            tls_context=self._context,
            timeout=PATIENCE,
        )
        with _translated(definite=True):
            await server.connect()
        try:
            yield server
        finally:
            # Whether it says goodbye or not: what was accepted was accepted.
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                await server.quit()
            server.close()


@contextlib.contextmanager
def _translated(*, definite: bool) -> Iterator[None]:
    """`definite`: where no letter is under way yet, none can have been sent."""
    try:
        yield
    except (aiosmtplib.SMTPException, OSError, ValueError) as problem:
        raise _problem(problem, definite=definite) from problem


def _problem(problem: Exception, *, definite: bool) -> Problem:
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in (problem, problem.__cause__)):
        advice = "Its certificate is not trusted; see MAIL_CA_FILE."
        return Unavailable("The mail server", definite=definite, advice=advice)
    if isinstance(problem, aiosmtplib.SMTPRecipientsRefused) and problem.recipients:
        problem = problem.recipients[0]
    if isinstance(problem, aiosmtplib.SMTPResponseException) and 400 <= problem.code < 600:
        if problem.code < 500:
            return Unavailable("The mail server", definite=True)
        words = " ".join(problem.message.split())[:LONGEST_WORDS]
        return Rejected(f"The mail server refuses: {problem.code} {words}", code=str(problem.code))
    if isinstance(problem, ValueError | aiosmtplib.SMTPNotSupported) or type(problem) is aiosmtplib.SMTPException:
        return Rejected(f"The mail server cannot do this: {str(problem)[:LONGEST_WORDS]}", code="unsupported")
    return Unavailable("The mail server", definite=definite)
