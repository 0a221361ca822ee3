"""Ways to ask for a share, put as the rest reads them: part of, conversion, nearest to a bound, not all of them."""

_THING = r"[a-z][\w-]*(?: (?!by\b|per\b|last\b|in\b|on\b|at\b|over\b|for\b|each\b|every\b|today\b|since\b|now\b)[a-z][\w-]*)?"
_BOUND = r"(?:max(?:imum)?|limits?|quotas?|capacity|ceilings?|allowances?|budgets?)"
_WELL = r"healthy|ready|online|up|available|running|connected|reachable|alive|ok|well|working"
_OWN = rf"(?:(?:its|their|the|his) )?(?:own )?(?P<x>(?:[a-z]+ ){{0,2}}?{_BOUND})\b"

SHARE_PHRASES: tuple[tuple[str, str], ...] = (
    (r"\b(?P<x>less|more|fewer|greater|higher|lower|larger|smaller|longer|shorter|older) then\b", r"\g<x> than"),
    (r"\bhow much of (?=(?:the |our |all |its |their )?[\w -]+?\b"
     r"(?:is|are|was|were|gets?|got|goes|comes?|came|ends?|fails?|times?|hits?|[a-z]{3,}ed)\b)", "what share of "),
    (rf"\bconversion(?: rate| ratio| share)?(?: %)? (?:from|of) (?:an? |the )?(?P<x>{_THING}?) (?:in)?to"
     rf" (?:an? |the )?(?P<y>{_THING})", r"\g<y> as share of \g<x>"),
    (r"\b(?P<x>[a-z]+)[- ]to[- ](?P<y>[a-z]+) conversion(?: rate| ratio)?\b", r"\g<y> as share of \g<x>"),
    (r"\b(?:closest|nearest) to (?:being |getting |run(?:ning)? )?(?:full|exhausted|exhaustion|out)\b", "fullest"),
    (rf"\b(?:that |which )?(?:is |are |comes? |sits? |runs? )?(?:the )?(?:closest|nearest) to (?:reach\w* |hitt?\w* )?{_OWN}",
     r"has the highest share of its \g<x>"),
    (rf"\b(?:has |have |with )?(?:the )?least (?:room|space|headroom|slack|margin)(?: left)? (?:to|until|till|before|under"
     rf"|below|against) {_OWN}", r"has the highest share of its \g<x>"),
    (r"\bnot (?:all|every|each)(?: one)?(?: of)?(?: the| its| their)? (?P<x>[a-z]+)(?: that)? (?:are|is|were|was)"
     rf" (?P<y>{_WELL})\b", r"\g<x> not \g<y>"),
)  # fmt: skip
