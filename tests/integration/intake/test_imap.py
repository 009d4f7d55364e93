"""Mail fetched from a real Dovecot: stored, then marked as seen, each once.

Needs root and Dovecot's programs: installed, or unpacked from Debian's packages dovecot-core
and dovecot-imapd into the folder that DOVECOT_ROOT names, which is laid over /usr for them alone.
"""

import asyncio
import contextlib
import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from pydantic import SecretStr

from services.intake.mail.arrivals import arrivals
from services.intake.mail.imap import Fetcher
from shared.errors import TransientError
from tests.integration.intake.mail_site import site
from tests.serving import free_port
from tests.unit.intake.mail.mails import mail

ROOT = os.environ.get("DOVECOT_ROOT", "")
THERE = Path(ROOT or "/", "usr/sbin/dovecot").exists() and os.geteuid() == 0
LAID_OVER = "mount -t overlay overlay -o lowerdir=$0/usr:/usr /usr && "
RUN = "exec /usr/sbin/dovecot -F -c $1"
pytestmark = [
    pytest.mark.imap,
    pytest.mark.timeout(180),
    pytest.mark.skipif(not THERE, reason="imap: needs root, and Dovecot or DOVECOT_ROOT"),
]
CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail
default_login_user = nobody
default_internal_user = root
default_internal_group = root
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail
}}
"""


@pytest.fixture
def server():
    """The address of a mailbox of its own."""
    nobody = pwd.getpwnam("nobody")
    folder = Path(tempfile.mkdtemp())  # pytest's own folders are closed to others
    folder.chmod(0o755)
    (folder / "mail").mkdir()
    os.chown(folder / "mail", nobody.pw_uid, nobody.pw_gid)
    port = free_port()
    told = {"folder": folder, "port": port, "uid": nobody.pw_uid, "gid": nobody.pw_gid}
    (folder / "dovecot.conf").write_text(CONFIGURATION.format(**told))
    command = ["unshare", "-m", "sh", "-c", LAID_OVER + RUN] if ROOT else ["sh", "-c", RUN]
    program = subprocess.Popen([*command, ROOT, folder / "dovecot.conf"])  # noqa: S603 - our own command
    try:
        _wait(port, folder / "log")
        yield f"imap://alice%40box:secret@127.0.0.1:{port}/INBOX"
    finally:
        program.send_signal(signal.SIGTERM)
        program.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(port, log):
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", port), 5) as plain,
        ):
            if plain.recv(100).startswith(b"* OK"):
                return
        time.sleep(0.2)
    pytest.fail(log.read_text() if log.exists() else "no log")


def put(url, *raws):
    with _box(url) as box:
        for raw in raws:
            box.append("INBOX", "", None, raw)


def unseen(url):
    with _box(url) as box:
        box.select("INBOX")
        return len(box.search(None, "UNSEEN")[1][0].split())


def _box(url):
    box = imaplib.IMAP4("127.0.0.1", int(url.rpartition(":")[2].partition("/")[0]))
    box.login("alice@box", "secret")
    return box


async def test_a_mail_is_taken_once_and_marked_as_seen(wiring, server):
    put(server, mail("one"), mail("two", id_="2"), mail("three", "List-Id: <l>", id_="3"))

    async with site(wiring, imap_url=SecretStr(server), imap_poll=0.2) as box:
        async with asyncio.timeout(60):
            while await asyncio.to_thread(unseen, server):  # noqa: ASYNC110 - Dovecot tells nobody
                await asyncio.sleep(0.2)
        await asyncio.sleep(1)

        assert len(await box.inputs()) == 2
        assert sorted(row["kind"] for row in await box.rows()) == ["list", "new", "new"]


async def test_what_was_stored_but_not_marked_is_fetched_again_and_stays_one(wiring, server):
    put(server, mail("one"))
    async with site(wiring) as box:
        fetcher = Fetcher(arrivals(wiring), server, 1.0)
        await fetcher.fetch()
        with _box(server) as plain:
            plain.select("INBOX")
            plain.store("1", "-FLAGS", "\\Seen")
        assert await fetcher.fetch() == 1
        assert await fetcher.fetch() == 0
        await fetcher.arrivals.reader.close()

        assert len(await box.inputs()) == 1


async def test_while_mongodb_is_away_nothing_is_marked(wiring, server, nowhere):
    put(server, mail("one"))
    async with site(wiring) as box:
        lost = arrivals(wiring)
        client = wiring.client
        away = client.__class__(f"mongodb://{nowhere}/?serverSelectionTimeoutMS=300")
        lost.rows.mails = away["x"]["intake_mail"]
        with pytest.raises(TransientError):
            await Fetcher(lost, server, 1.0).fetch()
        await lost.reader.close()
        away.close()

        assert await box.inputs() == []
    assert unseen(server) == 1


async def test_a_server_that_is_away_is_waited_for(wiring, nowhere):
    async with site(wiring):
        found = arrivals(wiring)
        with pytest.raises(TransientError):
            await Fetcher(found, f"imap://a:b@{nowhere}/INBOX", 1.0).fetch()
        await found.reader.close()
