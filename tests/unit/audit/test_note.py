"""Signed notes, checkpoints and proofs, and what is none."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.audit.note import BadNoteError, Checkpoint, Proof, Verifier, opened

# The example that the C2SP signed-note page and golang.org/x/mod/sumdb/note publish.
KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
NOTE = f"{TEXT}\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"  # noqa: E501 - the published bytes stand on one line

SECRET = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
VERIFIER = Verifier("redress/test", SECRET.public_key().public_bytes_raw())
CHECKPOINT = Checkpoint("redress/test", 12, b"r" * 32)
SIGNED = CHECKPOINT.signed(SECRET)


def test_the_published_note_opens_with_the_published_key() -> None:
    verifier = Verifier.read(KEY)
    assert str(verifier) == KEY
    assert opened(NOTE, verifier) == TEXT


def test_a_checkpoint_comes_back_as_it_was_signed() -> None:
    assert Checkpoint.read(SIGNED, VERIFIER) == CHECKPOINT == Checkpoint.unchecked(SIGNED)
    assert SIGNED.splitlines()[:2] == ["redress/test", "12"]


@pytest.mark.parametrize(
    "note",
    [
        "",
        "redress/test\n12\n",
        SIGNED[:-1],
        SIGNED.replace("\n12\n", "\n13\n"),
        SIGNED.replace("\n12\n", "\n012\n"),
        SIGNED.replace("\n12\n", "\n-1\n"),
        SIGNED.replace("\u2014 ", "- "),
        SIGNED.replace("\u2014 redress/test ", "\u2014 redress/other "),
        Checkpoint("redress/other", 12, b"r" * 32).signed(SECRET),
        Checkpoint("redress/test", 12, b"short").signed(SECRET),
        CHECKPOINT.signed(Ed25519PrivateKey.from_private_bytes(b"o" * 32)),
    ],
)
def test_what_the_key_did_not_sign_is_no_checkpoint(note: str) -> None:
    with pytest.raises(BadNoteError):
        Checkpoint.read(note, VERIFIER)


def test_a_checkpoint_of_another_log_is_none_of_this_one() -> None:
    other = Verifier("redress/other", VERIFIER.key)
    line = Checkpoint("redress/other", 12, b"r" * 32).signed(SECRET).splitlines()[-1]
    with pytest.raises(BadNoteError):
        Checkpoint.read(f"{CHECKPOINT.text}\n{line}\n", other)


@pytest.mark.parametrize(
    "text",
    ["", "a+b", "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", KEY[:-4], KEY + "!"],
)
def test_a_damaged_key_is_no_key(text: str) -> None:
    with pytest.raises(BadNoteError):
        Verifier.read(text)


def test_a_proof_comes_back_as_it_was_written() -> None:
    proof = Proof(7, (b"a" * 32, b"b" * 32), SIGNED)
    assert Proof.read(str(proof)) == proof
    alone = Proof(0, (), SIGNED)
    assert Proof.read(str(alone)) == alone
    assert Proof.read(str(proof).replace("index", "extra eA==\nindex", 1)) == proof


@pytest.mark.parametrize(
    "change", [("@v1", "@v2"), ("index 7", "index -7"), ("YWFh", "!"), ("\n\n", "\n")]
)
def test_a_damaged_proof_is_no_proof(change: tuple[str, str]) -> None:
    text = str(Proof(7, (b"a" * 32,), SIGNED))
    with pytest.raises(BadNoteError):
        Proof.read(text.replace(*change))
