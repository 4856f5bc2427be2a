"""What nobody may see or set who must not: real servers asked for everything there is.

`LEAKS_LONG=1 pytest tests/leaks` asks for every row, with every pair of filters; the short form for some of each.
The routes come from the URLconf and the OpenAPI document: one that nobody knows how to ask fails the tests.
"""
