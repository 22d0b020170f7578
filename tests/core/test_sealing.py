"""What a person sealed is known when it comes again: by itself, in an archive, in a mail that is attached."""

from dataclasses import replace

import pytest

from mailbot.core.mail import Address, Attachment, Mail
from mailbot.core.seals.sealing import is_brought_again, wordless

SECRET, ANNEX, PUBLIC, PACKED = ("1" * 64, "2" * 64, "3" * 64, "4" * 64)
UNIT, STRANGER = Address("vanthu@so.example"), Address("nguoi.khac@gmail.example")


def a_file(sha256: str, *within: str) -> Attachment:
    return Attachment(name="a.bin", content_type="x/y", size=9_000, sha256=sha256, within=within)


def a_mail(sender: Address, *files: Attachment) -> Mail:
    return Mail(sha256="a" * 64, identity="b" * 64, size=1, sender=sender, attachments=files)


SEALED = wordless(replace(a_mail(UNIT, a_file(SECRET), a_file(ANNEX)), identity="c" * 64))


@pytest.mark.parametrize(
    ("mail", "known"),
    [
        (a_mail(UNIT, a_file(SECRET)), True),
        (a_mail(UNIT, a_file(PACKED, SECRET)), True),
        (a_mail(UNIT, a_file(PACKED, PUBLIC, SECRET)), True),
        (a_mail(UNIT, a_file(PUBLIC), a_file(PACKED, SECRET)), True),
        (a_mail(UNIT, a_file(PACKED, PUBLIC)), False),
        (a_mail(UNIT, a_file(PACKED)), False),
        (a_mail(STRANGER, a_file(PACKED, SECRET)), True),
        (a_mail(STRANGER, a_file(PACKED, SECRET, ANNEX)), True),
        (a_mail(STRANGER, a_file(SECRET), a_file(PACKED, ANNEX)), True),
        # A public letter that was attached to the secret mail may come from anybody.
        (a_mail(STRANGER, a_file(PACKED, ANNEX, PUBLIC)), False),
        (a_mail(STRANGER, a_file(PUBLIC), a_file(PACKED, ANNEX)), False),
        (a_mail(STRANGER, a_file(PACKED)), False),
        (a_mail(STRANGER), False),
    ],
)
def test_what_was_sealed_is_known_within_an_archive(mail: Mail, known: bool) -> None:
    assert is_brought_again(mail, [SEALED]) is known
