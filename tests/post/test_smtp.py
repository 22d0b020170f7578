"""Handing letters to a server that does as the script says."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace

import pytest
import trustme
from post.notices import EXPIRES, SENDER
from servers.loopback import HOST, free_ports
from servers.sink import Reply, SmtpSink

from mailbot.core.posting import (
    Accepted,
    Answer,
    Cause,
    Deferred,
    Fate,
    Letter,
    Lost,
    NoticeKind,
    Outcome,
    Refused,
    Stage,
)
from mailbot.errors import LoginRefused, Unavailable, Unwelcome
from mailbot.post.smtp import Security, SmtpPost, SmtpSettings

UNIT = "sotaichinh@thainguyen.example"
HEAD = "giamdoc.stc@thainguyen.example"
LETTER = Letter(
    kind=NoticeKind.RECEIPT,
    keys=("receipt/1",),
    unit=None,
    message_id="<k.abc@thainguyen.example>",
    recipients=(UNIT,),
    subject="Thử",
    raw=b"Message-ID: <k.abc@thainguyen.example>\r\nSubject: x\r\n\r\n.dot\r\n..\r\nend\r\n",
    expires_at=EXPIRES,
)
TWO = replace(LETTER, recipients=(UNIT, HEAD))


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as server:
        yield server


def settings(sink: SmtpSink, **changes: object) -> SmtpSettings:
    plain = SmtpSettings(
        host=HOST,
        port=sink.port,
        sender=SENDER,
        security=Security.NONE,
        local_hostname="mailbot.example",
        timeout=5,
        dot_timeout=5,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


async def go() -> bool:
    """The ledger's word that the final dot may leave."""
    return True


def posting(found: SmtpSettings, work: Callable[[SmtpPost], Awaitable[object]]) -> object:
    async def main() -> object:
        post = SmtpPost(found)
        try:
            return await work(post)
        finally:
            await post.close()

    return asyncio.run(main())


def send(sink: SmtpSink, letter: Letter = LETTER, **changes: object) -> Outcome:
    outcome = posting(settings(sink, **changes), lambda post: post.send(letter, go))
    assert isinstance(outcome, Accepted | Deferred | Refused | Lost)
    return outcome


def test_a_letter_arrives_byte_for_byte(sink: SmtpSink) -> None:
    outcome = send(sink)
    assert outcome == Accepted(
        "250 2.0.0 taken", (Answer(UNIT, Fate.ACCEPTED, Stage.DOT, "250 2.0.0 taken"),)
    )
    [mail] = sink.accepted
    assert mail.raw == LETTER.raw
    assert (mail.sender, mail.recipients) == (SENDER, (UNIT,))


def test_one_connection_serves_many_letters(sink: SmtpSink) -> None:
    async def three(post: SmtpPost) -> None:
        for _ in range(3):
            await post.send(LETTER, go)

    posting(settings(sink), three)
    assert sink.count() == 3
    assert sum(line.startswith("EHLO") for line in sink.commands) == 1


@pytest.mark.parametrize(("envelope", "expected"), [(None, SENDER), ("", ""), ("bounce@x.example",) * 2])
def test_bounces_go_where_the_settings_say(sink: SmtpSink, envelope: str | None, expected: str) -> None:
    send(sink, envelope_sender=envelope)
    assert sink.accepted[0].sender == expected
    assert any(line.upper().startswith(f"MAIL FROM:<{expected.upper()}>") for line in sink.commands)


@pytest.mark.parametrize("moment", ["RCPT", "DATA", "DOT"])
@pytest.mark.parametrize(("code", "expected"), [(451, Deferred), (554, Refused)])
def test_an_answer_is_definite(sink: SmtpSink, moment: str, code: int, expected: type) -> None:
    sink.answer(moment, Reply(code))
    outcome = send(sink)
    assert isinstance(outcome, expected)
    assert str(code) in outcome.reply
    assert sink.count() == 0


def test_not_now_at_mail_from_defers_the_letter(sink: SmtpSink) -> None:
    sink.answer("MAIL", Reply(451))
    assert isinstance(send(sink), Deferred)


