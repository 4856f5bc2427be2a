"""A Python client made by openapi-python-client: it compiles, and reads every answer without loss."""

import compileall
import importlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest

from tests.clients.reading import Answer, answers, operations, snake_case

PACKAGE = "attribution_record_client"
CONFIG = {"post_hooks": [], "content_type_overrides": {"application/x-ndjson": "text/plain"}}
INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(?:Z|\+00:00)")


@pytest.fixture(scope="module")
def client(schema: Path) -> Iterator[ModuleType]:
    """The client that is made of the document, as a package."""
    config, made = schema.with_name("config.json"), schema.with_name(PACKAGE)
    config.write_text(json.dumps(CONFIG), "utf-8")
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning", "--meta", "none"]
    options = ["--path", str(schema), "--output-path", str(made), "--config", str(config)]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert compileall.compile_dir(made, quiet=2)
    sys.path.insert(0, str(schema.parent))
    importlib.import_module(f"{PACKAGE}.models")
    yield importlib.import_module(PACKAGE)
    sys.path.remove(str(schema.parent))
    for name in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
        del sys.modules[name]


def module_of(client: ModuleType, operation: str) -> ModuleType:
    """Return the module of an operation; the client keeps them by tag."""
    (file,) = Path(str(client.__file__)).parent.glob(f"api/*/{snake_case(operation)}.py")
    return importlib.import_module(f"{PACKAGE}.api.{file.parent.name}.{file.stem}")


def model_of(client: ModuleType, operation: str) -> Any:
    """Return the class that an operation's 200 is read into."""
    source = Path(str(module_of(client, operation).__file__)).read_text("utf-8")
    (name,) = re.findall(r"response_200 = (\w+)\.from_dict", source)
    return getattr(client.models, name)


def asked(client: ModuleType, url: str, token: str, answer: Answer) -> Any:
    """Return what the client makes of an answer when it asks by itself."""
    who = client.AuthenticatedClient(base_url=url, token=token, raise_on_unexpected_status=True)
    row = {"id": UUID(answer.id)} if answer.id else {}
    operation = module_of(client, answer.operation.name)
    query = {name: terms(client, operation, name, value) for name, value in answer.query.items()}
    return operation.sync_detailed(client=who, **row, **query).parsed


def terms(client: ModuleType, operation: ModuleType, name: str, value: Any) -> Any:
    """Return terms of a closed vocabulary as the client takes them; any other value as it is."""
    source = Path(str(operation.__file__)).read_text("utf-8")
    found = re.findall(rf"^    {name}: list\[(\w+)\]", source, re.MULTILINE)
    if not found:
        return value
    return [getattr(client.models, found[0])(one) for one in (value if isinstance(value, list) else [value])]


def plain(value: Any) -> Any:
    """Return JSON with moments written in one way."""
    told = INSTANT.sub(lambda found: f"{found[1]}.{(found[2] or '0').ljust(6, '0')}Z", json.dumps(value))
    return json.loads(told)


def amiss(model: Any) -> Iterator[str]:
    """Yield the members that a model did not know or could not read, at any depth.

    What may be one of several types, or null, is left as it came where it is none of them.
    """
    if isinstance(model, list | tuple):
        for one in model:
            yield from amiss(one)
    elif fields := [one for one in getattr(model, "__attrs_attrs__", ()) if one.name != "additional_properties"]:
        yield from (f"{type(model).__name__}.{name}" for name in getattr(model, "additional_properties", {}))
        for field in fields:
            value = getattr(model, field.name)
            is_plain = type(value) in {str, int, dict}
            if is_plain and not {type(value).__name__, "Any"} & set(re.findall(r"\w+", str(field.type))):
                yield f"{type(model).__name__}.{field.name}: {value!r}"
            yield from amiss(value)


@pytest.mark.django_db(transaction=True, databases=["default", "public"])
def test_it_reads_every_answer_without_loss(
    live_server: object, token: str, document: dict[str, Any], client: ModuleType
) -> None:
    met: set[str] = set()
    for answer in answers(str(live_server), token, document):
        name = answer.operation.name
        model = model_of(client, name).from_dict(answer.body)
        assert list(amiss(model)) == [], name
        assert plain(model.to_dict()) == plain(answer.body), name
        if name not in met:
            assert plain(asked(client, str(live_server), token, answer).to_dict()) == plain(answer.body), name
            met.add(name)
    assert met == {one.name for one in operations(document)}
    assert len(met) > 20


def test_what_is_no_answer_is_not_read(document: dict[str, Any], client: ModuleType) -> None:
    shown = document["paths"]["/api/v1/statements/{id}/"]["get"]["responses"]["200"]["content"]["application/json"]
    body = shown["examples"]["Statement"]["value"]
    read = client.models.Statement.from_dict
    assert read(body).act.value == body["act"]
    for wrong in ({"act": "shout"}, {"id": "x"}, {"version": None, "speakers": None}):
        with pytest.raises((TypeError, ValueError)):
            read({**body, **wrong})
    with pytest.raises(KeyError):
        read({name: value for name, value in body.items() if name != "speakers"})
    assert list(amiss(read({**body, "verdict": "true"}))) == ["Statement.verdict"]
    assert list(amiss(read({**body, "published_at": "one day"}))) == ["Statement.published_at: 'one day'"]
