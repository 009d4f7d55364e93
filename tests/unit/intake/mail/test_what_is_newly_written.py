"""Quotations and signatures of many mail programs, in the languages of the customers."""

import time

import pytest

from services.intake.mail.quotes import newly_written
from tests.unit.intake.mail.mails import PROGRAMS

QUOTED = "\n\n> old\n> older\n"


@pytest.mark.parametrize("lead", PROGRAMS["leads"])
def test_a_quotation_goes_with_the_line_that_leads_it_in(lead):
    assert newly_written(f"Mine.\n\n{lead}{QUOTED}") == "Mine."
    assert newly_written(f"Mine.\n\n{lead}\n\nnot marked as quoted") == "Mine."


def test_lines_between_quotations_stay():
    text = "Hello\n\nOn 1 Nov 2026, X <x@y.example> wrote:\n> one?\nYes.\n> two?\nNo."
    assert newly_written(text) == "Hello\n\nYes.\nNo."


@pytest.mark.parametrize(
    "labels",
    [
        ("From", "Sent", "To", "Subject"),
        ("*From*", "*Sent*", "*To*", "*Subject*"),
        ("发件人", "发送时间", "收件人", "主题"),
        ("差出人", "送信日時", "宛先", "件名"),
        ("보낸 사람", "보낸 날짜", "받는 사람", "제목"),
        ("От", "Отправлено", "Кому", "Тема"),
        ("De", "Enviado el", "Para", "Asunto"),
        ("De", "Envoyé", "À", "Objet"),
        ("Từ", "Đã gửi", "Đến", "Chủ đề"),
    ],
)
@pytest.mark.parametrize("before", ["", "________________________________\n"])
def test_the_rest_is_older_behind_a_block_of_headers(labels, before):
    block = "".join(f"{label}: x\n" for label in labels)
    assert newly_written(f"Mine.\n\n{before}{block}\nold") == "Mine."


@pytest.mark.parametrize(
    "mark",
    [
        "-----Original Message-----",
        "------------------ 原始邮件 ------------------",
        "-----元のメッセージ-----",
        "-----원본 메시지-----",
        "-------- Исходное сообщение --------",
        "----- Mensaje original -----",
        "-----Message d'origine-----",
        "----- Thư gốc -----",
    ],
)
def test_the_rest_is_older_behind_a_mark(mark):
    assert newly_written(f"Mine.\n\n{mark}\nold") == "Mine."


def test_what_was_forwarded_without_a_word_is_what_the_writer_has_to_say():
    text = "---------- Forwarded message ---------\nFrom: E <e@x>\nDate: x\nTo: me\n\nSend coins!"
    assert newly_written(text) == "Send coins!"
    assert newly_written(f"A fraud?\n\n{text}") == "A fraud?"


@pytest.mark.parametrize("signature", PROGRAMS["signatures"])
def test_a_signature_goes(signature):
    assert newly_written(f"Mine.\n\n{signature}\n") == "Mine."


@pytest.mark.parametrize(
    "text",
    [
        "Lost:\n- one\n- two",
        "Thanks, but the coins are gone.\nPlease look again.",
        "Your agent wrote: no.",
        "From: my wallet\nI sent 0.5 BTC.",
        "First\n--\n" + "\n".join(f"point {n}" for n in range(20)),
        "I wrote on 12.11.2026 at 10:00\nand on 13.11.2026 at 11:00:\nno answer",
        "Regards the deposit: it is gone.",
    ],
)
def test_what_only_looks_like_one_stays(text):
    assert newly_written(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Mine.\n"
        + "\n".join(">" * (1 + n % 60) + f" line {n} of a quotation" for n in range(4000)),
        "On 1 Nov 2026 12:00\n" * 8000,
        "a: " * 50_000,
        "-" * 150_000,
        "\n" * 150_000,
        "De: x\n" * 25_000,
    ],
)
def test_150_kilobytes_take_well_under_a_second(text):
    started = time.perf_counter()
    newly_written(text)

    assert len(text) >= 149_000
    assert time.perf_counter() - started < 1
