"""`python -m tests.bench.dataset 50000 > file.ndjson`: a dataset of so many statements (and a seed, if given).

With `--realistic` before the number, one that is like a real record (`realistic.py`), and with `--short` one of short
statements; else one with everything odd in it (`generated.py`).
"""

import os
import sys
from collections.abc import Iterator

import django

REALISTIC, SHORT = "--realistic", "--short"


def main() -> None:
    """Write the dataset to standard output."""
    numbers = [int(one) for one in sys.argv[1:] if one not in (REALISTIC, SHORT)]
    seed = numbers[1] if len(numbers) > 1 else 1
    for line in _realistic(numbers[0], seed, SHORT in sys.argv) if REALISTIC in sys.argv else _odd(numbers[0], seed):
        sys.stdout.buffer.write(line.encode("utf-8") + b"\n")


def _realistic(statements: int, seed: int, is_short: bool) -> Iterator[str]:
    from tests.bench.realistic import Realistic

    return Realistic(statements, seed=seed, is_short=is_short).lines()


def _odd(statements: int, seed: int) -> Iterator[str]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from tests.bench.generated import lines  # the models that describe lines need settings first

    return lines(statements, seed=seed)


if __name__ == "__main__":
    main()
