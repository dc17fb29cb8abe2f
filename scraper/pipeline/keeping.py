"""Which pages are kept: those that the stored text of an article can be read from again."""

from scraper.pipeline.admit import Admission, Outcome
from scraper.pipeline.reading import Reading
from storage.database import UnitOfWork


def keep_page(unit: UnitOfWork, admission: Admission, reading: Reading, *, entry_id: int) -> None:
    """Keep the page that was just admitted, in the same transaction.

    A page that yields no text (a consent wall, say) does not take the place of the one that did.
    Where another text was admitted and its page is not kept, none is: read again, an earlier page
    would bring the earlier text back.
    """
    article = admission.article
    another_text = admission.outcome not in {Outcome.UNCHANGED, Outcome.REPAIRED}
    if reading.packed is None:
        if admission.outcome is Outcome.REVISION:
            unit.pages.forget(article.id)
    elif another_text or _has_text(reading) or not article.article.body.strip():
        unit.pages.keep(article.id, reading.packed, entry_id=entry_id, another_text=another_text)


def _has_text(reading: Reading) -> bool:
    return bool(reading.article.body.strip())
