"""The five press articles as two readers coded them: the statements of `tests.seeds`, and what a second saw besides.

The second reader had the articles alone, and twenty questions to answer from them: what the first had left out, cut
short or taken for certain is in tests/data/seed_second_reading.json.
"""

from typing import Any

from claims.models import Claim, Position
from config.writing.refusals import check_deferred_rules
from tests.seeds import Seeds, read


class TwiceRead(Seeds):
    """The articles with the statements of both readers, and the claim that statements affirm and deny."""

    def __init__(self) -> None:
        second = read("seed_second_reading.json")
        first = [{**row, **second["changed"].get(row["key"], {})} for row in read("seed_statements.jsonl")]
        super().__init__([*first, *second["added"]])
        self.claims = {name: self._claim(one) for name, one in second["claims"].items()}
        check_deferred_rules()  # what is public is found out at the end of a transaction

    def _claim(self, one: dict[str, Any]) -> Claim:
        claim = Claim.objects.create(text=one["text"])
        for key, stance in one["positions"].items():
            Position.objects.create(statement=self.statements[key], claim=claim, stance=stance)
        return claim
