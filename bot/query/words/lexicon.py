"""Words that carry no name of anything: what is passed over, and what tells only how to look."""

from bot.query.words.filler import FILLER

STOP = frozenset(
    """
a an the of to is are was were be been being am do does did done doing have has had having will would shall should
could can may might must me us our my mine i we you your he she they them their it its this that these those there
here
who whom whose where when why how what which whats hows wheres and or but so if then else as at by for from in into on
onto off up with within about around over under per each every between among through during before after please pls
plz
plss kindly thanks thank thx cheers hi hello hey ok okay yo bot nightdesk show shows showing give gimme get gets tell
list display print find check look looking see want wanna need know lets let fetch return returns say report share-me
now currently current right moment present today's presently ever still just only also too even already yet really
actually exactly roughly approximately approx about any some all both whole entire everything's everywhere anywhere
many much more most less least lot lots few several far quick quickly simply like us dont doesnt isnt arent not no yes
going go goes gone happening happen happens come comes coming came look looks seem seems saw sees make makes made
use using value values figure figures number numbers metric metrics stat stats statistics data series thing things
stuff
info information level levels amount amounts state situation overview summary question answer view chart graph plot
draw
curve line-chart trend timeline visualise visualize graphed plotted panel against versus vs compared compare
comparison
than other others another same different it's
i'm im we're ago last past previous next first since until till while because via again together combined summed
altogether plus minus everyone respectively individually individual single separately specific particular given
certain particular across
ones one two three zero our ours theirs himself pretty very quite too least kinda sorta bit little
hows whos wheres theres well good bad fine great okay alright
dear folks guys mate someone anyone anybody everybody nobody people's
would-be etc eg ie e.g i.e aka w x y z b c d f g h j k l m n p q r s t v hmm uh please lol tho though ur u r
real actual live-now instant instantaneous snapshot-of
""".split()
)

# They may name something, and need not: they help to choose and never stand in the way.
SOFT = FILLER | frozenset(
    """
rate rates ratio ratios percent percentage percentages pct share fraction proportion count counts total totals sum
sums
average averages avg mean median max maximum min minimum peak peaks highest lowest largest biggest smallest longest
shortest slowest fastest busiest worst best top bottom most least lowest greatest heaviest lightest
oldest newest many much often times per second seconds sec minute minutes hour hours day days week weeks month
used usage using use current overall speed quantile percentile percentiles distribution growth growing grow grew grown
increase increased increasing decrease decreased decreasing change changed changes changing difference delta rise
rising
rose risen fall falling fell fallen drop trending trend shrink shrinking full empty predicted predict prediction
forecast
expected projected extrapolate projection reach exceed exceeds exceeding exceeded above below over under higher lower
greater fewer larger smaller least within beyond more less least equal equals than threshold limit
exists exist existing distinct unique different kind kinds type types sort group grouped split broken breakdown
broken-down
down up healthy green red alive dead absent missing gone age old older young since ago last recent
long short quick slow slower fast faster high low big small large heavy busy
served serve serving handled handle handling processed process processing performed executed
returned responded respond responses response reported recorded observed measured emitted
occurred occurring happened took take takes taken taking seen concurrent simultaneous spent
instance instances host hosts server servers service services app apps application applications system systems
machine machines cluster environment side end part parts
stddev deviation std typical typically usual usually normal normally out off got getting have had keep keeps kept
run runs running ran open opened created made hit hits
lux ppm mbar kpa psi hz khz dbm bpm rpm knots lumen
available availability capacity saturation saturated utilization utilisation rn
average-over-time rates overtime
""".split()
)

ERROR_WORDS = frozenset(
    "error errors erroring failing failed failure failures fail fails exception exceptions unsuccessful broken "
    "err errs failings".split()
)
SUCCESS_WORDS = frozenset("success successes successful successfully succeeded succeeding ok oks availability".split())
DOWN_WORDS = frozenset("down dead offline unreachable unhealthy red failing failed unready broken gone".split())
UP_WORDS = frozenset("up alive online reachable healthy green ready ok".split())
LATENCY_WORDS = frozenset(
    "latency latencies duration durations slow slower slowest slowness fast fastest faster quick quicker quickest "
    "time times took take takes long longest ttfb rtt delay speed".split()
)
LOG_WORDS = frozenset(
    "log logs logged logging line lines loglines logline entries entry stacktrace stacktraces".split()
)
VAGUE = frozenset(
    "status state health healthy performance situation metric metrics ok okay things everything anything system "
    "systems service services dashboard overview stats statistics wrong problem problems issue issues numbers".split()
)
