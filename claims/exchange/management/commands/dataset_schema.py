"""`manage.py dataset_schema FILE`: the JSON Schema of the dataset format, made from its classes."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from claims.exchange.lines import json_schema


class Command(BaseCommand):
    help = "Write the JSON Schema of a dataset's lines to FILE (docs/dataset.schema.json is this)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        Path(options["file"]).write_text(json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n", "utf-8")
