"""Letters in folders."""

import asyncio
import mailbox
from dataclasses import replace
from pathlib import Path

import pytest
from post.notices import EXPIRES

from mailbot.core.posting import Accepted, Letter, NoticeKind
from mailbot.errors import Unavailable
from mailbot.post.door import Post
from mailbot.post.maildir import MaildirPost

LETTER = Letter(
    kind=NoticeKind.RECEIPT,
    keys=("receipt/1",),
    unit=None,
    message_id="<k.abc@thainguyen.example>",
    recipients=("a@x.example", "b@x.example"),
    subject="Thử",
    raw=b"Subject: x\r\n\r\nxin ch=C3=A0o\r\n",
    expires_at=EXPIRES,
)


async def go() -> bool:
    return True


def send(folder: Path, letter: Letter = LETTER) -> object:
    post: Post = MaildirPost(folder)
    return asyncio.run(post.send(letter, go))


def test_each_recipient_gets_the_bytes(tmp_path: Path) -> None:
    assert isinstance(send(tmp_path / "out"), Accepted)
    for recipient in LETTER.recipients:
        box = mailbox.Maildir(tmp_path / "out" / recipient, create=False)
        [name] = box.keys()
        assert box.get_bytes(name) == LETTER.raw
        assert (tmp_path / "out" / recipient / "new" / name).read_bytes() == LETTER.raw


def test_the_same_letter_twice_is_one_file(tmp_path: Path) -> None:
    send(tmp_path)
    send(tmp_path)
    assert len(list(tmp_path.rglob("new/*"))) == 2
    assert not list(tmp_path.rglob("tmp/*"))


def test_a_letter_that_was_read_does_not_come_again(tmp_path: Path) -> None:
    send(tmp_path)
    for file in list(tmp_path.rglob("new/*")):
        file.rename(file.parent.parent / "cur" / f"{file.name}:2,S")
    send(tmp_path)
    assert not list(tmp_path.rglob("new/*"))


def test_an_address_is_no_path(tmp_path: Path) -> None:
    send(tmp_path / "out", replace(LETTER, recipients=("../../a/b@x.example",), message_id="<../c/d@y>"))
    assert [found.name for found in tmp_path.iterdir()] == ["out"]
    assert len(list((tmp_path / "out").glob("*/new/*"))) == 1


def test_a_disk_that_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("in the way")
    with pytest.raises(Unavailable, match="out"):
        send(tmp_path / "out")