@pytest.mark.parametrize("code", [530, 550])
def test_a_refusal_of_our_address_blames_no_letter(sink: SmtpSink, code: int) -> None:
    sink.answer("MAIL", Reply(code))
    with pytest.raises(Unwelcome, match=str(code)):
        send(sink)


@pytest.mark.parametrize("moment", ["MAIL", "RCPT", "DATA", "DOT"])
def test_a_server_that_closes_the_session_blames_no_letter(sink: SmtpSink, moment: str) -> None:
    sink.answer(moment, Reply(421, "4.3.2 closing", hang_up=True))
    outcome = send(sink)
    assert isinstance(outcome, Deferred)
    assert outcome.cause is Cause.CLOSING
    assert sink.count() == 0


@pytest.mark.parametrize("moment", ["RCPT", "DATA", "DOT"])
def test_a_server_that_finds_us_too_fast_is_known_by_its_words(sink: SmtpSink, moment: str) -> None:
    sink.answer(moment, Reply(450, "4.7.1 rate limit exceeded, try again later"))
    outcome = send(sink)
    assert isinstance(outcome, Deferred)
    assert outcome.cause is Cause.THROTTLED


@pytest.mark.parametrize("moment", ["MAIL", "RCPT", "DATA", "DOT"])
def test_a_server_that_has_enough_of_us_for_the_day_refuses_no_letter_for_ever(
    sink: SmtpSink, moment: str
) -> None:
    sink.answer(moment, Reply(550, "5.4.5 Daily user sending limit exceeded"))
    outcome = send(sink)
    assert isinstance(outcome, Deferred)
    assert outcome.cause is Cause.THROTTLED


def test_the_final_dot_leaves_only_when_it_is_noted(sink: SmtpSink) -> None:
    async def look() -> bool:
        assert "DATA" in sink.commands
        assert sink.count() == 0
        return False

    async def stopped_and_again(post: SmtpPost) -> list[Outcome]:
        return [await post.send(LETTER, look), await post.send(LETTER, go)]

    outcomes = posting(settings(sink), stopped_and_again)
    assert isinstance(outcomes, list)
    assert isinstance(outcomes[0], Deferred)
    assert outcomes[0].cause is Cause.STOPPED
    assert isinstance(outcomes[1], Accepted)
    assert sink.count() == 1


def test_a_note_that_fails_sends_nothing(sink: SmtpSink) -> None:
    async def fail() -> bool:
        raise Unavailable("the disk is full")

    with pytest.raises(Unavailable, match="full"):
        posting(settings(sink), lambda post: post.send(LETTER, fail))
    assert sink.count() == 0


def test_a_link_that_breaks_while_the_dot_is_noted_has_sent_nothing(sink: SmtpSink) -> None:
    async def cut() -> bool:
        sink.cut()
        await asyncio.sleep(0.2)
        return True

    outcome = posting(settings(sink), lambda post: post.send(LETTER, cut))
    assert isinstance(outcome, Deferred)
    assert outcome.cause is Cause.LINK
    assert sink.count() == 0


@pytest.mark.parametrize(
    "said",
    [
        # Two answers to RCPT, the second of which would be taken for the answer to DATA.
        {b"RCPT": b"250 fine\r\n354 go on\r\n"},
        # The answer to a dot that has not left yet.
        {b"DATA": b"354 go on\r\n250 2.0.0 queued as FALSE\r\n"},
    ],
)
def test_answers_out_of_step_are_not_believed(said: dict[bytes, bytes]) -> None:
    with socket.create_server((HOST, 0)) as listener:
        server = threading.Thread(target=_talk, args=(listener, said))
        server.start()
        port = listener.getsockname()[1]
        found = SmtpSettings(host=HOST, port=port, sender=SENDER, security=Security.NONE, timeout=5)
        outcome = posting(found, lambda post: post.send(LETTER, go))
        server.join(10)
    assert isinstance(outcome, Deferred)
    assert outcome.cause is Cause.LINK
    assert "more answers" in outcome.reply


