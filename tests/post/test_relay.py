"""Letters through a real Postfix into a real mailbox."""

import asyncio
from pathlib import Path

import pytest
from post.notices import NOTICES, NOW, RULES, SECRET
from servers.loop import PASSWORD, REPORT, UNITS, MailHome

from mailbot.core.posting import Accepted
from mailbot.post.render import Renderer
from mailbot.post.smtp import Security, SmtpPost, SmtpSettings


async def go() -> bool:
    return True


TEMPLATES = Path(__file__).parents[2] / "templates" / "vi"


@pytest.mark.servers
@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_unit_finds_the_letter_in_its_mailbox(mail_home: MailHome, security: Security) -> None:
    postfix = mail_home.postfix
    relay = SmtpSettings(
        host=mail_home.host,
        port=postfix.submission_port if security is Security.STARTTLS else postfix.smtps_port,
        sender=REPORT,
        security=security,
        username=REPORT,
        password=PASSWORD,
        ca_file=mail_home.ca_file,
        local_hostname="mailbot.example",
        timeout=20,
    )
    renderer = Renderer(TEMPLATES)
    receipt = renderer.render(
        NOTICES["receipt"], RULES, secret=SECRET, instance="mau-1", sender=REPORT, now=NOW
    )
    # The head's box does not exist there: one recipient is refused, the other gets the letter.
    late = renderer.render(
        NOTICES["late-several"], RULES, secret=SECRET, instance="mau-1", sender=REPORT, now=NOW
    )

    async def deliver() -> list[object]:
        post = SmtpPost(relay)
        try:
            return [await post.send(receipt, go), await post.send(late, go)]
        finally:
            await post.close()

    first, second = asyncio.run(deliver())
    assert isinstance(first, Accepted)
    assert isinstance(second, Accepted)
    assert "giamdoc.stc@thainguyen.example" not in first.reply
    assert "550" in second.reply
    postfix.await_empty()
    [unit] = [unit for unit in UNITS if unit in receipt.recipients]
    # Postfix brings both at once, in either order.
    found = {str(mail["Message-ID"]): mail for mail in mail_home.inbox(unit)}
    assert found.keys() == {receipt.message_id, late.message_id}
    brought = found[receipt.message_id]
    assert str(brought["Subject"]) == receipt.subject
    assert "Kính gửi: Sở Tài chính" in brought.get_body(("plain",)).get_content()  # type: ignore[union-attr]
