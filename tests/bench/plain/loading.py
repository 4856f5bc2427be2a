"""`python -m tests.bench.plain.loading SECONDS < bodies`: save statements one by one with the plain serializer.

Each line of standard input is a body as the plain variant takes it. What is printed is JSON: rows, seconds, and the
processor time of this process; the server is not in it.
"""

import json
import os
import sys
import time

import django


def main() -> None:
    """Validate and save each body until the time is over."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.plain.settings"
    django.setup()
    from tests.bench.plain.serializers import NewStatement

    bodies = [json.loads(line) for line in sys.stdin]
    rows, started, before = 0, time.perf_counter(), time.process_time()
    for body in bodies:
        made = NewStatement(data=body)
        made.is_valid(raise_exception=True)
        made.save()
        rows += 1
        if time.perf_counter() - started > float(sys.argv[1]):
            break
    taken, cpu = time.perf_counter() - started, time.process_time() - before
    print(json.dumps({"rows": rows, "seconds": taken, "cpu": cpu}))


if __name__ == "__main__":
    main()
