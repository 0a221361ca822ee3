"""Words that name nothing: function words, and what people say about services and figures whatever is wrong with them.
Data."""

_OF_SERVICES = """
able action actions activity additional anomaly anomalies apology apologies available baseline batch because behaviour
behavior blocking budget change changes code combination computation concurrency condition configuration confidence
confirmation confirmations context correlation cost data deadlock deadlocks depletion due duration effect effects
execution exhaustion explanation function hardware heap host hosts inability inconvenience index infrastructure
instability interaction interactions interruption job jobs kernel leak leaks lock locks maintenance migration
mitigation mode operation operations operator operators orchestrator overload path paths performance phase planner
platform policy problem problems progress property rate rates reason reasons recovery reduction reference regional
regression regressions replica replicas replication restore result results retention rise root routing sample schema
series session sessions setting settings shortage slowdown slowness slowdowns software stability stage step steps
stream streams subset transaction transactions trigger unavailability unavailable update updates upgrade utilization
view window windows work worker workers workload workloads write page pages website site app apps progress team's
began begin begins begun now percent appear appears two three four five six seven eight nine ten eleven twelve a an
the this that these those it its he she they them their we us our you your i me my and or but nor so as at by for from
in into of off on onto out over per than then there to up with is are was were be been being am do does did done has
have had having not no none can could may might must shall should will would what when where which who whom whose why
how all any both each every few more most much many other own same some such too one more's about after against
because before between down during if under until while above below again further here only very also alert alerts
alerting application availability backend bottleneck cache caches capacity cause causes client clients cluster
component components congestion connection connections consumer consumers consumption contention cpu crash customer
customers database databases delay delays dependency dependencies deploy deploys deployment deployments disk
downstream upstream engineer engineers error errors event events evidence failure failures fault faults figure figures
graph hypothesis impact incident incidents instance instances investigation latency level levels limit limits load log
logs memory message messages metric metrics network node nodes onset outage outages p50 p90 p95 p99 percentile pod
pods pool pools pressure process processes provider providers query queries queue queues region regions release
releases request requests resource resources response responses restart restarts retries retry rollback root runbook
saturation scope server servers service services severity sign signs signal signals source sources storage symptom
symptoms system systems team teams thread threads threshold thresholds throughput time timeout timeouts timing traffic
usage user users utc utilisation utilization value values version versions volume workaround http https api dns tls
sql io tcp ok slo sla likely consistent coincide coincides coincided contributing degraded degradation disruption
elevated increase decrease rollout responsiveness checkouts monday tuesday wednesday thursday friday saturday sunday
near latest broke minus plus number numbers else band contrast comparison gap total totals share shares majority
minority portion amount amounts count counts spend budget budgets trend trends pattern patterns spread dip peaks hand
line lines point points period moment case kind type group groups detail details breakdown overview proportion quarter
half third tenth fraction margin objective objectives target targets tool tools token call calls money price overall
typical difference differences sum ratio average mean range combined apart window reading readings usual january
february march april june july august september october november december
""".split()

_OF_FIGURES = """
lay lie lies lain lying mon tue wed thu fri sat sun
although though whereas whether unless since once till upon via amid among amongst throughout within without beyond
beside besides along across around past toward towards despite except like unlike instead rather otherwise however
therefore thus hence moreover furthermore meanwhile nevertheless nonetheless ever yet already still just quite almost
nearly roughly circa approximately maybe perhaps somewhat anyway altogether together elsewhere anywhere somewhere
everywhere whole part parts piece pieces rest itself themselves himself herself oneself ones another either neither
several enough less least fewer little lot lots bit note notes name names named word words thing things sort matter
fact facts cases way ways end ends start starts middle top bottom peak trough floor ceiling bound bounds high low
highest lowest maximum minimum max min maxima minima median percentage percentages pct observation observations
measurement measurements measure measures estimate estimates guess answer answers question questions topic subject
look looks glance picture story summary report reports list lists table tables chart charts row rows column columns
cell label labels entry entries item items find finds samples example date dates day days night nights morning
mornings afternoon afternoons evening evenings noon midnight hour hours minute minutes second seconds week weeks
fortnight fortnights month months year years decade ago today yesterday tomorrow earlier later soon early late
afterwards beforehand thereafter onwards onward forward backward backwards upward upwards downward downwards decline
growth drop fall climb jump surge spike plateau swing shift movement remainder remaining remnant double triple twice
thrice threefold dozen single pair couple handful better best worse worst good bad fine okay sound sooner rough exact
precise plain sure clear true false right wrong open closed new old former latter present previous prior next last
first fourth fifth final behalf regard regards respect terms spite addition turn return course account means place
places attention concern concerns interest care caution doubt doubts reservation caveat caveats meaning sense
importance worry worries surprise surprises news hint hints clue clues trace traces mention mentions remark remarks
owner owners duty shifts person people colleague colleagues anyone someone something anything deal task effort costs
bill bills charge charges prices dollar dollars cent cents euro euros spending expense expenses saving savings
forecast forecasts projection projections prediction expectation probability chance chances odds warning warnings
draft drafts ticket tickets rule rules watch watches silence silences rota rotas mail mails letter letters document
documents runbooks audit trail feedback rating ratings star stars stake reach ranges scale size sizes speed pace
frequency length width depth height weight distance slope tilt neighbour neighbours neighbor peer peers sibling
counterpart counterparts opposite contrary equal equals match matches pause break lull bump hump notch snapshot
snapshots recording recordings register registers ledger book books
""".split()

SPOKEN = frozenset({*_OF_SERVICES, *_OF_FIGURES})
COMPOUND = frozenset(
    "related based driven side wide level facing bound running heavy only to of up non over under long short high low"
    " well on out in time off date end re pre post read write first last real".split()
)
