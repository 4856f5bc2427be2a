"""Resources for everybody, and for who shows a token: reading more, and writing.

A subclass of RecordViewSet is a declaration: its rows as they are shown (`queryset`, `detail_queryset`), the
serializers of answers and of bodies, the lists of parts that are written with a row (`parts`), its own operations
(`@operation`). What is more than one row's values goes into `create_row`, `change_row` and `delete_row`.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from config.access.permissions import Access, access_of
from config.http import problems
from config.http.bodies import StrictJSONParser
from config.http.etags import digest_of, is_matched
from config.http.parameters import check_parameters
from config.http.shaping import expanded_rows
from config.http.views import PUBLIC, PublicViewSet, not_modified
from config.writing import batches
from config.writing.answers import PRIVATE, Answer, Done, rendered
from config.writing.conditions import check_version, etag, expected_versions, stale
from config.writing.idempotency import REPLAYED, Key, clear_old_answers, key_of
from config.writing.orders import CHANGE, CREATE, DELETE, Operation, Order, Wrote, operations_of
from config.writing.permissions import check_allowed, check_known
from config.writing.saving import replace_parts, save_row
from config.writing.serializers import WriteSerializer, model_errors
from config.writing.transaction import write

Row = TypeVar("Row", bound=Model)
Result = TypeVar("Result")

RECORD = "default"  # the alias that reads and writes


class ReadViewSet(PublicViewSet[Row]):
    """List and detail: for the public what is published, for contributors and above what they may see besides.

    `queryset` fetches what a list shows, `detail_queryset` what a detail shows, if that is more; neither says
    `published()`: `visible` does.
    """

    parser_classes = [StrictJSONParser]
    detail_queryset: QuerySet[Any] | None = None
    detail_serializer_class: type[Any] | None = None

    @cached_property
    def access(self) -> Access:
        """Who asks, and what they may."""
        return access_of(self.request)

    @cached_property
    def model(self) -> type[Model]:
        """What there are rows of."""
        itself: Any = self  # a manager would be bound to a model where it stands
        model: type[Model] = itself.queryset.model
        return model

    @cached_property
    def sees_all(self) -> bool:  # type: ignore[override]  # asked once, when it is wanted
        """Whether they see what is not public."""
        return self.access.may(self.permission("view"))

    def permission(self, act: str) -> str:
        """Return the permission to view, add, change or delete rows."""
        return f"{self.model._meta.app_label}.{act}_{self.model._meta.model_name}"

    def visible(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return those of the rows that they may know of; for all others they are not there."""
        of_the_public: Any = rows
        return rows if self.sees_all else of_the_public.published()

    def get_queryset(self) -> QuerySet[Row]:
        """Return the rows that they see, as this address shows them."""
        if getattr(self, "swagger_fake_view", False):  # nobody asks while the OpenAPI document is made
            return super().get_queryset()
        return self._shown(in_detail=self.detail)

    def get_serializer_class(self) -> type[Any]:
        if self.detail and self.detail_serializer_class is not None:
            return self.detail_serializer_class
        return super().get_serializer_class()

    def get_serializer_context(self) -> dict[str, Any]:
        """Tell fields that are null for the public who asks (`sees_all`)."""
        fake = getattr(self, "swagger_fake_view", False)
        return {**super().get_serializer_context(), "sees_all": not fake and self.sees_all}

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """Answer one row, with its version in the ETag."""
        return self.answer_of(self.get_object())

    def answer_of(self, row: Any) -> Any:
        """Return the answer that shows a row; 304 where the one who asks has it already."""
        expanded = expanded_rows(self, [row], self.expandable)
        rows = [row, *(one for found in expanded.values() for one in found)]
        tag = etag(row.version, digest_of(rows, sees_all=self.sees_all))
        if is_matched(self.request.META.get("HTTP_IF_NONE_MATCH"), tag):
            return not_modified(tag)
        document = {**self.shaped(self.get_serializer(row)).data, **self.expansions(expanded)}
        return Response(document, headers={"ETag": tag})

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Let no cache keep what somebody with a token was shown."""
        if "HTTP_AUTHORIZATION" in request.META:
            response.headers.setdefault("Cache-Control", PRIVATE)
        return super().finalize_response(request, response, *args, **kwargs)

    @property
    def alias(self) -> str:
        """The connection to read by: one that is cut off after a while, for the public."""
        return RECORD if self.sees_all else PUBLIC

    def _shown(self, *, in_detail: bool) -> QuerySet[Any]:
        itself: Any = self
        in_detail_too = in_detail and self.detail_queryset is not None
        rows: QuerySet[Any] = (itself.detail_queryset if in_detail_too else itself.queryset).all()
        return self.visible(self.fetched(rows, in_detail=in_detail)).using(self.alias)

    def fetched(self, rows: QuerySet[Any], *, in_detail: bool) -> QuerySet[Any]:
        """Return the rows with what is shown of them, where that depends on who asks (`sees_all`)."""
        return rows


class RecordViewSet(ReadViewSet[Row]):
    """A resource that is written too: create, change, delete, its own operations, and batches of these.

    Each write runs in one transaction in the name of who asks (`transaction.write`), so the methods to override may
    raise ProblemError at any place and nothing is kept.
    """

    http_method_names = ["get", "post", "patch", "delete", "head", "options"]
    write_serializer_class: type[WriteSerializer]
    #: member of the body -> fields by which a part that was there is known again
    parts: ClassVar[Mapping[str, Sequence[str]]] = {}
    #: exceptions of services -> the problem that each is, its message being the detail; the first that fits
    refusals: ClassVar[Mapping[type[Exception], problems.Problem]] = {}

    # what a subclass may do differently

    def create_row(self, values: dict[str, Any]) -> Wrote:
        """Store a new row with its parts; return its id, and 200 as status where it was there already."""
        row = self.model()
        self._save(row, values)
        return Wrote(row.pk, 201)

    def change_row(self, row: Any, values: dict[str, Any]) -> None:
        """Store new values of a row, which is locked; of its parts, those given are replaced as a whole."""
        self._save(row, values)

    def delete_row(self, row: Any) -> None:
        """Delete a row, which is locked, with its parts."""
        row.delete()

    def check_may(self, permission: str, row: Any) -> None:
        """Raise ProblemError (403) unless they may do this to this row, which they see."""
        check_allowed(self.access, permission)

    def body_of(self, name: str) -> type[WriteSerializer]:
        """Return the serializer of the body of create or change."""
        return self.write_serializer_class

    def lock(self, row: Any, version: int) -> None:
        """Lock a row until the transaction ends; raise ProblemError (412) where it has another version by now."""
        now: Any = self.model._default_manager.using(RECORD).order_by().select_for_update(of=("self",), no_key=True)
        check_version(now.values_list("version", flat=True).get(pk=row.pk), frozenset({version}))

    def _save(self, row: Any, values: dict[str, Any]) -> None:
        own = {name: value for name, value in values.items() if name not in self.parts}
        save_row(row, own)
        for name, known_by in self.parts.items():
            if name in values:
                replace_parts(row, name, values[name], known_by=known_by)

    # the addresses

    def create(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer 201 with the new row, its address and ETag."""
        self._begin()
        check_allowed(self.access, self.permission("add"))
        return self._post(Order(CREATE, data=self._body))

    def partial_update(self, request: Request, pk: str, **kwargs: Any) -> HttpResponse:
        """Answer 200 with the row as it is now."""
        self._begin()
        return self._once(Order(CHANGE, UUID(pk), self._condition, self._body)).as_answer.response()

    def destroy(self, request: Request, pk: str, **kwargs: Any) -> HttpResponse:
        """Answer 204."""
        self._begin()
        return self._once(Order(DELETE, UUID(pk), self._condition)).as_answer.response()

    def operate(self, request: Request, pk: str, name: str) -> HttpResponse:
        """Answer what an operation did to one row."""
        self._begin()
        return self._post(Order(name, UUID(pk), self._condition, self._body))

    @action(detail=False, methods=["post"], url_path="batch", url_name="batch")
    def batch(self, request: Request) -> HttpResponse:
        """Answer 200 with a result for each operation."""
        self._begin()
        is_atomic, orders = batches.read(self._body, [CREATE, CHANGE, DELETE, *self.operations])
        key = key_of(request, self.access)
        return self._all_or_none(orders, key) if is_atomic else self._each(orders, key)

    # how an order is carried out

    @cached_property
    def operations(self) -> dict[str, Operation]:
        """The operations by name."""
        return operations_of(type(self))

    def carry_out(self, order: Order) -> Done:
        """Do what is asked for, in a transaction that is there already, and return how it looks then."""
        if order.name == CREATE:
            check_allowed(self.access, self.permission("add"))
            return self._done(self.create_row(self._validated(self.body_of(CREATE), order.data)))
        if order.name in self.operations:
            return self._operated(self.operations[order.name], order)
        row = self._found(order.id, is_locked=True)
        self.check_may(self.permission(order.name), row)
        check_version(row.version, expected_versions(order.condition))
        if order.name == DELETE:
            self.delete_row(row)
            return Done(204, str(order.id))
        self.change_row(row, self._validated(self.body_of(CHANGE), order.data, is_change=True))
        return self._done(Wrote(row.pk))

    def _operated(self, named: Operation, order: Order) -> Done:
        row = self._found(order.id, is_locked=False)
        self.check_may(named.permission, row)
        check_version(row.version, expected_versions(order.condition))
        return self._done(named.run(self, row, self._validated(named.body, order.data), row.version))

    def _found(self, key: UUID | None, *, is_locked: bool) -> Any:
        """The row, if they see it; locked so that it has this version until all is done."""
        rows = self.visible(self.model._default_manager.order_by()).using(RECORD).filter(pk=key)
        row = (rows.select_for_update(of=("self",), no_key=True) if is_locked else rows).first()
        if row is None:
            raise Http404
        return row

    def _validated(self, body: type[WriteSerializer], data: Any, *, is_change: bool = False) -> dict[str, Any]:
        return body.validated(data, is_change=is_change, context=self.get_serializer_context())

    def _done(self, wrote: Wrote) -> Done:
        row: Any = self._shown(in_detail=True).using(RECORD).get(pk=wrote.id)
        shown = (self.detail_serializer_class or self.serializer_class)(row, context=self.get_serializer_context())  # type: ignore[misc]  # each view has one of them
        return Done(
            wrote.status, str(wrote.id), etag(row.version), {**shown.data, **wrote.also}, self._location_of(wrote)
        )

    def _location_of(self, wrote: Wrote) -> str | None:
        """The address of what is shown, where that is not the one that was written to."""
        if wrote.status != 201 and str(wrote.id) == str(self.kwargs.get("pk", wrote.id)):
            return None
        return reverse(f"{self.basename}-detail", args=[wrote.id], request=self.request)

    def _begin(self) -> None:
        """Refuse who is not known, before anything is read; no write takes query parameters."""
        check_known(self.access)
        check_parameters(self.request, known=())

    @property
    def _body(self) -> dict[str, Any]:
        body: Any = self.request.data
        return dict(body)

    @property
    def _condition(self) -> str | None:
        return self.request.headers.get("If-Match")

    def _post(self, order: Order) -> HttpResponse:
        return self._kept(key_of(self.request, self.access), lambda: self.carry_out(order).as_answer, order.id)

    def _kept(self, key: Key | None, act: Callable[[], Answer], row: UUID | None = None) -> HttpResponse:
        """Do it in one transaction, once for its key."""
        if key is None:
            return self._write(act, row).response()
        answer, is_replayed = self._write(lambda: key.once(act), row)
        clear_old_answers()
        return answer.response(**({REPLAYED: "true"} if is_replayed else {}))

    def _once(self, order: Order) -> Done:
        """Carry out an order in a transaction, or in a part of the one there is."""
        return self._write(lambda: self.carry_out(order), order.id)

    def _write(self, perform: Callable[[], Result], row: UUID | None = None) -> Result:
        """Run it as a write, and say in problems what services refuse."""
        try:
            return write(perform, access=self.access, model=self.model)
        except ValidationError as error:
            raise problems.invalid_body(model_errors(error)) from error
        except tuple(self.refusals) as error:
            raise self._refused(error, row) from error

    def _refused(self, error: Exception, row: UUID | None) -> problems.ProblemError:
        problem = next(one for kind, one in self.refusals.items() if isinstance(error, kind))
        if problem is problems.PRECONDITION_FAILED:
            return stale(self._found(row, is_locked=False).version)
        return problems.ProblemError(problem, str(error))

    def _all_or_none(self, orders: Sequence[Order], key: Key | None) -> HttpResponse:
        def act() -> Answer:
            return _results(batches.together(orders, self._once))

        try:
            return self._kept(key, act)
        except batches.RefusedError as refused:
            batches.refuse(refused, len(orders))

    def _each(self, orders: Sequence[Order], key: Key | None) -> HttpResponse:
        """Carry out each in a transaction of its own; with a key, each once, and the whole answer kept behind them."""
        if key is None:
            return _results(batches.each(orders, lambda _number, order: self._once(order).as_result)).response()
        if answer := key.stored():
            return answer.response(**{REPLAYED: "true"})

        def once(number: int, order: Order) -> Any:
            part = key.part(number)
            answer, _ = self._write(lambda: part.once(lambda: _stored(self.carry_out(order).as_result)), order.id)
            return json.loads(answer.content)

        results = batches.each(orders, once)
        if batches.is_unfinished(results):
            # sent again, it goes on where it stopped: what was done is kept under keys of its own
            return _results(results).response()
        return self._kept(key, lambda: _results(results))


def _stored(result: dict[str, Any]) -> Answer:
    return Answer(200, rendered(result))


def _results(results: list[dict[str, Any]]) -> Answer:
    return Answer(200, rendered({"results": results}))
