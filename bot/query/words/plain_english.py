"""Common English that seldom names anything measured: verbs, adjectives, adverbs, talk. Data, and one question to it.

Such a word counts where the catalogue knows it, and stands in nobody's way where it does not."""

import re

_VERBS = """
absorb accept accomplish accumulate achieve act add adjust admit advise afford agree aim allow analyse analyze annoy
answer apologise apologize arrange arrive ask assess assist assume attempt avoid await back balance beat become behave
belong bite blow boil borrow bother bottom bounce bring build burn buy calculate calm carry catch cause check
choose chop chew claim climb close collect combine come comment commit compare complain complete compute concern
conclude confirm confuse consist consider consume contain continue contribute convert cool cope correct cost count
cover creep cross crawl cut cycle date deal decide decline deliver demand depend derive describe deserve detect
determine develop die differ dig digest dip discover display divide double doubt drag draw drift drink drive drop dry
earn ease eat emerge employ empty enable encounter end endure engage enjoy enter equal escape estimate evaluate examine
exceed exist expand expect experience explain explode express extend face fade fail fall feel fetch fight figure fill
finish fit fix flap flatten flip float flow fluctuate fly focus follow force forget form freak gather get give
go grab grind grow guess hammer handle hang happen hate head hear heat help hide hit hold hop hope hover hurry hurt
idle ignore imagine improve include increase inform inspect intend interest introduce investigate involve issue
join jump keep kick know lack land last lead leak lean learn leave lend let lie lift like limp linger list listen live
look lose love maintain make manage mark matter mean measure meet mention mind miss move multiply need notice
obtain occur offer omit open operate order outperform overrun overtake own panic pass peak perform persist pick pile
place plan play plunge point possess pour prefer prepare present pretend prevent proceed produce
promise prove provide pull push put raise range reach react read realise realize receive recover reduce refer refuse
regard relate rely remain remember remind remove repeat replace reply report represent require rest result retain
return reveal rise risk roll round run save say see seek seem sell send separate serve set settle shake share shift
shoot show shrink shut sink sit skip sleep slide slip slow smell sort sound speak spend spike spill split spot spread
stack stall stand stare start state stay steal step stick stop struggle study subtract succeed suffer suggest sum
summarise summarize suppose surge survive suspect swallow swamp swing switch take talk tell tend think throw tick tie
top total touch tour trace track treat trend trigger try turn understand undergo use vary verify view visit wait
wake walk want warn waste watch weigh win wish wonder work worry write yield cry sweat wobble choke creak bleed drown
dive soar skyrocket explode misbehave tally zoom peg cram crunch churn digest chug guzzle hog
gobble eat munch
""".split()

_IRREGULAR = """
ate eaten beaten became bitten bit blew blown bought brought built burnt caught came chose chosen cost crept cut dealt
done did drawn drew drunk drank driven drove fallen fell felt flew flown fought forgot forgotten found gave given gone
went got gotten grown grew had has heard held hid hidden hung hurt kept knew known laid lain led left lent let lost
made meant met paid put ran read risen rose said sat saw seen sent set shook shaken shot shown shut sank sunk slept
slid sold spent spoke spoken spilt split spread stolen stole stood stuck stricken swung swum swollen taken took taught
thought threw thrown told tore torn understood woke woken won wore worn wound written wrote underwent undergone
overtook overtaken overran outdone sped sought sprung stung
""".split()

_ADJECTIVES = """
chatty talkative
able acceptable accurate actual added additional adequate afraid alarming alike alone amazing angry annoying anxious
apart approximate average aware awful awkward bare basic beautiful big bigger biggest bold brand brief bright broad
broader broadest busy busier busiest calm careful certain cheap cheaper cheapest chief clean cleaner clear clearer
clever close closer closest cold colder coldest combined comfortable comparable complete complex concerned confident
constant correct costly crazy crowded curious daily dangerous dear decent deep deeper deepest dense desperate
difficult direct dirty dodgy drastic dramatic dull eager early earlier earliest easy empty emptier emptiest enormous
entire equal equivalent essential even everyday evident exact excessive exhausted extra extreme fair familiar far
fat fatter fattest few fewer fewest fine firm flaky flat foremost frequent fresh fresher freshest full fuller fullest
funny furious further furthest general gentle genuine giant good grand great greater greatest gross handy happy hard
harder hardest heavy heavier heaviest hefty helpful high higher highest hot hotter hottest huge hungry hungrier
hungriest ideal identical idle immediate immense imminent important impossible impressive incredible initial
insane intense interested interesting intermittent jammed joint keen key kind large larger largest late later lazy
laziest leading lean less light lighter lightest little local lone long longer longest loose loud louder loudest low
lower lowest lucky mad main major massive maximal mean meaningful mere mild minimal minor minute missing moderate
modest naked narrow nasty neat necessary needy nervous new newer newest next nice noisy noisier noisiest normal
notable noticeable numerous obvious occasional odd okay old older oldest ongoing only opposite optimal ordinary
original outstanding overdue overloaded own painful particular past peculiar perfect permanent personal plain pleasant
plenty poor poorer poorest popular possible potential precise present pretty previous prior private probable prominent
proper prone quick quicker quickest quiet quieter quietest rapid rare raw real realistic reasonable recent regular
related relative relevant reliable remarkable respective responsible rich ridiculous right rough routine sad safe
satisfied scary second separate serious severe shallow sharp sheer short shorter shortest shy sick side significant
silly similar simple single sizeable skinny slack slight slim slow slower slowest sluggish small smaller smallest
smart smooth soft solid sore sorry special specific spiky spotty stable standard stark starving steady steep steeper
stiff still strange strict strong stronger strongest struggling stuffed stupid subsequent substantial sudden suitable
super sure surprising suspicious sweet swift tall terrible thick thin thirsty tight tighter tightest tiny tired
top tough true typical ugly ultimate unable uneven unexpected unhappy uniform unlikely unusual upper urgent
usual utter vague valid valuable varied various vast vital warm warmer warmest weak weaker weakest wealthy weird
weirdest welcome wet whole wide wider widest wild wise wonderful worried worse worst worth wrong yearly young younger
youngest hourly weekly monthly nightly intraday outright
""".split()

