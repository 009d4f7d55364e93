"""Bad inputs over HTTP, by the number of the row in the list of reliability.md 7."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.unit.intake.desk import COMPLAINT, Desk, key

RAW = '{"subject": "Deposit", "description": "x", %s}'


async def raw(content, media="application/json", **headers):
    return await Desk().ask(
        "POST", "/v1/complaints", content=content, headers={"Content-Type": media, **headers}
    )


def fields_at_fault(answer):
    assert answer.status_code == 422, answer.text
    return [error["field"] for error in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("row", "content", "status"),
    [
        (1, b"", 400),
        (2, b"not json", 400),
        (3, b"[1, 2]", 422),
        (3, b'"text"', 422),
        (7, b'{"subject": "' + b" " * (1 << 20), 413),
        (11, b'{"subject": ' + b"[" * 10_000, 400),
        (12, RAW.replace("%s", '"amount": ' + "9" * 5000), 422),
        (13, RAW % '"amount": NaN', 422),
        (13, RAW % '"amount": 1e999', 422),
        (14, RAW % '"amount": 9223372036854775808', 422),
        (15, RAW % '"subject": "again"', 400),
        (16, "\ufeff{}".encode(), 400),
        (17, b'{"subject": "\xff"}', 400),
        (17, RAW.encode("utf-16"), 400),
        (18, RAW % r'"user_id": "\ud800"', 400),
        (19, RAW % r'"user_id": "a\u0000b"', 422),
        (20, RAW % r'"a\u0000b": "x"', 422),
        (20, RAW % '"$where": "x"', 422),
    ],
)
async def test_a_bad_body_is_refused(row, content, status):
    answer = await raw(content)
    assert answer.status_code == status, row
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "media", ["text/plain", "application/json; charset=utf-7", "multipart/mixed; boundary=b"]
)
async def test_row_29_another_media_type_is_refused(media):
    assert (await raw(b"{}", media)).status_code == 415


async def test_row_30_a_compressed_body_is_refused():
    assert (await raw(b"{}", **{"Content-Encoding": "gzip"})).status_code == 415


async def test_row_4_an_unknown_field_is_named():
    assert fields_at_fault(await Desk().submit(colour="red")) == ["colour"]


async def test_row_4_a_field_name_that_is_not_plain_is_not_repeated():
    answer = await Desk().submit(**{"<script>": "x"})
    assert fields_at_fault(answer) == ["(unprintable)"]


async def test_row_5_a_missing_field_is_named():
    assert fields_at_fault(await Desk().submit(subject=None)) == ["subject"]


@pytest.mark.parametrize(
    ("row", "field", "value"),
    [
        (6, "amount", 1),
        (6, "subject", 7),
        (6, "user_id", ["u1"]),
        (22, "subject", "x" * 1001),
        (23, "description", " \n\t "),
        (23, "subject", "\u200b"),
        (23, "user_id", "  "),
        (24, "subject", "a" + "\u0301" * 900),
        (24, "description", "a" + "\u0301" * 10_000),
        (25, "contact_email", {"ne": None}),
        (26, "contact_email", "a@example.com\r\nBcc: b@example.com"),
        (27, "contact_email", "a" * 64 + "@" + "b" * 63 + ".example.com" * 20),
        (27, "contact_email", '"quoted local"@example.com'),
        (27, "contact_email", "no-at-sign"),
        (44, "occurred_at", "0000-00-00"),
        (44, "occurred_at", "0000-00-00T00:00:00Z"),
        (44, "occurred_at", "9999-12-31T23:59:59Z"),
        (44, "occurred_at", "2026-01-01T00:00:00+99:99"),
        (44, "occurred_at", "0001-01-01T00:00:00+23:59"),
        (44, "occurred_at", "2026-01-01T00:00:00"),
        (44, "occurred_at", "2026-02-30T00:00:00Z"),
        (44, "occurred_at", 1_700_000_000),
        (45, "amount", "1,00"),
        (45, "amount", "-0"),
        (45, "amount", "1e400"),
        (45, "amount", "NaN"),
        (45, "amount", "0." + "1" * 30),
        (45, "amount", "\u0661"),
        (45, "amount", "1\n"),
        (45, "asset", "no such coin"),
        (45, "asset", "\u20bf"),
        (0, "category", "money"),
        (0, "language", "english!"),
        (0, "channel", "Carrier Pigeon"),
        (0, "txid", "a\u202eb"),
        (0, "address", "a\nb"),
        (0, "memo", "x" * 201),
    ],
)
async def test_a_bad_value_is_refused_and_never_repeated(row, field, value):
    answer = await Desk().submit(**{field: value})
    assert fields_at_fault(answer) == [field], row
    if isinstance(value, str) and value.strip() and value not in ("-0", "NaN"):
        assert value not in answer.text


async def test_row_22_a_text_beyond_the_longest_is_refused():
    assert (await Desk().submit(subject="x" * 100_000)).status_code == 422


async def test_row_44_a_clock_may_differ_by_minutes_but_not_by_more():
    def soon(minutes):
        return (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()

    assert (await Desk().submit(occurred_at=soon(4))).status_code == 202
    assert fields_at_fault(await Desk().submit(occurred_at=soon(6))) == ["occurred_at"]


@pytest.mark.parametrize("value", ["", "x" * 300, "tab\there", "\x7f"])
async def test_row_32_an_odd_idempotency_key_is_refused(value):
    answer = await Desk().submit(key(value) if value else {"Idempotency-Key": ""})
    assert (answer.status_code, answer.json()["slug"]) == (400, "bad_idempotency_key")


@pytest.mark.parametrize("case", ["..%2Fx", "x" * 10_000, "1", "RD-0000-0000-0000-1", "%00"])
async def test_row_42_an_id_that_is_none_is_not_found(case):
    desk = Desk()
    assert (await desk.ask("GET", f"/v1/complaints/{case}")).status_code == 404
    answer = await desk.ask("POST", f"/v1/complaints/{case}/messages", json={"text": "x"})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("DELETE", "/v1/complaints", 405),
        ("GET", "/v1/complaints", 405),
        ("POST", "//v1/complaints", 404),
        ("POST", "/v1/%2e%2e/v1/complaints", 404),
        ("POST", "/v1/complaints%2fx/messages", 404),
        ("POST", "/v1/nothing", 404),
    ],
)
async def test_row_46_a_confusing_path_leads_nowhere(method, path, status):
    assert (await Desk().ask(method, path, json=COMPLAINT)).status_code == status
