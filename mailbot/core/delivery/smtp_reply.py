"""What a mail server's reply tells beyond its code: its name for the letter, and why it will not have it."""

import re

# As the servers that a province uses write it: Postfix and Zimbra, Exim, Exchange, qmail, Gmail, Sendmail.
_QUEUE_IDS = (
    re.compile(r"\bqueued as ([\w.-]+)", re.IGNORECASE),
    re.compile(r"\bid=([\w-]+)"),
    re.compile(r"\bInternalId=(\d+)", re.IGNORECASE),
    re.compile(r"\bok \d+ qp (\d+)", re.IGNORECASE),
    re.compile(r"\bOK\s+\d+ ([\w.-]+) - gsmtp"),
    re.compile(r"^\d{3} (?:\d\.\d{1,3}\.\d{1,3} )?(\w{8,}) Message accepted for delivery", re.IGNORECASE),
)
_ENHANCED = re.compile(r"^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b")
# RFC 3463 has no code for it; these are the words of Exchange, Gmail, Zimbra and policy daemons.
_TOO_FAST = re.compile(
    r"\brate\b|too (?:many|fast|quickly)|throttl|4\.7\.28|4\.7\.500|limit exceeded"
    r"|exceeded.{0,40}limit|try slower",
    re.IGNORECASE,
)
# What Gmail, Exchange, Exim's panels and policy daemons say for ever of what ends with the day: that we, not
# this letter, have sent enough. First by what means nothing else.
_ENOUGH_FOR_CERTAIN = re.compile(r"^\d{3}[ -](?:5\.4\.5|5\.1\.90|5\.7\.70[58])\b|SubmissionQuotaExceeded")
_ENOUGH = re.compile(
    r"\brate[ -]?limit"
    r"|\b(?:sending|submission|outgoing|daily|hourly|message|sender)\b.{0,30}\b(?:limit|quota)\b.{0,20}exceed"
    r"|\be?mail\b.{0,30}\blimit\b.{0,20}exceed|^\d{3}[ -]5\.7\.\d+\b.*\be?mail quota\b.{0,20}exceed"
    r"|exceed.{0,40}\b(?:sending|daily|hourly|messages?|e?mails) (?:limit|quota|per|an? (?:hour|day))"
    r"|reached your .{0,20}\blimit\b",
    re.IGNORECASE,
)
# 552 and 523 are of a letter too large or a box too full (RFC 5321, 4.2.3); a letter has other limits, too.
_OF_THE_LETTER = re.compile(
    r"^(?:552|523)|\b(?:size|length|headers?|hop count|lines?|attachments?|recipients?) limit\b",
    re.IGNORECASE,
)

# Without a code only the words tell that it is the reader's box that holds no more.
_FULL = re.compile(
    r"\b(?:mailbox|inbox)\b.{0,20}\b(?:limit|quota)\b|\b(?:size|storage|space|disk) (?:limit|quota)\b",
    re.IGNORECASE,
)

# RFC 3463, 3.3: a box that is over its limit, or that too many people write to (Gmail's 4.2.1 and 5.2.1).
_OF_THE_BOX = ".2."


def queue_id(reply: str) -> str:
    """The number that the server gave the letter when it took it; "" if the reply shows none."""
    return next((found[1] for pattern in _QUEUE_IDS if (found := pattern.search(reply))), "")


def enhanced_status(reply: str) -> str:
    """The enhanced status code (RFC 3463), "5.1.1"; "" if the reply has none."""
    found = _ENHANCED.match(reply)
    return found[1] if found else ""


def says_too_fast(reply: str) -> bool:
    """Whether a reply complains of our speed, and not of this letter or of a recipient's box.

    Some servers say so with 5xx (RFC 5321, 4.2.1: never), although it ends with the day: by their word the
    letter would be given up, and so would all those after it.
    """
    if reply.startswith("5"):
        if _ENOUGH_FOR_CERTAIN.search(reply):
            return True
        of_others = _is_of_the_box(reply) or _OF_THE_LETTER.search(reply) is not None
        return not of_others and _ENOUGH.search(reply) is not None
    return reply.startswith("4") and not _is_of_the_box(reply) and _TOO_FAST.search(reply) is not None


def _is_of_the_box(reply: str) -> bool:
    code = enhanced_status(reply)
    return code[1:].startswith(_OF_THE_BOX) or (not code and _FULL.search(reply) is not None)
