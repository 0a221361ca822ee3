"""What the objectives of an application are proposed as, and that the demo world answers it."""

from datetime import timedelta

from bot.model.profile import Profile, ProfileId, Slos
from bot.model.watch import BURN, SILENCE, Watch, WatchId
from bot.pipeline import watch_burn, watch_proposals, watch_trial
from integrations.demo.metrics import DemoMetrics
from integrations.demo.world import DemoWorld
from tests.fakes import NOON, DrivenClock


async def test_its_budget_and_the_silence_of_services_are_proposed_and_can_be_read():
    source = DemoMetrics(DemoWorld(7), DrivenClock())
    app = Profile(ProfileId("shop"), "payments", NOON, NOON, slos=Slos(availability=0.995))
    found = await watch_proposals.proposed(source, [app], NOON)
    budget, silence = (next(one for one in found if one.kind == kind) for kind in (BURN, SILENCE))
    assert (budget.name, round(budget.above or 0, 6), budget.severity) == ("error budget (payments)", 0.005, "high")
    assert silence.query == 'count by (service) (http_requests_total{env="prod"})'
    watch_burn.checked(budget.query, budget.above)

    for allowed, paces in ((0.005, 1.0), (0.05, 0.0)):  # its incidents of the last days take more than half a percent
        watch = Watch(WatchId("W1"), budget.name, budget.query, NOON, kind=BURN, above=allowed)
        (row,) = await watch_burn.read(source, watch, NOON - timedelta(minutes=2), NOON)
        assert (row.labels, [point.value for point in row.points]) == ({"service": "payments"}, [paces] * 3)
    tried = await watch_trial.trial(source, silence, NOON)
    assert (tried.told, tried.tried > 3) == (0, True)
