"""Answering machines, lists and other robots, by their headers and, where these are missing, their words.

Weak signs (the name of a sender, a sentence of the text) count only for a mail that brings no document:
a report must never be set aside because a copier or a document system sent it.
"""

import re

from mailbot.core.language.text import unaccent
from mailbot.inbox.fields import Block
from mailbot.inbox.machines.reply_words import (
    ABSENT,
    CHALLENGE,
    INSTEAD,
    OF_A_CLERK,
    OUR_BEGINNING,
    OUR_FOOTER,
    QUOTE,
    RECEIVED,
    REPLY,
    ROBOT,
    SAYS_SO,
    STARTS,
    STATES,
    TAGGED,
)
from mailbot.inbox.words import header_text

_COMMENT = re.compile(r"\([^()]*\)")
_MACHINE_PRECEDENCE = frozenset({"bulk", "list", "junk", "auto_reply", "auto-reply", "autoreply"})
_MACHINE_HEADERS = (
    "list-id",
    "list-post",
    "x-autoreply",
    "x-auto-reply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-respond",
    "x-autoreply-from",
    "x-autoreply-domain",
    "x-mail-autoreply",
    "x-vacation",
    "x-vacation-responder",
    "x-ms-exchange-generated-message-source",
    "x-ms-exchange-inbox-rules-loop",
    "x-fc-machinegenerated",
    "x-mdautoresponse",
    "x-yahoo-autoresponder",
    "x-cron-env",
    "x-github-reason",
    "x-nagios-notification-type",
    "x-jira-fingerprint",
    "x-otrs-loop",
    "x-rt-loop-prevention",
    "rt-ticket",
    "x-mailer-daemon",
    "feedback-type",
    "x-mailing-list",
)
_MACHINE_VALUES = {
    "x-apple-action": ("vacation",),
    "x-loop-type": ("auto",),
    "x-pm-message-stream": ("broadcast",),
    "delivered-to": ("autoresponder",),
    "x-msg-type": ("auto",),
}
_MOST_OWN_LETTERS = 2_500
_MOST_ECHOED_LETTERS = 30_000
# What programs add below; a person who writes under our letter writes more.
_MOST_WORDS_BELOW = 2


def word(value: bytes) -> str:
    """A header of one word without comments and parameters, lower case."""
    text = _COMMENT.sub(" ", header_text(value).text)
    return text.partition(";")[0].strip().lower()


def says_so_itself(block: Block) -> bool:
    """Whether the headers say that a machine wrote or spread the mail."""
    submitted = word(block.first("auto-submitted"))
    return (
        (bool(submitted) and submitted != "no")
        or any(
            word(value) in _MACHINE_PRECEDENCE
            for value in (*block.all("precedence"), *block.all("x-precedence"))
        )
        or any(block.all(name) for name in _MACHINE_HEADERS)
        or any(word(block.first(name)).startswith(values) for name, values in _MACHINE_VALUES.items())
    )


def subject_of_machine(subject: str) -> bool:
    """Whether the subject is one that answering machines write; an answer to such a mail is a person's."""
    if REPLY.match(subject):
        return (
            TAGGED.search(subject) is not None and TAGGED.search(REPLY.sub("", subject, count=1)) is not None
        )
    return any(pattern.match(subject) for pattern in (STARTS, STATES)) or TAGGED.search(subject) is not None


def words_of_machine(text: str, sender: str, *, answers: bool) -> bool:
    """Whether the text is one that nobody typed for us; for mails without documents only.

    Args:
        text: the body; what it quotes is left aside.
        sender: the address of `From`, or "".
        answers: whether the mail is an answer to another.
    """
    beginning = text[: _MOST_OWN_LETTERS + 1]
    quote = QUOTE.search(beginning)
    own = unaccent(beginning[: quote.start()] if quote else beginning).strip()
    if not own or len(own) > _MOST_OWN_LETTERS or OF_A_CLERK.search(own):
        return False
    if ROBOT.match(sender) or CHALLENGE.search(own):
        return True
    absent, instead, says_so, received = (
        pattern.search(own) is not None for pattern in (ABSENT, INSTEAD, SAYS_SO, RECEIVED)
    )
    return (absent and instead) or (says_so and (absent or received or answers)) or (received and says_so)


def echoes(text: str) -> bool:
    """Whether the mail holds a letter of ours and no word of anybody's, as echoes and some lists send it."""
    beginning = text[:_MOST_ECHOED_LETTERS]
    quote = QUOTE.search(beginning)
    own = " ".join(unaccent(beginning[: quote.start()] if quote else beginning).split())
    letter, footer, more = own.partition(OUR_FOOTER)
    return bool(footer) and OUR_BEGINNING.match(letter) is not None and len(more.split()) <= _MOST_WORDS_BELOW


def challenges(text: str) -> bool:
    """Whether the mail wants its reader to prove that a person sent the first one."""
    return CHALLENGE.search(" ".join(unaccent(text[:_MOST_OWN_LETTERS]).split())) is not None
