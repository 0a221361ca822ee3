"""Hours, days and parts of a whole in words, put as figures. Data only."""

_HOURS = "one two three four five six seven eight nine ten eleven twelve".split()
_AT = r"(?P<x>since|from|until|till|at|after|before|between)"
_ON = r"(?: (?:yesterday|today|last|on|[a-z]{3,6}day|mon|tue|wed|thu|fri|sat|sun))?"
_BESIDE = r"(?:compared? (?:to|with)|vs\.?|versus|against)"
_LENGTH = r"(?! ?(?:-|min|h\b|hrs?|hour|day|week|month|year|sec|s\b|m\b|d\b|w\b|of\b|or more|\d|%|x\b|times))"
_DAY = r"(?P<d>today|yesterday|this (?:morning|afternoon|evening)|last night)"
_HOUR = r"(?:[01]?\d|2[0-3])"

_PAST = (("quarter", "15"), ("half", "30"), ("ten", "10"), ("twenty", "20"), ("five", "05"))

_AN_HOUR = r"(?:(?:[01]?\d|2[0-3])[:.][0-5]\d(?: ?[ap]m)?|\d{1,2} ?[ap]m|noon)"

CLOCKS: tuple[tuple[str, str], ...] = (
    (r"\bsince (?:yesterday,? (?:at )?(?:the )?(?:same|this) time|(?:the )?(?:same|this) time yesterday)\b",
     "over the last 24 hours"),
    (r"\b(?P<x>since|from|after) (?:the )?(?:[a-z]+ )?(?:lunch(?:time)?|breakfast|dinner|opening|kick-?off|start"
     rf"|standup),? \(?(?:at |around |about )?(?P<y>{_AN_HOUR})\)?", r"\g<x> \g<y>"),
    *((rf"\b(?:a )?{word} past (?P<n>\d{{1,2}})\b(?! ?(?:h|m|s|d))", rf"\g<n>:{minutes}") for word, minutes in _PAST),
    *((rf"\b{_AT} {word}\b{_LENGTH}", rf"\g<x> {hour}") for hour, word in enumerate(_HOURS, 1)),
    (rf"\bsince (?P<n>{'|'.join(_HOURS)}|a few) (?P<u>minutes|hours|days|weeks|months)\b(?! ago)", r"last \g<n> \g<u>"),
    (rf"\b(?P<x>since|from|until|after|before)(?P<y>{_ON})(?: at)? lunch(?:time)?\b", r"\g<x>\g<y> noon"),
    (r"\b(?P<x>since|from|after) (?P<n>1[0-2]|[1-9]) (?P<d>this morning)\b", r"\g<x> \g<n>am today"),
    (r"\b(?P<x>since|from|after) (?P<n>1[0-1]|[1-9]) (?P<d>this (?:afternoon|evening))\b", r"\g<x> \g<n>pm today"),
    (r"\b(?P<x>since|from) [a-z ]{3,30}\((?P<n>\d{1,2}(?::\d\d)? ?(?:[ap]m)?)\)", r"\g<x> \g<n>"),
    (rf"\b{_DAY},? (?:from )?(?P<a>{_HOUR}) ?(?:to|until|till|-|–) ?(?P<b>{_HOUR})\b{_LENGTH}",
     r"\g<d> between \g<a> and \g<b>"),
    (r"\b(?:in|during|at) (?:the )?(?:rush|peak) hours?,? (?=(?:today |yesterday )?between \d)", ""),
    (rf"\b(?P<x>\d+) ?(?P<y>min(?:ute)?s?|h(?:ou)?rs?|h|d(?:ays)?|weeks?)(?P<z>\W.{{0,40}}?{_BESIDE})"
     r" the (?P=x)(?: (?P=y))? (?:before|prior|earlier)(?: (?:that|those))?",
     r"\g<x> \g<y>\g<z> the \g<x> \g<y> before"),
    (r"\b(?P<x>last \d+ ?(?P<u>min(?:ute)?s?|h(?:ou)?rs?|h|d(?:ays)?|weeks?)),? (?:over|to|on|vs\.?|versus|against)"
     r" the (?P<y>\d+) (?:(?P=u) )?before(?: (?:that|those))?\b", r"\g<x> vs the \g<y> \g<u> before"),
    (r"\b(?P<x>\d+ ?(?:m|min|h|hours?|d|days?|w|weeks?)) windows\b", r"\g<x> window"),
)  # fmt: skip

_BOUND = r"\b(?P<x>over|above|more than|under|below|less than|at least|at most)"
_WHOLE = r"(?= (?:of|full|the|their|its|his)\b| *$)"
_SHARES = (
    ("(?:a |one )?half", "50"), ("(?:a|one) (?:quarter|fourth)", "25"), ("three quarters", "75"),
    ("(?:a|one) third", "33.333"), ("two thirds", "66.667"), ("(?:a|one) fifth", "20"), ("(?:a|one) tenth", "10"),
    ("(?:a|one) twentieth", "5"), ("nine tenths", "90"),
)  # fmt: skip

PARTS: tuple[tuple[str, str], ...] = tuple(
    (rf"{_BOUND} {words}{_WHOLE}", rf"\g<x> {percent} %") for words, percent in _SHARES
)
