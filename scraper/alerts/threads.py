"""Remembers which message opened the thread of a story, so that further alerts answer it."""

from collections import OrderedDict

_MOST = 2000  # stories of one channel; the longest silent is forgotten first


class Threads:
    """The opening messages of one channel's stories, for as long as the daemon runs.

    It is a convenience: after a restart a story gets a new thread. What belongs to no one story
    (None) has none.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._opened: OrderedDict[int, str] = OrderedDict()

    def opening(self, story_id: int | None) -> str | None:
        """The message that opened the story's thread."""
        if story_id is None or story_id not in self._opened:
            return None
        self._opened.move_to_end(story_id)
        return self._opened[story_id]

    def opened(self, story_id: int | None, message: str) -> None:
        """Remember the message, unless the story has a thread."""
        if story_id is None:
            return
        self._opened.setdefault(story_id, message)
        if len(self._opened) > self._most:
            self._opened.popitem(last=False)

    def lost(self, story_id: int | None) -> None:
        """Forget the story's thread: its opening message is there no more."""
        if story_id is not None:
            self._opened.pop(story_id, None)