def _talk(listener: socket.socket, said: dict[bytes, bytes]) -> None:
    """A server that answers each command with `said`, or with 250; it takes no letter."""
    talk, _ = listener.accept()
    with talk, talk.makefile("rwb", buffering=0) as file:
        file.write(b"220 here\r\n")
        while line := file.readline():
            file.write(said.get(line[:4].upper(), b"250 fine\r\n"))


def test_our_own_mailbox_gets_a_copy_if_it_is_wanted_and_let_go_if_it_is_refused(sink: SmtpSink) -> None:
    assert isinstance(send(sink, copy_to=SENDER), Accepted)
    sink.answer("RCPT", Reply(550), where=SENDER)
    assert isinstance(send(sink, copy_to=SENDER), Accepted)
    sink.answer("RCPT", Reply(550), where=UNIT)
    assert isinstance(send(sink, copy_to=SENDER), Refused)
    assert [mail.recipients for mail in sink.accepted] == [(UNIT, SENDER), (UNIT,)]


@pytest.mark.parametrize("moment", ["RCPT", "DATA"])
def test_a_break_before_the_dot_defers(sink: SmtpSink, moment: str) -> None:
    sink.answer(moment, Reply(None))
    assert isinstance(send(sink), Deferred)
    assert sink.count() == 0


def test_silence_before_the_dot_defers(sink: SmtpSink) -> None:
    sink.answer("DATA", Reply(354, delay=3))
    assert isinstance(send(sink, timeout=1), Deferred)


@pytest.mark.parametrize("kept", [True, False])
def test_a_break_after_the_dot_is_lost(sink: SmtpSink, kept: bool) -> None:
    sink.answer("DOT", Reply(None, kept=kept))
    assert isinstance(send(sink), Lost)
    assert sink.count() == int(kept)


def test_silence_after_the_dot_is_lost(sink: SmtpSink) -> None:
    sink.answer("DOT", Reply(250, delay=3, kept=True))
    assert isinstance(send(sink, dot_timeout=0.3), Lost)


def test_an_answer_after_the_dot_that_is_none_is_lost(sink: SmtpSink) -> None:
    sink.answer("DOT", Reply(354, kept=True))
    assert isinstance(send(sink), Lost)


def test_the_dot_is_waited_for_longer_than_other_answers(sink: SmtpSink) -> None:
    sink.answer("DOT", Reply(250, delay=1.5))
    assert isinstance(send(sink, timeout=1), Accepted)


def test_the_next_letter_goes_out_after_any_failure(sink: SmtpSink) -> None:
    sink.answer("RCPT", Reply(550))
    sink.answer("DATA", Reply(451))
    sink.answer("DOT", Reply(None), Reply(552))

    async def five(post: SmtpPost) -> list[type]:
        return [type(await post.send(LETTER, go)) for _ in range(5)]

    assert posting(settings(sink), five) == [Refused, Deferred, Lost, Refused, Accepted]
    assert sink.count() == 1


def test_a_connection_closed_in_the_meantime_is_opened_again(sink: SmtpSink) -> None:
    async def two(post: SmtpPost) -> None:
        await post.send(LETTER, go)
        sink.cut()
        await post.send(LETTER, go)
        sink.answer("MAIL", Reply(421, hang_up=True))
        await post.send(LETTER, go)

    posting(settings(sink), two)
    assert sink.count() == 3


