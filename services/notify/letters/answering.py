"""Which help pages a letter names: those that may answer the complaint at once. Pure."""

from shared.events.base import ComplaintFacts
from shared.events.notify import HelpPage
from shared.knowledge import articles, search
from shared.pages.languages import primary_of


def help_pages(facts: ComplaintFacts, language: str) -> tuple[HelpPage, ...]:
    """The best pages for the complaint's words and category, by `shared.knowledge`.

    They are in the language that the customer named, where there are articles in it, since that
    may be one that letters are not written in; else in the letter's `language`.
    """
    named = primary_of(facts.language_hint or "")
    spoken = named if articles(named) else language
    words = f"{facts.subject.text}\n{facts.description.text}"
    found = [one.article for one in search(words, spoken, facts.category_hint)]
    return tuple(HelpPage(id=one.id, language=one.language, title=one.title) for one in found)
