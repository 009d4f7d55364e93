"""Where a mail ends in a conversation, however its bytes arrive."""

import asyncio

import pytest

from services.intake.mail.smtp import content_from


@pytest.mark.parametrize("step", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize(
    ("sent", "mail", "rest"),
    [
        (b".\r\n", b"", b""),
        (b"a\r\n.\r\nQUIT\r\n", b"a\r\n", b"QUIT\r\n"),
        (b"..a\r\n..\r\n...\r\n.\r\n", b".a\r\n.\r\n..\r\n", b""),
        (b"a\n.\r\nb\r\n.\nc\r\n.\r\n", b"a\n.\r\nb\r\n\nc\r\n", b""),
        (b"\r\n\r\n.\r\n.\r\n", b"\r\n\r\n", b".\r\n"),
    ],
)
async def test_the_lone_dot_ends_it_and_what_was_sent_ahead_stays(sent, mail, rest, step):
    reader = asyncio.StreamReader()

    async def feed():
        for at in range(0, len(sent), step):
            reader.feed_data(sent[at : at + step])
            await asyncio.sleep(0)
        reader.feed_eof()

    found, _ = await asyncio.gather(content_from(reader), feed())

    assert found == mail
    assert await reader.read() == rest


async def test_a_broken_connection_is_no_mail():
    reader = asyncio.StreamReader()
    reader.feed_data(b"half a mail\r\n")
    reader.feed_eof()

    with pytest.raises(ConnectionResetError):
        await content_from(reader)
