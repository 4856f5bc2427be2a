"""Statements in several documents, and asking who carries them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from claims.models import Claim, Position, Speaker, Statement
from claims.services.recording import Passing, Report
from claims.text.spans import find
from sources.models import SourceText
from tests import factories
from tests.asking import Api
from tests.recording import add_appearance

WORDS = "une profonde préoccupation"


@dataclass(frozen=True)
class Printed:
    """How one document prints a statement."""

    revision: SourceText
    words: Sequence[str] = (WORDS,)
    quotation_type: str = "direct"
    is_headline: bool = False
    language: str = ""
    relays: Sequence[Speaker] = field(default_factory=tuple)


def document(words: str = WORDS, **values: Any) -> SourceText:
    """Return a document like no other in which these words stand; `values` are fields of Source."""
    revision: SourceText = factories.source(words, **values)
    return revision


def article(words: str = WORDS, **values: Any) -> SourceText:
    """Return a document with a text of its own around the words; `values` are fields of Source."""
    article.number += 1  # type: ignore[attr-defined]
    return document(f"Article {article.number} : {words}.", **values)  # type: ignore[attr-defined]


article.number = 0  # type: ignore[attr-defined]


def draft(*printed: Printed | SourceText, **values: Any) -> Statement:
    """Return a draft that appears in these documents alone; takes what `factories.draft` takes."""
    statement = factories.draft(revision=document(f"{WORDS} et rien d’autre"), words=WORDS, **values)
    statement.appearances.all().delete()
    for one in printed:
        how = one if isinstance(one, Printed) else Printed(one)
        report = Report(
            revision=how.revision,
            segments=[find(how.revision.text, words) for words in how.words],
            quotation_type=how.quotation_type,
            is_headline=how.is_headline,
            language=how.language,
            relays=[Passing(speaker=speaker) for speaker in how.relays],
        )
        add_appearance(statement=statement, report=report, parts=[])
    return statement


def carried(*printed: Printed | SourceText, **values: Any) -> Statement:
    """Return a published statement that appears in these documents alone."""
    return factories.put_out(draft(*printed, **values))


def address(row: Any) -> str:
    """Return the address of a statement's, or a claim's, corroboration."""
    return f"/api/v1/{'claims' if isinstance(row, Claim) else 'statements'}/{row.pk}/corroboration/"


def corroboration(api: Api, row: Any) -> Any:
    """Return what is found of a statement or claim."""
    return api.get(address(row))


def origins(found: Any) -> list[str | None]:
    """Return the names of the origins, in order."""
    return [one["origin"] and one["origin"]["name"] for one in found["origins"]]


def claim(text: str = "Les livraisons ont lieu.") -> Claim:
    return Claim.objects.create(text={"fr": text})


def takes_side(stance: str, of: Claim, *printed: Printed | SourceText, is_draft: bool = False, **values: Any) -> Any:
    """Return a statement, published unless it `is_draft`, that takes a stance to a claim."""
    statement = draft(*(printed or [article()]), **values)
    Position.objects.create(statement=statement, claim=of, stance=stance)
    return statement if is_draft else factories.put_out(statement)
