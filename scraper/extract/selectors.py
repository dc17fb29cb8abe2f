"""CSS selectors as files of rules have them: whether Lexbor can read one, and for what."""

from selectolax.lexbor import LexborHTMLParser, SelectolaxError


def check_selector(selector: str) -> None:
    """ValueError for what is no CSS selector, or one that Lexbor does not know."""
    try:
        LexborHTMLParser("<p></p>").css(selector)
    except (SelectolaxError, ValueError):
        raise ValueError(
            f'"{selector}" is no CSS selector that can be read: write one such as "article h1", '
            'or "time[datetime]@datetime" for the value of an attribute'
        ) from None


def check_removal(selector: str) -> None:
    """ValueError as by `check_selector`, and for what would remove the whole of a page."""
    check_selector(selector)
    if LexborHTMLParser("").css_first(selector) is not None:
        raise ValueError(
            f'"{selector}" matches the page itself, of which nothing would be left: write what '
            'stands in it, such as ".newsletter"'
        )
