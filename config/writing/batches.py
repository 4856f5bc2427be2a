"""Many writes at once: up to 500, each with its result; all or none of them where that is asked for."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NoReturn
from uuid import UUID

from rest_framework import serializers

from config.http import problems
from config.http.filters import UUID_FORM
from config.writing.answers import Done
from config.writing.orders import CREATE, Order
from config.writing.serializers import Flag, Text, WriteSerializer

MOST_OPERATIONS = 500
#: how long a batch may keep a thread of the server; what is left is told as not tried
LONGEST_SECONDS = 20
OPERATIONS = "operations"


class OperationSerializer(WriteSerializer):
    """One of the writes of a batch."""

    op = Text(help_text="create, change, delete, or the name of an operation as in its address.")
    id = Text(required=False, help_text="Of the row; not given to create one.")
    if_match = Text(required=False, help_text='The ETag of the row, as in the header If-Match: `"7"`.')
    data = serializers.DictField(required=False, help_text="The body that the request for this alone would have.")  # type: ignore[assignment]  # DRF has a property of this name


class BatchSerializer(WriteSerializer):
    """Up to 500 writes, done in the order given."""

    atomic = Flag(required=False, default=False, help_text="True: all of them or none. False: each by itself.")
    operations = OperationSerializer(many=True, allow_empty=False, max_length=MOST_OPERATIONS)


class RefusedError(Exception):
    """One operation of a batch was refused, so that nothing of it may be kept."""

    def __init__(self, number: int, problem: problems.ProblemError) -> None:
        super().__init__(problem.detail)
        self.number = number
        self.problem = problem


def read(data: Any, names: Iterable[str]) -> tuple[bool, list[Order]]:
    """Return whether all or none are wanted, and the orders; raise ProblemError for what is no batch.

    `names` are those of the operations that the resource has.
    """
    values = BatchSerializer.validated(data)
    known = list(names)
    errors: list[dict[str, str]] = []
    orders = []
    for number, one in enumerate(values[OPERATIONS]):
        at = f"/{OPERATIONS}/{number}"
        if one["op"] not in known:
            errors.append({"pointer": f"{at}/op", "detail": f"It must be one of: {', '.join(known)}."})
        elif fault := _fault_of_id(one):
            errors.append({"pointer": f"{at}/id", "detail": fault})
        else:
            orders.append(_order(one))
    if errors:
        raise problems.invalid_body(errors)
    return values["atomic"], orders


def each(orders: Sequence[Order], carry_out: Callable[[int, Order], dict[str, Any]]) -> list[dict[str, Any]]:
    """Carry out each by itself and return the results; behind one that the server failed at, nothing is tried."""
    results: list[dict[str, Any]] = []
    ends = time.monotonic() + LONGEST_SECONDS
    for number, order in enumerate(orders):
        if time.monotonic() > ends:
            late = problems.ProblemError(problems.NOT_KEPT, "It was not tried: the batch took too long. Send it again.")
            return results + [refusal(late, place) for place in range(number, len(orders))]
        try:
            results.append(carry_out(number, order))
        except Exception as error:
            found = problems.of(error)
            if found is None or found.problem is problems.KEY_REUSED:
                raise
            problems.log(found, error)
            results.append(refusal(found, number))
            if found.problem.status >= problems.INTERNAL.status:
                unknown = problems.ProblemError(problems.NOT_KEPT, "It was not tried: the server failed before it.")
                results += [refusal(unknown, place) for place in range(number + 1, len(orders))]
                break
    return results


def is_unfinished(results: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the server failed at one of them, or did not come to it."""
    failed = problems.INTERNAL.status
    return any(one["status"] >= failed or one["status"] == problems.NOT_KEPT.status for one in results)


def together(orders: Sequence[Order], carry_out: Callable[[Order], Done]) -> list[dict[str, Any]]:
    """Carry out all and return the results; raise RefusedError at the first that is refused."""
    results = []
    ends = time.monotonic() + LONGEST_SECONDS
    for number, order in enumerate(orders):
        if time.monotonic() > ends:
            late = problems.ProblemError(problems.NOT_KEPT, "The batch took too long: send fewer at once.")
            raise RefusedError(number, late)
        try:
            results.append(carry_out(order).as_result)
        except Exception as error:
            found = problems.of(error)
            # what is to be tried again is no refusal, nor is a failure
            if found is None or found.problem.status >= problems.INTERNAL.status:
                raise
            raise RefusedError(number, found) from error
    return results


def refuse(refused: RefusedError, count: int) -> NoReturn:
    """Raise the problem that says which operation of `count` was refused, and that the others were not kept."""
    others = problems.ProblemError(problems.NOT_KEPT, f"Operation {refused.number} was refused.")
    results = [refusal(refused.problem if number == refused.number else others, number) for number in range(count)]
    raise problems.ProblemError(
        problems.BATCH_REFUSED,
        f"Operation {refused.number} (counted from 0) was refused: {refused.problem.document['detail']}",
        members={"results": results},
    ) from refused


def refusal(error: problems.ProblemError, number: int) -> dict[str, Any]:
    """Return the result of an operation that was refused; its pointers are into the whole body."""
    document = error.document
    if error.errors:
        at = f"/{OPERATIONS}/{number}/data"
        document["errors"] = [
            {**one, "pointer": at + one["pointer"]} if "pointer" in one else one for one in error.errors
        ]
    result: dict[str, Any] = {"status": error.problem.status, "problem": document}
    if "ETag" in error.headers:
        result["etag"] = error.headers["ETag"]
    return result


def _fault_of_id(one: Mapping[str, Any]) -> str | None:
    given = one.get("id")
    if one["op"] == CREATE:
        return None if given is None else "What is created gets its id from the server."
    if given is None:
        return "It is missing."
    return None if UUID_FORM.fullmatch(given) else "It must be an id, a UUID."


def _order(one: Mapping[str, Any]) -> Order:
    return Order(
        name=one["op"],
        id=UUID(one["id"]) if "id" in one else None,
        condition=one.get("if_match"),
        data=one.get("data", {}),
    )
