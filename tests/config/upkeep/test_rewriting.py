"""The SQL of a dump is made to fit the server, and rows are not touched."""

import pytest

from config.upkeep.rewriting import rewritten


def lines(text: str) -> list[bytes]:
    return text.encode().splitlines(keepends=True)


def rewritten_text(text: str) -> str:
    return b"".join(rewritten(lines(text), {"statement_timeout"}, "und-x-icu")).decode()


def test_settings_that_the_server_does_not_know_are_left_out() -> None:
    assert (
        rewritten_text("SET statement_timeout = 0;\nSET transaction_timeout = 0;\n") == "SET statement_timeout = 0;\n"
    )


def test_what_looks_like_a_setting_elsewhere_stays() -> None:
    text = (
        "CREATE FUNCTION public.f() RETURNS void\n    AS $$\nUPDATE t\nSET is_public = true;\n$$;\n"
        "COPY public.t (text) FROM stdin;\nSET transaction_timeout = 0;\n\\.\n"
    )
    assert rewritten_text(text) == text


@pytest.mark.parametrize("name", ["plain_text", "lower_case"])
def test_case_is_folded_by_the_collation_of_the_server(name: str) -> None:
    function = (
        f"CREATE FUNCTION public.{name}(value text) RETURNS text\n    LANGUAGE sql\n"
        "    RETURN translate(lower((NORMALIZE(value, NFC) COLLATE {})), 'a'::text);\n"
    )
    for written in ("pg_unicode_fast", 'pg_catalog."C.utf8"', '"en_US.utf8"'):
        assert rewritten_text(function.format(written)) == function.format('pg_catalog."und-x-icu"')


def test_rows_that_look_like_sql_are_not_touched() -> None:
    text = (
        "CREATE TABLE public.t (text text);\nCOPY public.t (text) FROM stdin;\n"
        "CREATE FUNCTION public.plain_text( COLLATE pg_unicode_fast;\nx COLLATE y;\n\\.\nSELECT 1;\n"
    )
    assert rewritten_text(text) == text
