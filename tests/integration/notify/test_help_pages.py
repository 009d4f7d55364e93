"""The help pages over real HTTP and a real MongoDB."""

import pytest

from tests.sites import bearer, site


@pytest.fixture
async def pages(addresses):
    async with site(addresses.mongo) as found:
        yield found


async def test_every_article_is_reached_from_the_first_help_page(pages):
    first = (await pages.http.get("/help?lang=zh")).text

    assert '<html lang="zh">' in first
    for name in ("deposit-not-arrived", "appeal", "api-errors"):
        assert f'href="/help/{name}?lang=zh"' in first


async def test_a_search_lists_what_answers_it_before_all_else(pages):
    found = (await pages.http.get("/help", params={"q": "account hacked"})).text

    assert found.index("/help/account-stolen?lang=en") < found.index("shelves")


async def test_what_was_searched_for_is_shown_as_text_only(pages):
    found = await pages.http.get("/help", params={"q": '"><script>alert(1)</script>'})

    assert "<script>alert" not in found.text
    assert "script-src 'self'" in found.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("fr-CH, fr;q=0.9, en;q=0.8", "fr"),
        ("de, ko;q=0.5", "ko"),
        ("de", "en"),
        ("vi;q=0, es", "es"),
        ("zh-Hant-TW", "zh"),
    ],
)
async def test_a_page_speaks_the_browsers_language(pages, header, language):
    page = await pages.http.get("/help", headers={"Accept-Language": header})

    assert f'<html lang="{language}">' in page.text


async def test_an_article_is_shown_in_the_language_asked_for(pages):
    page = await pages.http.get("/help/api-errors?lang=ko")

    assert page.status_code == 200
    assert '<article class="panel article" lang="ko">' in page.text
    assert (await pages.http.get("/help/no-such-article")).status_code == 404


async def test_yes_and_no_are_counted_for_staff_with_nothing_about_who_answered(pages):
    for said in ("yes", "yes", "no"):
        answer = await pages.http.post("/help/appeal?lang=zh", data={"helpful": said})
        assert answer.headers["location"] == "/help/appeal?lang=zh&thanked=true"

    assert (await pages.http.get("/v1/articles/helpful")).status_code == 401
    counts = (await pages.http.get("/v1/articles/helpful", headers=bearer("agent"))).json()
    assert counts == {"appeal.zh": {"yes": 2, "no": 1}}
    assert await pages.wiring.database["notify_helpful"].find().to_list(None) == [
        {"_id": "appeal.zh", "yes": 2, "no": 1}
    ]


@pytest.mark.parametrize(
    ("path", "said", "headers", "status"),
    [
        ("/help/appeal", "maybe", {}, 422),
        ("/help/nothing", "yes", {}, 404),
        ("/help/appeal", "yes", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("/help/appeal", "yes", {"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
async def test_an_answer_that_fits_nothing_is_not_counted(pages, path, said, headers, status):
    answer = await pages.http.post(path, data={"helpful": said}, headers=headers)

    assert answer.status_code == status
    assert await pages.wiring.database["notify_helpful"].find().to_list(None) == []


async def test_a_text_under_way_is_answered_with_a_list_and_kept_nowhere(pages):
    text = {"description": "我的充值没有到账", "category": "deposit_withdrawal"}
    answer = await pages.http.post("/help/suggest?lang=zh", data=text)

    assert "/help/deposit-not-arrived?lang=zh" in answer.text
    assert "<html" not in answer.text
    assert await pages.wiring.database.list_collection_names() == []
