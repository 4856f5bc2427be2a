"""What a quote check takes."""

from config.writing.serializers import Id, LanguageOrNull, Text, WriteSerializer

MOST_CHARACTERS = 2000


class QuoteBody(WriteSerializer):
    """A quote as somebody gives it."""

    words = Text(
        max_length=MOST_CHARACTERS,
        trim_whitespace=False,
        help_text="The words of the quote; … (or three points) where it leaves words out.",
    )
    speaker = Id(
        required=False,
        allow_null=True,
        default=None,
        help_text="Who is said to have said it: an id, found with "
        "`/api/v1/speakers/?name=`. What belongs to a state or body counts "
        "as it. One that was merged into another is followed.",
    )
    language = LanguageOrNull(help_text="Compare with words of this language alone (BCP 47; the region is ignored).")
