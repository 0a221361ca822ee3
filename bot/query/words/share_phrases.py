"""Ways to ask for a share, put as the rest reads them: part of, conversion, nearest to a bound, not all of them."""

_THING = r"[a-z][\w-]*(?: (?!(?:by|per|last|in|on|at|over|for|each|every|today|since|now)\b)[a-z][\w-]*)?"
_BOUND = r"(?:max(?:imum)?|limits?|quotas?|capacity|ceilings?|allowances?|budgets?)"
_WELL = r"healthy|ready|online|up|available|running|connected|reachable|alive|ok|well|working"
_OWN = rf"(?:(?:its|their|the|his) )?(?:own )?(?P<x>(?:[a-z]+ ){{0,2}}?{_BOUND})\b"

SHARE_PHRASES: tuple[tuple[str, str], ...] = (
    (r"^ *(?P<x>[a-z][\w -]*? within \d+ ?(?:ms|s|sec\w*|m|min\w*|h|hours?)), (?:in )?(?:%|percent|pct)(?= |$)",
     r"percent of \g<x>"),
    (r"\b(?P<x>less|more|fewer|greater|higher|lower|larger|smaller|longer|shorter|older) then\b", r"\g<x> than"),
    (r"\bhow much of (?=(?:the |our |all |its |their )?[\w -]+?\b"
     r"(?:is|are|was|were|gets?|got|goes|comes?|came|ends?|fails?|times?|hits?|[a-z]{3,}ed)\b)", "what share of "),
    (r"\bhow much of (?:its|their|the) (?P<x>[a-z]+) (?:does|do|is|are) (?P<y>[\w./-]+)"
     r" (?:use|using|used|take|taking|occupy)\w*",
     r"what share of the \g<x> of \g<y> is used"),
    (r"\b(?P<x>used|busy|active|taken|open|allocated|connected|running|assigned|current)"
     rf" of (?:(?:its|their|the) )?(?P<y>{_BOUND})\b",
     r"\g<x> as share of its \g<y>"),
    (rf"\b(?:near|close to|approaching|nearing|about to (?:hit|reach|exceed)) {_OWN}", r"as share of its \g<x>"),
    (r"^ *(?:the )?(?P<x>[a-z]+) (?:with|having|that has|which has) (?:the )?"
     r"(?P<y>most|least|fewest|highest|lowest|biggest|largest|smallest|longest|shortest|worst|best)\b",
     r"which \g<x> has the \g<y>"),
    (r"\b(?:ctr|click[- ]through(?: rate)?)\b", "clicks as share of impressions"),
    (r"\b(?:can['’]?t|cannot|won['’]?t)\b", "not"),
    (r"\b(?P<x>used|busy|active|taken|consumed|allocated) of (?:all|the total|total)\b", r"\g<x> as share of all"),
    (r"\b(?P<x>used|consumed|taken) of (?:the )?(?P<y>provisioned|allocated|reserved|assigned|planned|installed)\b",
     r"\g<x> as share of \g<y>"),
    (r"\b(?P<x>more|less) than half (?P<y>open|closed|empty|used|done|loaded|charged)\b", r"\g<x> than 50 % \g<y>"),
    (r"\baov\b", "average order value"),
    (r"\b(?:an?|one) tenth(?= of\b)", "10 %"),
    (r"\b(?:an?|one) fifth(?= of\b)", "20 %"),
    (r"\b(?:an?|one) third(?= of\b)", "33.3 %"),
    (r"\btwo thirds(?= of\b)", "66.7 %"),
    (r"\bthree quarters(?= of\b)", "75 %"),
    (r",? *(?:only )?(?:the )?(?P<x>[a-z]+s) (?:having|that have|that had|with) any *[?.!]*$",
     r", which \g<x> had any"),
    (r"\bas a whole\b|\ball [a-z]+ added(?: up)?\b", "together"),
    (r"\ball (?:the |our )?(?P<x>[a-z]+s) (?:split|separately|apart)\b", r"by \g<x>"),
    (r"\bhitting (?!more|less|fewer|over|under|at |(?:its|their|the) (?:max|limit|quota))(?:the )?(?=[a-z])", "on "),
    (r"\b(?P<x>memory|cpu|disk|heap|space|ram|swap|storage|bandwidth|pool|gpu|vram) use\b", r"\g<x> usage"),
    (rf"\bconversion(?: rate| ratio| share)?(?: %)? (?:from|of) (?:an? |the )?(?P<x>{_THING}?) (?:in)?to"
     rf" (?:an? |the )?(?P<y>{_THING})", r"\g<y> as share of \g<x>"),
    (r"\b(?P<x>[a-z]+)[- ]to[- ](?P<y>[a-z]+) conversion(?: rate| ratio)?\b", r"\g<y> as share of \g<x>"),
    (r"\b(?:closest|nearest) to (?:being |getting |run(?:ning)? )?(?:full|exhausted|exhaustion|out)\b", "fullest"),
    (r"\b(?:that |which )?(?:is |are |comes? |sits? |runs? )?(?:the )?(?:closest|nearest) to"
     rf" (?:reach\w* |hitt?\w* )?{_OWN}",
     r"has the highest share of its \g<x>"),
    (r"\b(?:has |have |with )?(?:the )?least (?:room|space|headroom|slack|margin)(?: left)?"
     rf" (?:to|until|till|before|under|below|against) {_OWN}", r"has the highest share of its \g<x>"),
    (r"\bnot (?:all|every|each)(?: one)?(?: of)?(?: the| its| their)? (?P<x>[a-z]+)(?: that)? (?:are|is|were|was)"
     rf" (?P<y>{_WELL})\b", r"\g<x> not \g<y>"),
)  # fmt: skip
