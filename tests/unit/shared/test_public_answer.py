"""What is said in public and at a chat's beginning, in eight languages."""

import pytest

from shared.rules.public_answer import answer

LANGUAGES = ("zh", "en", "ko", "ja", "ru", "es", "fr", "vi")
LINK = "https://redress.example/complain"


@pytest.mark.parametrize("kind", ["public", "greeting"])
def test_each_language_has_words_of_its_own_that_show_the_way(kind):
    words = {answer(kind, language, LINK) for language in LANGUAGES}

    assert len(words) == len(LANGUAGES)
    assert all(LINK in text and "{" not in text and "\n" not in text for text in words)


@pytest.mark.parametrize(
    ("wish", "spoken"), [("es-MX", "es"), ("zh_Hant", "zh"), ("de", "en"), (None, "en"), ("", "en")]
)
def test_another_language_falls_back(wish, spoken):
    assert answer("public", wish, LINK) == answer("public", spoken, LINK)


def test_it_fits_into_a_short_post():
    assert max(len(answer("public", language, LINK)) for language in LANGUAGES) <= 500
