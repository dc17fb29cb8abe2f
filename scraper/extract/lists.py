"""Lists of words, written as a paragraph: one line holds ten, and a diff shows what was added."""


def words(paragraph: str) -> tuple[str, ...]:
    """The words of a paragraph, parted by white space."""
    return tuple(paragraph.split())
