"""Held letters that the staff lets go, or drops, by a reply: one, all answers, or a batch by two people.

An answer goes to whoever wrote, so one person may let all of them go. A batch of reminders or late notices
goes to many units that nobody has heard of today: there a second member of the staff must say the same.
Never to send a whole batch cannot be undone, and needs the command line.
"""

from collections.abc import Iterable

from mailbot.core.book import Book
from mailbot.core.command import Command, Done, Verb
from mailbot.core.delivery.fuse import ANSWERS
from mailbot.core.delivery.new_address import asked_about
from mailbot.core.posting import PostedLetter, State
from mailbot.core.replies.order import Order, Outcome
from mailbot.core.rules import Staff
from mailbot.core.senders.token import LIVES_FOR
from mailbot.core.verdict import Commanded

# How a link names all answers of a kind up to the last one that the digest lists: "tra-loi/receipt/57".
OF_ANSWERS = "tra-loi"
# How one names those letters of a batch that wait for a look at new addresses: "31/reminder/dia-chi".
OF_NEW_ADDRESSES = "dia-chi"
_NOT_HELD = "thư không còn ở trạng thái tạm giữ"
_NONE_HELD = "không còn thư nào của lô này ở trạng thái tạm giữ"
_SECOND = (
    "đã ghi nhận ý kiến cho gửi {count} thư của lô {batch}; vì lô gửi nhiều đơn vị, cần thêm một cán bộ khác"
    " gửi lệnh trong bản tổng hợp của mình trong 72 giờ, hoặc cho gửi tại máy chủ"
)


def may_go_by_mail(letter: PostedLetter) -> bool:
    """Whether the letter waits for no more than a look: not one that may have arrived, or was set aside."""
    return letter.state is State.HELD and bool(letter.held_why) and letter.unknown == 0


def steer(order: Order, command: Command, staff: Staff) -> Outcome:
    """What follows when a member of the staff lets letters go, or drops one."""
    if command.verb is Verb.RELEASE_ALL:
        return _release_all(order, command, staff)
    letters = {letter.number: letter for letter in order.book.letters.values()}
    letter = letters.get(command.about) if command.about is not None else None
    # One that may have arrived goes again by a person's word at the console alone, whatever link there was.
    if letter is None or letter.state is not State.HELD or (command.verb is Verb.RELEASE and letter.unknown):
        return Outcome(done=Done.REFUSED, by=staff.email, says=_NOT_HELD)
    if command.verb is Verb.RELEASE:
        says = f"đã cho gửi thư đi số {letter.number}"
        return Outcome(done=Done.DONE, by=staff.email, says=says, release=(letter.number,))
    says = f"đã bỏ thư đi số {letter.number}, thư sẽ không được gửi"
    return Outcome(done=Done.DONE, by=staff.email, says=says, drop=letter.number)


def _release_all(order: Order, command: Command, staff: Staff) -> Outcome:
    batch, _, rest = command.argument.partition("/")
    kind, _, which = rest.partition("/")
    letters = sorted({letter.number: letter for letter in order.book.letters.values()}.items())
    held = [letter for _, letter in letters if may_go_by_mail(letter)]
    if batch == OF_ANSWERS:
        last = int(which) if which.isdecimal() else 0
        answers = (letter for letter in held if letter.kind in ANSWERS)
        chosen = [letter.number for letter in answers if letter.kind == kind and letter.number <= last]
    else:
        chosen = _of_batch(held, batch, kind, new=which == OF_NEW_ADDRESSES)
    if not chosen:
        return Outcome(done=Done.REFUSED, by=staff.email, says=_NONE_HELD)
    if batch != OF_ANSWERS and not _said_by_another(order, command, staff):
        says = _SECOND.format(count=len(chosen), batch=batch)
        return Outcome(done=Done.DONE, by=staff.email, says=says)
    says = f"đã cho gửi {len(chosen)} thư đang tạm giữ"
    return Outcome(done=Done.DONE, by=staff.email, says=says, release=tuple(chosen))


def _of_batch(held: Iterable[PostedLetter], batch: str, kind: str, *, new: bool) -> list[int]:
    """Those of a batch; whoever agrees to one reason for holding letters has not been shown the other."""
    return [
        letter.number
        for letter in held
        if str(letter.batch) == batch and letter.kind == kind and letter.kind not in ANSWERS
        if bool(asked_about(letter.held_why)) is new
    ]


def _said_by_another(order: Order, command: Command, staff: Staff) -> bool:
    """Whether somebody else has sent the same command lately."""
    return any(
        carried.by != staff.email
        and carried.done is Done.DONE
        and carried.decided_at > order.now - LIVES_FOR
        and _is_same(order.book, carried.arrival, command)
        for carried in order.book.commands.values()
    )


def _is_same(book: Book, arrival: int, command: Command) -> bool:
    verdict = book.by_number[arrival].verdict
    given = verdict.command if isinstance(verdict, Commanded) else None
    return given is not None and (given.verb, given.argument) == (command.verb, command.argument)
