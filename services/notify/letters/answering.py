"""Which help pages a letter names: those that may answer the complaint at once. Pure."""

from shared.events.base import ComplaintFacts
from shared.events.notify import HelpPage
from shared.knowledge import search


def help_pages(facts: ComplaintFacts, language: str) -> tuple[HelpPage, ...]:
    """The best pages for the complaint's words and category, in the letter's `language`."""
    words = f"{facts.subject.text}\n{facts.description.text}"
    found = [one.article for one in search(words, language, facts.category_hint)]
    return tuple(HelpPage(id=one.id, language=one.language, title=one.title) for one in found)
