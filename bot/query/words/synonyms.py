"""How people call what names and values spell otherwise. Data only: the word asked, then what it may stand for."""

from collections.abc import Mapping

from bot.query.words.synonyms_things import THINGS
from bot.query.words.tokens import spelled, stem

# Asked word: what it may be in names, help texts and values. Compared by stem; one way only.
_SYNONYMS = """
es: elasticsearch elastic
pkt: packets packet
freq: frequency
volt: voltage
output: power produced generated output
production: power produced generated
heap: heap jvm memory
rejection: rejected rejections
docs: documents docs
document: docs documents
lb: haproxy loadbalancer balancer
rtt: trip rtt duration latency
ping: rtt latency
auths: auth authorization authorizations
authorization: auth
rps: requests request http calls
qps: queries query requests statements
tps: transactions commits messages requests
rpm: requests request http
crashloop: restarts crash
oomkilled: oom oomkills terminated
killed: terminated killed kills
hpa: horizontalpodautoscaler hpa
autoscaler: horizontalpodautoscaler autoscaler
pvc: persistentvolumeclaim
sts: statefulset
cronjob: cronjob job
zookeeper: zk zookeeper
zk: zookeeper
saturation: used active utilization
ram: memory mem
mem: memory
memory: mem rss heap resident working
rss: resident
cpu: processor cores
processor: cpu
load: load1 load5
disk: filesystem storage volume fs
storage: filesystem disk volume
drive: disk device filesystem
space: avail free bytes filesystem capacity
volume: filesystem persistentvolumeclaim pvc
filesystem: disk fs volume
left: free avail available remaining idle
remaining: free avail available left remaining
free: avail available remaining idle
available: avail free
headroom: avail free remaining
occupancy: rooms seats beds slots occupied used
used: inuse usage allocated active busy acquired
usage: used inuse utilization consumption
consumption: used usage
utilization: util used usage busy ratio
occupied: used busy acquired active
busy: active used utilization running
bandwidth: bytes network egress throughput
network: net nic
out: transmit transmitted sent egress outgoing tx outbound
outgoing: transmit sent egress tx outbound out client
outbound: transmit sent egress tx out client
sent: transmit transmitted tx out egress delivered published produced
upload: transmit sent tx uploaded
in: receive received ingress incoming rx inbound
incoming: receive received ingress rx inbound in
inbound: receive received ingress rx in
received: receive rx ingress consumed in
download: receive received rx downloaded
egress: sent transmit out tx
ingress: received receive in rx
traffic: requests request bytes hits
request: requests req rq http calls rpc
requests: request req rq http calls hits rpc
req: requests request
call: requests rpc invocations calls
hits: requests hit
invocation: invocations calls requests
throughput: requests bytes processed messages throughput
query: queries query statements requests lookups
latency: duration seconds latency delay elapsed took milliseconds ms time rtt
duration: seconds latency time took milliseconds ms elapsed
time: duration seconds latency milliseconds ms took elapsed
took: duration elapsed latency took ms
take: duration elapsed latency took ms seconds
long: duration seconds latency age
slow: duration latency seconds slow took elapsed ms time
slower: duration latency seconds took elapsed ms time
slowest: duration latency seconds took elapsed ms time
slowness: duration latency seconds
fast: duration latency seconds took elapsed ms time
fastest: duration latency seconds took elapsed ms time
faster: duration latency seconds took elapsed ms time
speed: duration latency rate throughput
delay: latency lag wait seconds delay behind
wait: waiting pending wait acquire blocked
lag: lag delay behind backlog offset
behind: lag delay behind
backlog: waiting pending ready backlog depth lag size
queue: queue queued waiting pending backlog depth q
queued: waiting pending queue ready
depth: size length waiting messages ready depth
length: size depth waiting messages ready length
size: bytes length depth size
pending: waiting queued pending
waiting: pending queued waiting
unprocessed: pending waiting ready lag
error: errors failed failure failures exception exceptions err fail
failure: failed failures errors error fail
failures: failed failure errors error fail err
failed: failure failures error errors fail unsuccessful err
failing: failed failure error down
exception: exceptions error errors panic
crash: restarts restart crashes panic terminated
restart: restarts start boot
reboot: boot restart
uptime: start boot uptime
boot: boot start
started: start boot created
success: successful succeeded ok success
successful: success succeeded ok completed
succeeded: success successful ok completed
ok: success succeeded
completed: finished complete success done processed succeeded
finished: completed complete done processed finished
done: completed finished processed
processed: processed handled completed consumed
processing: processing running processed
handled: processed requests served
declined: rejected declined denied refused failed
rejected: declined denied refused rejected dropped permitted
denied: rejected forbidden denied
refused: rejected declined refused
lost: dropped discarded lost missed
dropped: discarded drops lost drop
discarded: dropped
retry: retries retried attempts
attempt: attempts tries
timeout: timeouts timeout deadline
spend: cost dollars usd spend
spent: cost dollars usd
cost: dollars usd cost spend euros
bill: cost dollars usd
money: dollars usd cost amount revenue euros
dollar: cost usd dollars
expensive: cost dollars usd
revenue: amount revenue sales value eur usd euros dollars
turnover: revenue amount value sales
conversion: converted conversions
cordoned: unschedulable
stuck: pending waiting blocked stalled messages depth
sales: orders revenue sold sales
purchase: orders purchases order
payment: payments payment transactions
transaction: transactions payments tx commits
user: users user customers players
users: user users sessions customers
people: users viewers players visitors
visitor: visitors sessions users viewers
players: player online
gamer: players player
customer: customers customer client
client: clients connections client
connection: connections conns connected conn
connections: connected conns conn connection clients sessions activity
conn: connections connection
session: sessions session activity connections
pool: pool hikaricp connections
threads: thread goroutines
mail: smtp email emails messages
email: smtp mail messages emails
message: messages msgs records events
msg: messages
record: records messages
event: events messages
website: probe target site http blackbox url
site: probe target site http
endpoint: probe route endpoint membership members
probe: probe blackbox
check: probe check
green: success up healthy ok
healthy: up health success ready healthy
alive: up healthy
online: up online connected active sessions
offline: up online connected
reachable: up success
down: up healthy success available
dead: up healthy dead
unhealthy: up healthy health
unreachable: up success
target: up target targets
scrape: up scrape
replica: replica replicas slave standby replication
replication: replica slave standby replication
slave: replica replication standby
standby: replica replication
certificate: cert ssl tls certificate x509 certs
cert: certificate ssl tls x509
ssl: tls cert certificate
tls: ssl cert certificate
expire: expiry expiration expires not_after notafter
valid: expiry expiration
temp: temperature celsius
temperature: celsius temp
hot: temperature celsius temp
hottest: temperature celsius temp
hotter: temperature celsius temp
coldest: temperature celsius temp
colder: temperature celsius temp
warmer: temperature celsius temp
warmest: temperature celsius temp
heat: temperature celsius temp
silent: seen last timestamp
stalest: freshness age staleness timestamp last seen success
heard: seen last
burned: used consumed cost consumption
burnt: used consumed cost consumption
seen: seen last
runtime: duration seconds time
scrap: rejected scrapped
degrees: temperature celsius temp
power: watts power
electricity: watts energy joules
energy: joules watts energy
watt: watts power
gpu: gpu dcgm nvidia
vram: fb framebuffer
battery: battery charge
keys: key db_keys
commit: commits commit xact
transaction: xact transactions
row: rows tup tuples
tuple: tup
table: table relname
index: index indexrelname
underreplicated: under replicated
consumer: consumer consumers consumergroup
producer: producer producers produced
published: publish produced sent
consumed: consume received delivered
ack: acked acknowledged acks
unacked: unacknowledged unacked
gc: gc garbage collection collector
pause: pause gc stw
fds: fds file descriptors
fd: fds
descriptor: fds
inflight: inflight flight active concurrent
concurrent: inflight active concurrent running
concurrency: inflight active concurrent
active: running current inflight active open
running: active running inflight
open: opened open active
current: current active
blocked: blocked waiting
login: logins login auth signin authentication
auth: authentication login authn
authentication: auth login
signup: signups registrations registered
registration: registrations registered signups
prompt: prompt input
completion: completion output
llm: llm ai model openai
ai: llm model
inference: inference prediction predictions
prediction: predictions inference
job: jobs job batch task tasks
task: tasks jobs task
batch: batch job jobs
cron: cronjob cron
cronjob: cronjob cron
run: runs run last
deploy: deploy deployment deployments deploys
deployment: deployments deploy deployment
node: nodes node instance
workload: deployment workload
ratelimited: limited throttled 429 rejected
unscheduled: pending unschedulable
missing: unavailable missing
desired: desired spec
wanted: desired spec
limit: limit limits max quota
quota: limit quota hard
max: max limit maximum
maximum: max limit
capacity: capacity size max total limit
request_limit: limits
viewer: viewers watching watch sessions
watching: viewers concurrent sessions
streaming: streams stream viewers
rebuffer: rebuffering buffering stall
buffering: rebuffer buffering stalls rebuffering
bitrate: bitrate bits
frame: frames fps
fps: frames frame
match: matches match matchmaking
matches: match games
game: games match matches
device: devices device sensors sensor
sensor: sensors devices sensor
reading: readings measurements
measurement: readings measurements
cdn: cdn edge
edge: edge cdn pop
origin: origin upstream backend
upstream: upstream backend cluster
backend: backend upstream
dns: dns coredns
lookup: lookups resolve dns queries
push: push notifications
search: search queries
io: io reads writes read written
iops: reads writes completed io
write: writes written write
written: writes write
interrupt: interrupts intr
age: age timestamp time created oldest
old: age timestamp oldest time created
older: age timestamp oldest time
oldest: age oldest timestamp
fresh: timestamp last freshness
freshness: timestamp last age lag
stale: timestamp last age stale
since: timestamp last time
ago: timestamp last time
last: last timestamp
fraud: fraud fraudulent suspicious
cart: carts cart basket
basket: cart carts
item: items products
stock: stock inventory
inventory: stock inventory
shipment: shipments shipping parcels
parcel: parcels shipments packages
package: packages parcels
voucher: vouchers coupons coupon
coupon: coupons vouchers
sms: sms messages
api: api http
http: http web
web: http web
database: db database pg postgres mysql sql
db: database pg postgres mysql sql jdbc hikaricp
postgres: pg postgresql postgres
postgresql: pg postgres
pg: postgres postgresql pg
mongo: mongodb
mongodb: mongo
elastic: elasticsearch es
elasticsearch: es elastic
k8s: kube kubernetes
kubernetes: kube
kube: kubernetes
rabbit: rabbitmq
jvm: java jvm
java: jvm
golang: go
""".strip()


def _expanded() -> dict[str, dict[str, float]]:
    """Stem of the asked word: stems it may stand for, nearest first."""
    found: dict[str, dict[str, float]] = {}
    for line in (*_SYNONYMS.splitlines(), *THINGS.strip().splitlines()):
        word, _, meanings = line.partition(":")
        held = found.setdefault(stem(word), {})
        for place, meaning in enumerate(meanings.split()):
            key = stem(spelled(meaning))
            if key != stem(word):
                held.setdefault(key, max(0.6, 0.82 - 0.03 * place))
    return found


SYNONYMS: Mapping[str, Mapping[str, float]] = _expanded()