_REST = """
aboard above across actually afterward afterwards again ahead alas albeit alike almost along alongside already also
altogether always amid amidst among amongst anyhow anymore anyone anyplace anyway anyways anywhere apart around aside
asap away awhile backward backwards barely basically beforehand behind below beneath beside besides beyond briefly
certainly clearly currently definitely despite directly downwards elsewhere enough entirely especially eventually
everyone everywhere exactly except fairly finally forth forward forwards frankly fully gently hardly hence
here hereby hopefully however immediately indeed inside instead just largely lately later likewise maybe meanwhile
merely moreover mostly namely nearby nearly neither never nevertheless nope nor notably nowhere occasionally okay
once onwards otherwise outside overall overnight partially partly perhaps possibly precisely presumably presently
previously probably promptly quickly quite rather really recently regardless roughly seemingly seldom shortly
simultaneously since slightly slowly solely somehow someplace sometime sometimes somewhat somewhere soon specifically
still strictly surely systematically temporarily thereafter thereby therefore thoroughly though through throughout thus
together tonight toward towards truly twice typically ultimately underneath unfortunately unless until upside upwards
usually versus very via virtually well whatever whatsoever whenever wherever whereas whichever whilst whoever whole
within without worldwide yeah yep yes yet
factor factors multiple multiples
his her hers people peoples
km kms ft feet mile miles metre metres years year yrs cores core knots latest earliest newest
boss manager colleague colleagues buddy pal bro dude man mister sir madam lad lads ladies gentlemen chap chaps friend
friends management customer's lead ceo cto standup meeting management's report reports question questions answer favor
favour help hint clue idea thought glimpse peek look lookup check rundown recap breakdown snapshot picture
pictures detail details summary overview comparison counter counters readout reading odds headcount amount amounts
quantity quantities portion portions bulk majority minority remainder rest sum tally grand extent degree pace tempo
trend tendency pattern spike spikes peak dip dips burst bursts shift shifts while moment minute bit tad lot lots ton
tons heap heaps bunch load piece pieces item-wise wise apiece case cases instance-wise way ways manner sort kind kinds
side sides place places spot spots point points part parts piece member members occurrence occurrences incidence times
occasion occasions situation condition scenario matter matters issue issues trouble troubles problem problems culprit
culprits offender offenders loser losers winner winners leader laggard laggards suspect suspects champion hog hogs
thing things stuff something anything nothing everything none nobody someone one ones other others pair couple dozen
zero half third quarter first second last next final thanks thank cheers please pls plz plss thx ty hi hey hello hiya
sup yo dear sorry excuse pardon ahem hmm umm erm uhh oops ugh argh wow omg btw fyi imo imho lol haha afaik asap tia
gonna wanna gotta lemme gimme dunno kinda sorta needa shoulda wich whch wht hw hwo hav wat wot wanna
maam saab bhai bro yaar na ji
morning afternoon evening night nite day days today tonight yesterday tomorrow week month year hour hours clock o'clock
shift shifts period periods span spans interval duration-wise timeframe timespan range ranges stretch
course start beginning end middle date dates time moment
""".split()

_DOUBLING = re.compile(r"[^aeiou][aeiou][bdgklmnprt]$")


def _forms(verb: str) -> set[str]:
    """`carry`, carries, carried, carrying; `stop`, stops, stopped, stopping."""
    root = verb[:-1] if verb.endswith("e") else verb
    root += root[-1] if _DOUBLING.search(verb) else ""
    many = verb[:-1] + "ies" if re.search("[^aeiou]y$", verb) else verb + ("es" if verb.endswith(_HISSING) else "s")
    past = verb[:-1] + "ied" if re.search("[^aeiou]y$", verb) else root + "ed"
    return {verb, many, past, root + "ing", verb + "ing"}


_HISSING = ("s", "x", "ch", "sh", "z", "o")

COMMON = frozenset({*(form for verb in _VERBS for form in _forms(verb)), *_IRREGULAR, *_ADJECTIVES, *_REST})

# A participle or an adverb nobody has heard of describes; a noun nobody has heard of names.
_DESCRIBES = re.compile(r"[a-z]{3,}(?:ing|ed|ly)|un[a-z]{3,}(?:ed|en)")


def is_common(low: str) -> bool:
    return low in COMMON or bool(_DESCRIBES.fullmatch(low))
