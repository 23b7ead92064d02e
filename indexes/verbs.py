"""The speech verbs of news prose."""

import re

VERB = re.compile(
    r"\b(?:sa(?:id|ys|y)(?! to be\b)|claim(?= that\b| is\b| was\b| \x01)|told|tells|add(?:ed|s)|explain(?:ed|s)|insist(?:ed|s)|warn(?:ed|s)|admit(?:ted|s)|claimed|argu(?:ed|es)"
    r"|den(?:ied|ies)|confirm(?:ed|s)|announced|declare[ds]|stated|stress(?:ed|es)|noted|conclude[ds]|conced(?:ed|es)"
    r"|acknowledge[ds]|reveal(?:ed|s)|recall(?:ed|s)|replied|replies|responded|answered|asked|asks|joked|quip(?:ped|s)"
    r"|wrote|writes|tweeted|commented|remarked|observed|predict(?:ed|s)|promised|pledged|vowed"
    r"|urged|advised|reminded|suggest(?:ed|s)|complain(?:ed|s)|describe[ds]|called(?! (?:off|up|in)\b)|calls(?= \x01)|dismissed|accused|praised|criticised"
    r"|criticized|condemned|welcomed|hailed|believe[ds]|thinks|thought(?! of)|maintain(?:ed|s)|reiterate[ds]|repeated"
    r"|continued(?! to\b)|agree[ds]|shouted|cried|exclaimed|whispered|muttered|blamed"
    r"|branded|labell?ed|demanded|cautioned|emphasi[sz]e[ds]|reported(?= that\b|[.,]| on\b| [A-Z])|notes(?= that\b|[.,])|shared(?= (?:on|in|with)\b)|asserted|alleged(?= (?:that|the|he|she|it|they|[A-Z]\w+)\b|[,.])|read(?=[,.:]| (?:a|the) statement)|pressed(?=[,.])"
    r"|posted|texted|point(?:ed|s) out|testified|estimated|expressed|enthused|lamented|thanked|apologised|apologized"
    r"|countered|hinted|speculated|mused|sighed|laughed|protested|retorted|recounted|clarified|elaborated|summed up"
    r"|went on|goes on|rejected|saying|adding|insisting|warning|claiming|telling|calling|describing|arguing"
    r"|posting|pointing out|writing|stating|explaining|noting|asking)\b(?!['’-])"
)
# Those that stand before their subject: "…," said Doug Rasor.
TURNS = frozenset(
    "said says added adds explained insisted warned admitted claimed argued confirmed declared stressed noted concluded"
    " acknowledged recalled replied responded answered asked joked quipped wrote writes tweeted commented remarked observed"
    " predicted complained reiterated continued agreed boasted shouted cried exclaimed muttered testified enthused lamented mused"
    " sighed laughed protested retorted went argues predicts warns insists admits claims notes explains confirms concludes recalls"
    " jokes believes suggests suggested acknowledges states posted points pointed read".split()
)
# Forms without a subject of their own: it is that of their clause.
PARTICIPLE = re.compile(r"ing$")
