"""A web page's markup, written anew so that no parser can read it in more than one way or for long.

What is written has no comment, style or program; each `<` in it begins a tag with quoted attributes, few enough for
parsers that compare each attribute of a tag with all before it. One pass, linear in the length of the page.
"""

import re
from collections.abc import Iterator

from sources.text.decoding import TextError
from sources.text.problems import Count, mark

# The parser compares attributes by pairs: 10,000 in one tag took it 3 s.
MAX_ATTRIBUTES_OF_TAG = 200
MAX_ATTRIBUTES = 100_000
# Their content is no markup (WHATWG HTML, "raw text" and "escapable raw text").
_RAW = frozenset({"script", "style", "title", "textarea", "iframe", "noembed", "noframes", "xmp"})
_RAW_END = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _RAW}
_START = re.compile(r"<([A-Za-z][^\s/><]{0,99}+)")
_END = re.compile(r"</([A-Za-z][^\s/><]{0,99}+)")
_COMMENT_END = re.compile(r"--!?>")
_ATTRIBUTE = re.compile(
    r"[\s/]*+(?P<name>[^\s/>][^\s/>=]*+)(?:\s*+=\s*+(?:\"(?P<double>[^\"]*+)\"?|'(?P<single>[^']*+)'?|(?P<bare>[^\s>]*+)))?+"
)
_TAG_END = re.compile(r"\s*+(/?+)[\s/]*+>?+")
_ATTRIBUTE_NAME = re.compile(r"[A-Za-z_:][A-Za-z0-9_:.-]{0,99}")
_ESCAPES = str.maketrans({"<": "&lt;", ">": "&gt;", '"': "&quot;"})


def rewritten(page: str) -> str:
    """Return the page with its markup in one plain form; raise TextError where there are too many attributes."""
    return "".join(_Writer(page).pieces())


class _Writer:
    def __init__(self, page: str) -> None:
        self.page = page
        self.attributes = 0

    def pieces(self) -> Iterator[str]:
        """Yield text and tags in turn."""
        place = 0
        while (start := self.page.find("<", place)) >= 0:
            yield self.page[place:start]
            piece, place = self._markup(start)
            yield piece
        yield self.page[place:]

    def _markup(self, start: int) -> tuple[str, int]:
        """What is written for the `<` that stands there, and where the page goes on."""
        if match := _START.match(self.page, start):
            return self._element(match[1].lower(), match.end())
        if match := _END.match(self.page, start):
            return f"</{match[1].lower()}>", self._after(">", match.end())
        if self.page.startswith("<!--", start):
            match = _COMMENT_END.search(self.page, start + 2)
            return "", match.end() if match else len(self.page)
        if self.page.startswith(("<!", "<?", "</"), start):
            return "", self._after(">", start)
        return "&lt;", start + 1

    def _after(self, end: str, place: int) -> int:
        found = self.page.find(end, place)
        return found + len(end) if found >= 0 else len(self.page)

    def _element(self, name: str, place: int) -> tuple[str, int]:
        """A tag; with what is in it where that is no markup."""
        attributes, place = self._attributes(place)
        match = _TAG_END.match(self.page, place)
        closing, place = (match[1], match.end()) if match else ("", place)
        tag = f"<{name}{''.join(attributes.values())}{closing}>"
        if closing or name not in _RAW:
            return tag, place
        end = _RAW_END[name].search(self.page, place)
        content = self.page[place : end.start() if end else len(self.page)]
        after = self._after(">", end.end()) if end else len(self.page)
        return _raw_element(name, tag, attributes.get("type", ""), content), after

    def _attributes(self, place: int) -> tuple[dict[str, str], int]:
        """The attributes as they are written, by name, and where they end."""
        found: dict[str, str] = {}
        count = 0
        while match := _ATTRIBUTE.match(self.page, place):
            place = match.end()
            count += 1
            self.attributes += 1
            if count > MAX_ATTRIBUTES_OF_TAG or self.attributes > MAX_ATTRIBUTES:
                raise _too_many()
            name = match["name"].lower()
            if _ATTRIBUTE_NAME.fullmatch(name) and name not in found:
                value = match["double"] or match["single"] or match["bare"] or ""
                found[name] = f' {name}="{value.translate(_ESCAPES)}"'
        return found, place


def _raw_element(name: str, tag: str, kind: str, content: str) -> str:
    """A title, or data about the page (JSON, in which `<` may be written otherwise); nothing for the rest."""
    if name == "title":
        return f"{tag}{content.translate(_ESCAPES)}</title>"
    if name == "script" and "json" in kind.lower():
        return tag + content.replace("<", r"\u003c") + "</script>"
    return ""


def _too_many() -> TextError:
    return TextError(
        mark(
            "The page has more than %(most)s attributes in one tag, or more than %(most_in_all)s in all. Paste its text"
            " instead."
        ),
        most=Count(MAX_ATTRIBUTES_OF_TAG),
        most_in_all=Count(MAX_ATTRIBUTES),
    )
