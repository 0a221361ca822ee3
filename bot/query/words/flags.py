"""Ways of looking at a thing, each told by a few words: as a rate, a share, over time, ahead."""

from bot.query.words.masked import Masked

_FLAGS = (
    (
        "graph",
        r"graph|plot|chart|draw (?:me|a|the)|^draw|curve|trend|timeline|over time|time ?series|visuali[sz]e"
        r"|gra[fp]\w*|history(?: of)?|develop\w*|evolution|sparkline",
    ),
    (
        "ratio",
        r"ratio|(?:hit|miss|win|conversion) ?rates?|percent|p[eo]rcentages?|pct|share|fraction|proportion|%|portion"
        r"|(?:what|which|as(?: a)?) part|efficiency|factor|conversion",
    ),
    (
        "count",
        r"how many|number of|count of|count|counts|counted|counting|headcount"
        r"|how often|# of|nr of|no\. of|amount of|tally|total number",
    ),
    ("often", r"how often|how many times|times"),
    ("rate", r"rates?|throughput|rps|qps|tps|iops|bandwidth|frequency|req/s|requests/s"),
    ("avg", r"avg\.?|averages?|averaged|mean|on average"),
    ("sum", r"total|sum|summed|combined|together|in total|overall|altogether|aggregated?|totals|added up"),
    ("stddev", r"stddev|std|variation"),
    ("among", r"among|amongst|out of all"),
    ("max", r"max\.?|maximum|peak|peaks|peaked|highest|spike|worst|at most|biggest|largest|longest|top"),
    ("min", r"min\.?|minimum|lowest|smallest|least"),
    (
        "delta",
        r"growth|growing|grow|grew|grown|delta|changed?|increas\w*|decreas\w*|shrink\w*|rising"
        r"|rise|rose|risen|falling|fell|climb\w*|gained|net change|shrunk|going up|going down"
        r"|drop (?:in|of|over|during|since)|rise (?:in|of|over|during)|piling up|build(?:ing)? up"
        r"|dropping|draining|leaking|sinking",
    ),
    ("deriv", r"deriv\w*|how fast|growth rate|rate of change|slope|growth per|change per|how quickly"),
    ("predict", r"predict\w*|forecast\w*|project(?:ed|ions?)|extrapolat\w*|will|going to|gonna|expected"),
    (
        "until",
        r"how long until|how long till|how long before|when will|when do|when does|when is"
        r"|time until|time to|time till|days until|hours until|run(?:s|ning)? out|until (?:it"
        r"|they) (?:is|are|runs?)|days left|hours left|eta",
    ),
    ("fullness", r"full(?:er|est)?|fill(?:s|ed|ing)?(?: up)?|exhaust\w*|run(?:s|ning)? out|out of space|saturat\w*"),
    (
        "absent",
        r"absent|missing|no data|not reporting|stopped reporting|disappeared|vanished|gone(?=\s*(?:$|[?.!,;]"
        r"|silent|dark|missing|quiet))"
        r"|not exporting|silent",
    ),
    ("spent", r"time spent|spent in|spent on|spends? in|total time|cpu time|seconds spent|time (?:is )?lost"),
    (
        "of",
        r"(?:share|percent|percentage|pct|%|fraction|proportion|part|portion|much) of|as (?:a"
        r" )?(?:share|fraction|percentage|percent|part|proportion|ratio|%) of|share",
    ),
    (
        "age",
        r"age|how long ago|ago|time since|how long since|uptime|how old|(?:since|from) (?:the )?last"
        r"|when (?:was|did|were)|older|oldest|days since|hours since|minutes since|seconds"
        r" since|how stale|how fresh|last (?:time|run|success|backup)|been (?:up|running)|up"
        r" for",
    ),
    ("distinct", r"distinct|different|unique"),
    ("difference", r"difference|minus|change|delta|diff|compared?|more|less|fewer|higher|lower"),
    ("times", r"divided by|ratio|factor|times as|multiple|multiplied|relative to|over"),
    (
        "relative",
        r"percent(?:age)? (?:change|growth|increase|decrease|difference)|% (?:change|growth"
        r"|increase|decrease)|in percent|by percent|growth|how much (?:more|less|higher|lower)"
        r"|grown|grew|change in percent|relative change|percent",
    ),
    (
        "compare",
        r"vs\.?|versus|compared?|comparison|against|difference|minus|divided by|relative to"
        r"|change|changed|higher|lower|more|less|fewer|than|now",
    ),
    ("divide", r"divided by|minus|plus|over|to|per|vs\.?|versus|against|relative to|out of|of|/"),
    ("volume", r"volume|bytes|size|megabytes|mb|gb|kb"),
    ("all", r"everything|all (?:metrics|series|data|labels)|every (?:metric|series)"),
    (
        "mismatch",
        r"not at|not (?:have|having|at|got|get|getting|running) (?:all|enough|their|its|the full)"
        r"|(?:available|ready|current|running) ?(?:<|!=|below|under) ?(?:the )?"
        r"(?:wanted|desired|requested|expected|spec)"
        r"|(?:fewer|less)\b.{0,30} than (?:wanted|desired|requested|expected|asked)"
        r"|(?:missing|lack\w*) (?:replicas?|pods?|instances?|members?)|differ\w*"
        r"|mismatch\w*|not match\w*|short of|under ?replicated|not fully|less"
        r" than desired|fewer than desired|not equal",
    ),
    (
        "maxed",
        r"maxed(?: out)?|at (?:(?:its|their|the|full) )?(?:max\w*|capacity|limits?|quota|ceiling)|hit(?:ting)? "
        r"(?:its|their|the) (?:max\w*|limit)|pegged|fully used|exhausted",
    ),
    (
        "filled",
        r"pool (?:usage|use|utili[sz]ation)|saturat\w+|utili[sz]ation|how full|fill(?:ing)? level|occupancy|headroom"
        r"|used vs\.?|in use vs\.?|used out of|used of"
        r"|against (?:(?:its|their|the) )?(?:max\w*|limits?|capacity|quota|rated)"
        r"|of (?:its|their|the) (?:\w+ )?(?:limit|max\w*|quota|capacity|request)s?",
    ),
    (
        "down",
        r"down|not up|offline|dead|unreachable|unhealthy|failing|failed|not (?:healthy|ready|online|connected"
        r"|reachable|responding|green|ok|alive|running|available)|disabled|inactive|(?:switched|turned) off"
        r"|red|isn'?t up|unready|stand(?:ing|s)? still|not moving|halted|stopped|shut"
        r"|off[ -]air"
        r"|\w+ off(?=\s*(?:[?.!,;]|$))|out of (?:service|order|action|operation)"
        r"|(?:is|are|was|were|be|been) off|not on",
    ),
    ("up", r"up|healthy|green|alive|online|reachable|ok|ready|fine"),
    ("negative", r"not|non|aren'?t|isn'?t|no(?!\.| of)|without|never|out of(?! (?:\d|all|the))"),
    (
        "flips",
        r"flip\w*|flap\w*|toggl\w*"
        r"|how often (?:did|does|do|has|have|was|were) .*(?:switch|change|cycle|turn|go|went)\w*"
        r"|start\w* (?:or|and) stop\w*|go\w* up and down|chang\w+ (?:state|status|hands)",
    ),
    ("free", r"free|available|left|remain(?:s|ing)?|unused|headroom|avail|spare"),
    (
        "used",
        r"used|usage|occupancy|fill(?:ing)? level|utili[sz]ation|in use|occupied|consum\w*|full"
        r"|saturat\w*|busy|util|taken|allocated",
    ),
    ("success", r"success\w*|succeed\w*|availability|ok|good (?:run|backup|sync|report|copy|check|result)s?"),
    ("miss", r"miss|misses|missed"),
    ("complement", r"slower than|longer than|over|above|more than|exceed\w*"),
    ("typical", r"typical\w*|usual\w*|normal\w*"),
    ("by", r"by|per|each|every|across|split|grouped|broken|breakdown"),
    ("past", r"was|were|did|had|happened|saw|been"),
    ("listing", r"show|list|find|print|give me|gimme|fetch|pull|tail|display|see|grep"),
    ("what", r"what|which|who|where"),
    ("across", r"(?:over|across|of|in|from|for) all|all \w+s (?:together|combined|summed)"),
    ("lacks", r"miss(?:es|ing)?|lacks?|lacking|short of|too few"),
    ("nan", r"nan"),
)


def flags(text: Masked) -> frozenset[str]:
    return frozenset(flag for flag, expression in _FLAGS if text.find(expression))
