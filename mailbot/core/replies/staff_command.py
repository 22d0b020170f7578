"""What a member of the staff orders: the command with its token in the subject of a mail.

It stands in the subject alone: an answering machine quotes the links of a digest in its body.
"""

import re

from mailbot.core.command import STAFF_WORDS, Command
from mailbot.core.language.text import fold, nfc
from mailbot.core.reading.titles_of import answers_us, without_tags
from mailbot.core.replies.line import EDGES, bare, one_line, own_lines

TOKEN_LENGTH, LONGEST_ARGUMENT = 40, 100
_BY_STAFF_WORD = {word.lower(): verb for verb, word in STAFF_WORDS.items()}
_ORDER = re.compile(
    rf"\blenh\s+(?P<verb>[a-z-]{{2,20}})(?:\s+(?P<about>\d{{1,12}}))?"
    rf"(?:\s+(?P<argument>[a-z0-9/@.-]{{1,{LONGEST_ARGUMENT}}}))?"
    rf"\s+ma\s+(?P<token>[a-z2-7]{{{TOKEN_LENGTH}}})(?![a-z0-9])[ ]*(?P<more>.*)"
)
# A line that wants to be such a command, whatever of it is missing.
_ALMOST_AN_ORDER = re.compile(
    rf"(?:^|\blenh\s+)(?:{'|'.join(sorted(_BY_STAFF_WORD, key=len, reverse=True))})(?![a-z0-9-])"
)

# What a link itself writes behind its token, to show what is to be typed there.
_ASKED_FOR = re.compile(r"^\s*(?:LY DO|LA|DON VI|DEN NGAY)\s*:")
# A unit's name and a reason.
_LONGEST_TYPED = 250


def read_staff_command(subject: str) -> Command | None:
    """The command with its token in the subject of a staff member's mail, if there is one."""
    line = one_line(nfc(subject), longest=400)
    found = _ORDER.search(fold(line))
    if found is None or found["verb"] not in _BY_STAFF_WORD:
        return None
    # What a person typed behind the token keeps its accents: a reason is read by people.
    typed = line[len(line) - len(found["more"]) :] if found["more"] else ""
    return Command(
        verb=_BY_STAFF_WORD[found["verb"]],
        argument=found["argument"] or "",
        typed=one_line(_ASKED_FOR.sub("", typed).strip(EDGES), longest=_LONGEST_TYPED),
        about=int(found["about"]) if found["about"] else None,
        token=found["token"],
    )


def means_to_order(subject: str, text: str, in_reply_to: str) -> bool:
    """Whether a member of the staff wants something done, but not by the subject that a link writes.

    Commands stand there alone: what a mail program quotes below an answer may hold all those of a digest.
    """
    lines = (without_tags(subject), *own_lines(text))
    almost = any(_ALMOST_AN_ORDER.search(bare(line)[1]) for line in lines)
    return almost or answers_us(subject, in_reply_to)


def masked(subject: str) -> str:
    """The subject without its token: it opens doors, and lists show subjects."""
    return re.sub(rf"(?i)((?:\b|%20)M\w[\u0300-\u036f]*)[\s%20]+[A-Z2-7]{{{TOKEN_LENGTH}}}", r"\1 …", subject)
