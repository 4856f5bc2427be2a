"""No regular expression of the engine takes long on a text that is made to make it so."""

import importlib
import pkgutil
import re

import pytest

from claims.proposals import text as package
from tests.growth import grows_evenly

MODULES = [importlib.import_module(f"{package.__name__}.{one.name}") for one in pkgutil.iter_modules(package.__path__)]
PATTERNS = {
    f"{module.__name__}.{name}": value
    for module in MODULES
    for name, value in vars(module).items()
    if isinstance(value, re.Pattern)
}


@pytest.mark.parametrize("unit", ["a", "a-", "-t-il", "\n \t", "\r\n", ".", ". »", ", ", "«", "\t", "1 janvier ", "A."])
def test_each_pattern_goes_through_100_kb_at_once(unit: str) -> None:
    text = (unit * 100_000)[:100_000]
    assert PATTERNS
    for name, pattern in PATTERNS.items():
        assert grows_evenly(pattern.findall, text), name