@pytest.mark.parametrize(
    ("unit", "head", "expected"),
    [
        (None, 550, Accepted),
        (550, None, Accepted),
        (None, 450, Accepted),
        (450, None, Deferred),
        (450, 550, Deferred),
        (550, 450, Deferred),
        (550, 551, Refused),
    ],
)
def test_several_recipients(sink: SmtpSink, unit: int | None, head: int | None, expected: type) -> None:
    for email, code in ((UNIT, unit), (HEAD, head)):
        if code is not None:
            sink.answer("RCPT", Reply(code), where=email)
    outcome = send(sink, TWO)
    assert isinstance(outcome, expected)
    assert all(str(code) in outcome.reply for code in (unit, head) if code)
    assert sink.count() == int(expected is Accepted)
    fates = {2: Fate.ACCEPTED, 4: Fate.DEFERRED, 5: Fate.REFUSED}
    for answer in outcome.answers:
        code = unit if answer.email == UNIT else head
        assert answer.fate is fates[(code or 250) // 100]
        assert answer.stage is (Stage.RCPT if code else Stage.DOT)


@pytest.mark.parametrize("moment", ["CONNECT", "EHLO"])
@pytest.mark.parametrize("reply", [Reply(554), Reply(421), Reply(None)])
def test_without_a_greeting_nothing_is_sent(sink: SmtpSink, moment: str, reply: Reply) -> None:
    sink.answer(moment, reply, times=None)
    with pytest.raises(Unavailable) as caught:
        send(sink)
    assert isinstance(caught.value, Unwelcome) is (reply.code == 554)


def test_no_server() -> None:
    [port] = free_ports(1)
    closed = SmtpSettings(host=HOST, port=port, sender=SENDER, security=Security.NONE)
    with pytest.raises(Unavailable, match=str(port)):
        posting(closed, lambda post: post.send(LETTER, go))


def test_in_clear_to_this_machine_only() -> None:
    with pytest.raises(ValueError, match="TLS"):
        SmtpSettings(host="relay.example", port=25, sender=SENDER, security=Security.NONE)


def test_the_password_is_not_shown(sink: SmtpSink) -> None:
    assert "bí mật" not in repr(settings(sink, username="u", password="bí mật"))


def test_starttls_is_never_optional(sink: SmtpSink) -> None:
    with pytest.raises(Unavailable, match="STARTTLS"):
        send(sink, security=Security.STARTTLS)
    assert not any(line.startswith("MAIL") for line in sink.commands)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def tls_sink(authority: trustme.CA) -> Iterator[SmtpSink]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(HOST).configure_cert(context)
    with SmtpSink(tls=context, logins={"mailbot": "mật khẩu"}) as server:
        yield server


def test_login_over_starttls(tls_sink: SmtpSink, authority: trustme.CA) -> None:
    with authority.cert_pem.tempfile() as ca_file:
        outcome = send(
            tls_sink,
            security=Security.STARTTLS,
            ca_file=ca_file,
            username="mailbot",
            password="mật khẩu",
        )
    assert isinstance(outcome, Accepted)
    assert tls_sink.accepted[0].tls
    assert tls_sink.accepted[0].login == "mailbot"


def test_a_wrong_password_is_tried_once(tls_sink: SmtpSink, authority: trustme.CA) -> None:
    with authority.cert_pem.tempfile() as ca_file, pytest.raises(LoginRefused, match="535"):
        send(tls_sink, security=Security.STARTTLS, ca_file=ca_file, username="mailbot", password="no")
    assert tls_sink.commands.count("AUTH …") == 1


def test_a_login_that_fails_for_now_is_no_wrong_password(tls_sink: SmtpSink, authority: trustme.CA) -> None:
    tls_sink.answer("AUTH", Reply(454))
    with authority.cert_pem.tempfile() as ca_file, pytest.raises(Unavailable) as caught:
        send(tls_sink, security=Security.STARTTLS, ca_file=ca_file, username="mailbot", password="mật khẩu")
    assert not isinstance(caught.value, LoginRefused)


def test_an_untrusted_certificate_is_refused(tls_sink: SmtpSink) -> None:
    with pytest.raises(Unavailable, match="certificate"):
        send(tls_sink, security=Security.STARTTLS)
    assert tls_sink.count() == 0


def test_cancelling_leaves_no_broken_connection(sink: SmtpSink) -> None:
    sink.answer("DOT", Reply(250, delay=2, kept=True))

    async def cancelled(post: SmtpPost) -> Outcome:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(post.send(LETTER, go), 0.3)
        return await post.send(LETTER, go)

    assert isinstance(posting(settings(sink), cancelled), Accepted)


def test_check_answers_with_what_the_server_offers(sink: SmtpSink) -> None:
    assert "8BITMIME" in str(posting(settings(sink), lambda post: post.check()))
