"""The pages of the admin on which rows are merged, as tests ask for them."""

from typing import Any

from django.db.models import Model
from django.test import Client


def address(row: Model, page: str = "change") -> str:
    """Return the address of a page of a row."""
    return f"/admin/claims/{row._meta.model_name}/{row.pk}/{page}/"


def read(client: Client, url: str, **query: Any) -> str:
    """Return a page that there is."""
    answer = client.get(url, query)
    assert answer.status_code == 200
    return answer.content.decode()
