"""Whether causes are looked for when somebody asks, as the tenant's plan says."""

from bot.model.errors import Rejected
from bot.ports.tools import Tools

OFF = "Diagnosis is switched off here."
ADVICE = (
    "An administrator can set `diagnosis: true` in the plan (PUT /api/plan); where the plan is kept in a file, "
    "whoever runs Nightdesk can. Figures, health and open issues are told as always."
)


async def admit(tools: Tools) -> None:
    if not (await tools.desks.office.plan(tools.turn.tenant)).diagnosis:
        raise Rejected(OFF, advice=ADVICE)
