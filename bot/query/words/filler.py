"""Words of plain talk that name nothing measured: greetings, hedges, verbs and adjectives anybody uses. Data only.

They may name something where a catalogue says so, and never stand in the way where it does not."""

FILLER = frozenset(
    """
dropping sinking leaking morning afternoon evening night noon hiya howdy welcome sorry pardon excuse apologies
cheers greetings mate team folks maybe perhaps probably possibly likely apparently supposedly obviously generally
mostly mainly largely partly entirely fully totally completely basically literally honestly seriously hopefully
surely certainly definitely clearly simply merely nearly almost hardly barely rather somewhat slightly quite enough
instead otherwise however therefore thus hence meanwhile afterwards beforehand besides regarding concerning
according accordingly per-chance respective overall currently recently lately today tonight overnight yesterday
nowadays soon already always sometimes usually often frequently frequent rarely seldom constantly continuously
steadily suddenly immediately asap urgently anything something nothing whichever whatever whoever wherever whenever
wondering wonder curious interested trying tried try understand idea guess think thought believe suppose mean means
meant meaning remember recall forgot expect hoping hope wish asked asking ask tells told telling explain describe
answered answering answer replied reply got gotten getting gives given giving putting keep keeping kept hold holds
holding held stay stays stayed staying remain remains remained become becomes became turn turns turned turning bring
brings brought whether toward towards upon unless although went gone came go doing done works working worked perform
performs performing behave behaves behaving behaviour experience experiences experienced experiencing suffer suffers
suffered suffering face faces faced facing encounter encounters encountered notice noticed observe observing appear
appears appeared appearing cause causes caused causing lead leads leading produce produces producing generate
generates generating contribute contributes contributing account accounts accounting carry carries carried carrying
belong belongs belonging relate related relating concern concerns affected affecting affect affects involve involved
fetch grab pull pulls read-out provide provides provided providing deliver listed sorted sort sorts ordered sort-of
rounded round calculate calculated compute computed estimate estimated needed needs need wants wanted require
requires required start starts starting started stop stops stopping stopped begin begins beginning began finish
finishes end ends ending ended continue continues continued common popular typical important interesting relevant
significant considerable noticeable weird odd strange funny crazy huge tiny massive enormous excessive extreme
extremely unusually unusual abnormal suspicious nasty serious severe awful terrible bad worse better same similar
equal unequal comparable different differing various several multiple numerous plenty bunch couple pair dozen
hundred thousand whole entire complete partial half quarter third portion part piece chunk slice bit sides both
either neither none nobody uploaded downloaded transferred moved stored burned burnt gained fired collected gathered
fed drawn lost net flap flaps flapped flapping flip flips flipped toggle toggles toggled porcentage efficiency based
everything occupancy fill filling occur occurring occurrence fullness dearest costliest loaded amounting totalling
totaling summing coming mins secs hrs
""".split()
)
