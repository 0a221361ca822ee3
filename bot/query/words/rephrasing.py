"""Other ways to say one thing, put in the way that the rest reads: groups, exceptions, hedges. Data, and their use."""

import re

from bot.query.words.clock_phrases import CLOCKS, PARTS
from bot.query.words.share_phrases import SHARE_PHRASES

_NOUN = r"(?P<x>[a-z][\w-]*)"
_END = r"(?=\s*(?:$|[,.;?!)]|(?:in|on|at|for|over|since|last|past|per|by|from|during|and|only|please)\b))"

_THROUGH = r"(?= *(?:$|[?.!,;]|(?:on|at|over|through|via|to|per)\b))"

_SAID: tuple[tuple[str, str], ...] = (
    (r"\bhow crowded\b", "how full"),
    (r"\b(?P<x>certs?|certificates?|ssl|tls|expiry) (?P<y>days|weeks|hours)\b(?! (?:until|till|to|left|before))",
     r"\g<x> \g<y> left"),
    (r"\b(?P<x>full|empty|exhausted|used up|out of space) in how many (?P<y>days|hours|weeks|minutes)\b",
     r"how many \g<y> until \g<x>"),
    (r"\bnon (?=(?-i:[A-Z]{3,}|[1-5]\d\d\b))", "not "),
    (r"\bhow many (?P<x>[a-z]+s) (?P<y>had|got|saw|hit|experienced|suffered|logged|threw|raised)\b",
     r"how many distinct \g<x> \g<y>"),
    (r"\bhow (?:hot|warm|cold|chilly)(?= (?:is|was|are|were|did|does|has|had|it)\b)", "temperature"),
    (r"\b(?:phoned|called|checked|reported|phone|call|report) (?:home|in)\b", "seen"),
    (r"\bhow much (?P<x>(?:[\w-]+ ){1,2}(?:are|were|do we have)\b)", r"how many \g<x>"),
    (r"(?<!\w)'?til\b", "until"),
    (r"\b(?:nr|nbr|num|no)\.? of\b(?= )", "number of"),
    (r"\bw/ ", "with "),
    (r"\bthat (?P<x>[a-z]+) (?:fine|well|ok|okay|cleanly|normally)\b", r"that \g<x> success"),
    (r"\bacc(?:ording|\.)? to (?:the )?(?=[\w-]+ logs?\b)", "in the "),
    (r"\btail (?:-n ?)?(?P<x>\d+)(?: lines)?(?: (?:of|from))?(?= )", r"last \g<x> lines of"),
    (r"\b(?P<x>hit|miss|error|err|fail|failure|success|win|drop|cache|usage|used|cpu|mem|memory|disk)%",
     r"\g<x> %"),
    (r"\bas (?:one|a single) (?:number|figure|value|sum)\b", "in total"),
    (r"(?<=[%,]) over (?=\d+ ?(?:m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?) *$)", " over the last "),
    (r"(?<=[a-z]{3})\+(?=[a-z]{3})", " + "),
    (r"\btix\b", "tickets"),
    (r"\bkm ?/ ?h\b", "kmh"),
    (r"(?<=\bin )m/s\b", "mps"),
    (r"\b(?P<x>[a-z]{3,}s) top (?P<y>\d+)\b", r"top \g<y> \g<x>"),
    (r"\((?P<x>[1-5]\d\d)\+(?P<y>[1-5]\d\d)\)", r"(\g<x> and \g<y>)"),
    (r"\b[a-z]+ errors? \((?P<x>[1-5]\d\d(?: (?:or|and) [1-5]\d\d)*)\)", r"\g<x>"),
    (r"\blogs? (?P<x>[kmg]i?b|bytes)\b(?= (?:per|by|for|of|in|each|from|over|written)\b)", r"log volume in \g<x>"),
    (r"\b(?:over|across) all (?:the |our )?(?P<x>[a-z]+s)(?= *(?:$|[,.;?!)]))", "in total"),
    (r"\bhow (?:many (?P<x>[a-z]+)|far) (?:is|are|was) (?P<y>[\w-]+) behind (?:its|the|their) (?P<z>[a-z]+)",
     r"\g<z> minus \g<x> of \g<y>"),
    (r"\bprios?\b", "priority"),
    (r"\b(?:pls|plz|please),? (?P<x>draw|plot|graph|chart)\b *$", r"as a \g<x>"),
    (r"\bhalf an hour\b", "30 minutes"),
    (r"\bhalf a minute\b", "30 seconds"),
    (r"\bhalf a second\b", "0.5 seconds"),
    (r"\bhalf a day\b", "12 hours"),
    (r"\ban hour and a half\b", "90 minutes"),
    (r"\b(?:a )?quarter of an hour\b", "15 minutes"),
    (r"\b(?:takings|proceeds)\b", "revenue"),
    (rf"\b{_NOUN}[ -]wise\b", r"by \g<x>"),
    (rf"\b{_NOUN} by (?P=x)\b", r"by \g<x>"),
    (rf"\b{_NOUN} (?:apart(?! from)|separately|individually|one by one)\b", r"by \g<x>"),
    (rf"\b(?:one|a) (?:number|figure|value|line|curve|series|row) (?:per|for each|for every) {_NOUN}", r"by \g<x>"),
    (rf"\b(?:separated?|sliced|bucketed|keyed|faceted|aggregated|splitted|segmented) (?:by|per|on) {_NOUN}",
     r"by \g<x>"),
    (rf"\bsplit (?:on|over|across|along) (?:the )?{_NOUN}", r"by \g<x>"),
    (r"\bfor (?:all of the|all the|all|the different|the various|different) (?P<x>[a-z]\w+s)\b(?= separately)",
     r"by \g<x>"),
    (r"\b(?:leave|leaving|left) out (?:the |any |all )?", "without "),
    (rf"\b(?:leave|leaving|left|keep|keeping|take|taking) (?:the |any |all )?{_NOUN} (?:out|aside|away)\b",
     r"without \g<x>"),
    (r"\b(?:not|without|never) (?:counting|including|considering|the ones (?:from|of|with)) (?:the |any )?",
     r"without "),
    (r"\b(?:do not|don'?t|dont) (?:count|include|consider|take)(?: in)? (?:the |any )?", "without "),
    (r"\b(?:(?:that|which|who) )?(?:(?:are|is|were|was) )?neither (?P<x>[\w-]+) n?or (?P<y>[\w-]+)",
     r"without \g<x> and \g<y>"),
    (r"\b(?:except|without|excluding|not) (?:the |any )?"
     r"(?!the |any |those )(?P<x>[\w'-]+(?: [\w'-]+){1,5}) ones\b", r'without "\g<x>"'),
    (rf"\b(?:not|without|except|excluding) (?:the |any |those )?{_NOUN} ones\b", r"without \g<x>"),
    (r"(?<=[,;]) ?(?:ignore|ignoring|skip|skipping|minus|omit|forget|no|not|please not|please no) (?:the |any )?"
     rf"(?P<x>/?[a-z][\w/-]*){_END}",
     r" without \g<x>"),
    (rf"\b{_NOUN} (?:excluded|excepted|aside|ignored|left out|not included)\b", r"without \g<x>"),
    (rf"\b(?:the )?{_NOUN} (?:ones )?(?:do not|don'?t|dont|does not|doesn'?t|shall not|should not) count\b",
     r"without \g<x>"),
    (r"\b(?:everyone|everybody|everything|everywhere|all(?: of (?:them|it))?|anything|anyone"
     r"|(?:every|all|each|any) \w+) (?:but|save)(?: for)? (?=[a-z0-9])(?!not\b)", "without "),
    (r"\b(?:apart|aside) from\b|\bother than\b|\bexcept(?:ing)? for\b|\bbut for\b|\boutside of\b|\bbut not\b",
     "without"),
    (r"\b(?:added up|summed up|put together|taken together|all together|in sum)\b", "in total"),
    (r"\b(?:sum total|grand total)\b", "total"),
    (r"\bat (?:one|any one|a single) time\b|\bsimultaneously\b|\bat once\b"
     r"|\bat the same time\b(?! (?:last|yesterday|on|a|as))", "in total"),
    (r" *\bup (?:to|until|till) (?=(?:the |this )?same (?:time|hour))", " "),
    (r"\b(?P<x>hit|miss|error|fail|win|success|bounce|churn|drop|fill|frame|heart|loss)rates?\b", r"\g<x> rate"),
    (r"\b(?P<x>1|5|15)[ -]?min(?:ute)?s?[ -]load(?: average)?\b", r"load\g<x>"),
    (r"\bload (?:average )?(?:over|of) (?:the )?(?P<x>1|5|15) ?min(?:ute)?s?\b", r"load\g<x>"),
    (r"\b(?:the )?(?:number one|no\. ?1|#1|number 1)(?= [a-z])", "top 1"),
    (r"\bhalf a second\b", "500 ms"),
    (r"\b(?:of|in) the (?P<x>week|month)(?= *(?:$|[.,;?!)]))", r"this \g<x>"),
    (r"\bof the day(?= *(?:$|[.,;?!)]))", "today"),
    (r"\b(?P<x>pod|host|node|server|instance|machine|box|queue|topic|site|region|device|container)(?P<y>e?s)\b"
     r"(?P<z>[^,;?]*?)\b(?:each|apiece)(?=[ )?.!]*$)", r"\g<x>\g<y>\g<z> by \g<x>"),
    (r"\b(?P<x>[a-z]{3,}) ?/ ?(?P<y>max|maximum|limits?|total|capacity|size|allocatable|quota|wanted|desired)\b",
     r"\g<x> divided by \g<y>"),
    (r"\bout of balance\b", "imbalance"),
    (r"\bturned (?:away|down)\b", "rejected"),
    (rf"\b(?:comes?|coming|came|flows?|flowing|pours?) in\b{_THROUGH}", "received"),
    (rf"\b(?:goes|go|going|went|flows?|flowing|leaves?|leaving) out{_THROUGH}", "transmitted"),
    (r"\b(?:run|runs|running|go|be|is|gets?) (?:dry|empty)\b(?! for)", "run out"),
    (r"\b(?:best|top)[ -]sell\w+", "most"),
    (r"\bcash ?machines?\b", "atms"),
    (r"\b(?:can|could|did|does|do|was|were|is|are|has|have|would|should|had)nt\b", "not"),
    (r"\bcant\b|\bcannot\b|\bwont\b", "not"),
    (r"\bor (?:no|not|nope)\b(?= *[?.!]*$)", " "),
    (r"\b(?:the )?(?:good|ok|okay|successful) ones\b", "success"),
    (r"\b(?:the )?(?:bad|broken|unsuccessful) ones\b", "failed"),
    (r"\b(?-i:Not(?=[A-Z][a-z]))|\bnon-(?=[a-z])", "not "),
    (r"\b(?:ranked |sorted |ordered )?by"
     r" (?=(?:p\d\d|median|avg|average|mean|max|maximum|min|minimum|sum|total|count|number)\b)", " "),
)  # fmt: skip

_COMPILED = tuple(
    (re.compile(expression, re.IGNORECASE), plain) for expression, plain in (*CLOCKS, *PARTS, *SHARE_PHRASES, *_SAID)
)


# `top 5 by lines` says only that they are counted.
_RANKED = re.compile(r"\b(?:top|bottom|most|best|worst|\w+est)\b", re.IGNORECASE)
_BY_COUNT = re.compile(r"\bby (?:lines|count|number|amount|occurrences?|how (?:many|often))\b(?=[ ,]*(?:$|[,.;?!]|\w))")


def rephrased(text: str) -> str:
    for expression, plain in _COMPILED:
        text = expression.sub(plain, text)
    return _BY_COUNT.sub(" ", text) if _RANKED.search(text) else text
