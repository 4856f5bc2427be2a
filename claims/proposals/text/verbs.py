"""Verbs of saying, in French and English: each form with the act that it stands for (`Act` of the record).

The list is short on purpose: it has what most reports use. Forms are folded (lower case, no accents).
"""

from functools import cache

from claims.proposals.text.vocabulary import forms

#: regular French verbs in -er, by their stems
_FRENCH_ER = {
    "assert": "declar affirm assur estim expliqu precis indiqu soulign ajout rappel not jug consider confi martel "
    "racont reaffirm signal insist constat evoqu argu plaid confirm comment repliqu observ mentionn",
    "deny": "ni refut contest",
    "promise": "engag jur",
    "demand": "exig reclam exhort appel demand",
    "warn": "alert",
    "threaten": "menac",
    "accuse": "accus reproch",
    "condemn": "condamn fustig denonc",
    "praise": "salu felicit",
    "agree": "accept",
    "admit": "avou",
    "announce": "annonc revel proclam",
    "express": "exprim regrett inquiet redout deplor",
}
_ER_ENDINGS = sorted(forms("e ent ee es ees a erent ait aient era eront erait ant eait er"))
#: other forms, as they are
_FRENCH = {
    "assert": "dit dite disent disait disaient disant dira repond repondu repondent soutient soutenu "
    "soutiennent conclu conclut rappelle rappellent poursuit poursuivi maintient maintenu pretend pretendent "
    "pretendu ecrit ecrivent considere considerent precise precisent",
    "deny": "dement dementi dementent nie nient",
    "promise": "promet promis promettent promettant",
    "demand": "appelle appellent",
    "warn": "avertit averti avertissent previent prevenu previennent",
    "agree": "convenu conviennent convient convenus",
    "admit": "reconnait reconnu reconnaissent reconnaissant admet admis admettent",
    "express": "craint crainte craignent craignait inquiete inquietent rejouit rejoui rejouissent",
}
_ENGLISH = {
    "assert": "said says say saying stated states stating declared declares declaring added adds adding "
    "explained explains argues argued claimed claims claiming told noted noting stressed stresses stressing "
    "insisted insists maintained reaffirmed reiterated replied wrote",
    "deny": "denied denies denying",
    "promise": "promised promises pledged pledges vowed vows",
    "demand": "demanded demands urged urges",
    "warn": "warned warns warning",
    "threaten": "threatened threatens",
    "accuse": "accused accuses accusing",
    "condemn": "condemned condemns denounced denounces condemning",
    "praise": "praised praises welcomed welcomes",
    "agree": "agreed agrees",
    "admit": "admitted admits acknowledged acknowledges conceded",
    "announce": "announced announces announcing",
    "ask": "asked asks",
    "express": "expressed expresses expressing",
}
#: forms that say something only behind "have" or "be"; behind neither they go with a noun ("une aide promise")
PARTICIPLES = forms(
    "promis averti dementi convenu convenus reconnu admis repondu soutenu prevenu poursuivi maintenu rejoui "
    "conclu pretendu dite crainte"
)
#: verbs that say something only with "se"
REFLEXIVE = ("engag", "inquiet", "rejou")
#: "ont décidé de", of several together
DECIDED = forms("decide decident")
#: what comes before a noun that looks like a form of saying: "la demande", "his claims"
DETERMINERS = forms(
    "le la les l un une des du de d ce cet cette ces sa son ses leur leurs notre nos aux au en sans par pour a "
    "an the this that these his her its their our of no deux plusieurs quelques"
)
#: what may stand between a subject and its verb
HAVE = forms("a ont avait avaient aura auront aurait auraient ayant ait aient has have had eut eurent")
BE = forms("est sont soit soient etait etaient sera ete etant is are was were been being")
SELF = forms("s se")
AUXILIARIES = HAVE | BE | SELF
BETWEEN = forms(
    "pas ensuite aussi egalement encore ainsi deja toujours notamment also later then already n ne clairement"
)
#: English verbs behind which "that" is often left out
WITHOUT_THAT = forms("said says say added adds claimed claims stated insisted")
#: acts whose object says what was said without "que": "exprime sa préoccupation", "appelle au dialogue"
WITH_OBJECT = forms("deny promise demand threaten accuse condemn praise agree announce express warn admit")
#: what may be the object of any verb of saying: "souligne l'importance de", "insiste sur la nécessité de"
CONTENT = tuple(
    sorted(
        forms(
            "importance necessite besoin volonte attachement engagement soutien determination inquietude preoccupation "
            "souhait solidarite opposition refus desir crainte intention concern support need commitment readiness"
        )
    )
)
#: infinitives behind a verb of saying: "affirme avoir", "dit vouloir"
INFINITIVES = forms("avoir etre vouloir pouvoir devoir craindre souhaiter esperer agir")


@cache
def verbs() -> dict[str, str]:
    """Return each folded form with its act."""
    found = {stem + end: act for act, stems in _FRENCH_ER.items() for stem in stems.split() for end in _ER_ENDINGS}
    for listed in (_FRENCH, _ENGLISH):
        found.update({form: act for act, words in listed.items() for form in words.split()})
    found.update(dict.fromkeys(DECIDED, "agree"))
    return found
