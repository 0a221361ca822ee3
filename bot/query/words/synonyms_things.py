"""What people call the things of many trades, and what names may call them. Data only, in the form of `synonyms`."""

THINGS = """
stale: staleness age
rx: receive received in inbound
tx: transmit transmitted sent out outbound
pax: passengers entries
rev: revenue
lapse: expire expiry after
fw: firewall firmware
ssid: essid
fresh: freshness age
booking: reservations bookings
reservation: bookings reservations
cancel: cancelled cancellations
cancellation: cancelled cancels
house: hotel
lift: elevator
elevator: lift
fastest: speed velocity
slowest: speed velocity
people: passengers users viewers visitors riders customers
late: delay lag overdue
lateness: delay lag
overdue: late delay
election: changes elections
failover: failover switch changes
disconnect: disconnects disconnected closed
disconnection: disconnects closed
reconnect: reconnects reconnected
closed: closes disconnects
kicked: kicks evicted disconnected
ejected: evicted kicked
refund: refunds refunded returns
return: returns returned refunds
visit: visits visitors views pageviews
pageview: views pageviews visits
view: views pageviews viewers
click: clicks
impression: impressions views
picture: images photos frames
photo: images photos
image: images pictures
video: videos streams
audio: sound
velocity: speed
speed: velocity speed
loss: lost dropped downtime waste
waste: scrap rejected wasted
downtime: downtime down outage standstill
outage: down downtime outages
standstill: downtime stopped
stop: stops stopped
halt: stops stopped
break: stops pauses
fill: level filled fill
fullness: level fill used
height: level
depth: level
weight: mass weight
moisture: humidity
humidity: humidity rh moisture
wet: humidity moisture
flow: flow
ampere: current amps
amp: current
volt: voltage
voltage: volts voltage
charge: soc battery level
soc: charge
sold: sales revenue orders
sale: sales sold orders revenue
income: revenue amount
earning: revenue earnings amount usd purchases sales
price: price cost
fee: fees cost
staff: employees crew workers
trip: trips rides journeys
ride: rides trips
journey: trips rides
passenger: passengers riders
rider: riders passengers drivers
ticket: tickets
case: cases tickets
vote: votes
article: articles posts stories
story: stories articles
post: posts articles messages
subscription: subscriptions subscribers subs
subscriber: subscribers subscriptions
churn: stopped cancelled unsubscribed
swap: swap
inode: inodes files
file: files objects
object: objects keys files
handle: handles fds
socket: sockets connections
collision: collisions errors
token: tokens
checkpoint: checkpoints snapshots
snapshot: snapshots backups
backup: backups backup dump snapshot
dump: dumps backup
drift: skew offset drift
skew: skew offset drift
offset: offset skew lag
clock: clock time ntp
rollout: rollouts deploys
build: builds pipelines jobs
pipeline: pipelines builds pipelinerun runs
test: tests checks
pull: pulls downloads fetches
fetch: fetches pulls requests
ingest: ingested received written
ingested: received written
ingestion: ingested received written
emitted: sent published
evicted: evictions evicted removed
eviction: evictions evicted
expired: expirations expired
miss: misses missed
missed: misses missed lost
skipped: skips skipped missed
duplicate: duplicates duplicated
corrupt: corrupted checksum invalid
invalid: invalid malformed rejected
malformed: invalid parse malformed
unreadable: errors malformed parse
parsed: parse
throttled: throttled limited throttles
limited: throttled limited
banned: blocked bans
cut: dropped disconnected
slots: slots capacity
seat: seats licenses
license: licenses seats
room: rooms
bed: beds
patient: patients
call: calls
dial: calls
machine: machines instances
box: hosts instances
worker: workers threads
agent: agents workers
runner: runners workers agents
pod: pods
container: containers
image: images
chart: charts
alert: alerts alarms
alarm: alarms alerts
incident: incidents alarms
warning: warnings alerts
leak: leaks leaked
fault: faults errors failures
defect: defects faults rejected
breakdown: faults failures
vibration: vibration acceleration
shake: vibration
noise: noise sound
wind: wind
rain: rain precipitation
sun: irradiance solar
irradiance: irradiance solar radiation
tank: tanks tank
pump: pumps
valve: valves
motor: motors motor
fan: fans
rotation: rpm speed rotations
rpm: speed rpm
torque: torque
pressure: pressure bar
pallet: pallets
bottle: bottles units
unit: units pieces
piece: pieces units parts
order: orders
batch: batches
basket: baskets carts
delivery: deliveries delivered delivery
delivered: deliveries delivered delivery
shipped: shipments shipped
arrival: arrivals arrived
departure: departures departed
flight: flights
gate: gates
bag: bags baggage luggage
baggage: bags luggage
luggage: bags baggage
scan: scans scanned
print: prints printed
page: pages pageviews
crawl: crawls crawled
index: indexed indexing
indexed: indexing indexed
vacuum: vacuum autovacuum
deadlock: deadlocks
lock: locks locked
transaction: transactions
statement: statements queries
cursor: cursors
replica: replicas
shard: shards
segment: segments
chunk: chunks blocks
block: blocks
span: spans traces
trace: traces spans
sample: samples
metric: metrics series
series: series
rule: rules
notification: notifications pushes alerts
invite: invites invitations
upload: uploads uploaded
download: downloads downloaded
mute: muted
drop: drops dropped
crash: crashes crashed
hang: hung stuck blocked
brightest: light lux brightness illuminance
darkest: light lux brightness illuminance
brighter: light lux brightness
darker: light lux brightness
windiest: wind
loudest: sound noise decibels volume
louder: sound noise decibels volume
noisiest: noise sound
deepest: depth level
shallowest: depth level
heaviest: weight load mass kilograms
lightest: weight load mass kilograms
heavier: weight load mass kilograms
lighter: weight load mass kilograms
tallest: height
wettest: humidity moisture rain
driest: humidity moisture
damper: humidity moisture
richest: balance revenue
priciest: price cost
cheapest: price cost
dearest: price cost
crowded: visitors people passengers occupancy
busiest: requests visitors passengers load
audience: viewers listeners visitors
spectator: viewers visitors
listener: listeners audience viewers
guest: visitors guests customers
attendee: visitors participants
shopper: customers visitors
buyer: customers
crew: staff crew employees
personnel: staff crew employees
truck: trucks vehicles lorries
lorry: trucks vehicles
car: cars vehicles
vehicle: vehicles trucks cars
van: vans vehicles
boat: boats vessels ships
ship: ships vessels
vessel: vessels ships
plane: aircraft flights
aircraft: aircraft planes
bike: bikes bicycles
bicycle: bikes
modem: cpe ont modems routers
router: routers cpe
phone: phones calls mobile
petrol: fuel
diesel: fuel
electricity: watts energy joules kwh
consumption: used usage consumed energy
draw: power current watts
yield: output production harvest
harvest: harvest yield
catch: catch caught
lunch: meals
meal: meals
dish: dishes meals
dose: doses
medicine: drugs doses
drug: drugs doses
sickness: sick absences
absence: absences absent
wage: wages salary
salary: salary wages
expense: cost expenses spend
expenditure: cost spend expenses
receipts: revenue sales
profit: profit margin
debt: debt owed
credit: credits balance
budget: budget quota
stake: bets stakes
bet: bets wagers
wager: bets wagers
deposit: deposits paid
withdrawal: withdrawals withdrawn
payout: paid payouts withdrawn
letter: letters mail messages
complaint: complaints tickets reports
enquiry: requests tickets
inquiry: requests tickets
reply: replies responses answers
answer: answers responses replies
attack: attacks intrusions
intrusion: intrusions attacks
virus: infected malware
malware: infected malware
spam: spam junk
junk: spam
moisten: humidity
cold: temperature celsius temp
colder: temperature celsius temp
cooler: temperature celsius temp
coolest: temperature celsius temp
fever: temperature
pulse: heart rate
heartbeat: heartbeat heartbeats seen
checkup: inspection check
inspection: inspection inspections check
maintenance: maintenance service
repair: repairs fixes
spare: spare stock parts
leftover: remaining left
spoilage: spoiled waste scrap
rubbish: waste
garbage: waste
trash: waste
sewage: waste
"""
