"""`python -m tests.bench.dataset 50000 > file.ndjson`: a dataset of so many statements (and a seed, if given)."""

import os
import sys

import django


def main() -> None:
    """Write the dataset to standard output."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from tests.bench.generated import lines  # the models that describe lines need settings first

    for line in lines(int(sys.argv[1]), seed=int(sys.argv[2]) if len(sys.argv) > 2 else 1):
        sys.stdout.buffer.write(line.encode("utf-8") + b"\n")


if __name__ == "__main__":
    main()
