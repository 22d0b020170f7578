"""The child: begun once, confined, ended when it must be, and never the end of the mail."""

import os
import resource
import signal
import threading
import time
from pathlib import Path

import pytest
from extract.papers import a_mail, one, real, whole, zipped

from mailbot.core.mail import Mail, Nature
from mailbot.inbox.extract import Limits, Reader
from mailbot.inbox.extract import reader as reader_module
from mailbot.inbox.extract.child import Child, Gone

TEXT = b"bao cao thang 6"
SLOW = {"a.txt": TEXT, "b.txt": TEXT, "c.txt": TEXT}


def child_of(reader: Reader) -> Child:
    assert reader._child is not None
    return reader._child


def status(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def test_one_child_reads_many_mails(tmp_path: Path) -> None:
    with Reader(ocr=False) as reader:
        whole(reader, tmp_path, {"a.txt": TEXT})
        first = child_of(reader).pid
        for _ in range(5):
            assert one(reader, tmp_path, "a.txt", TEXT).text == TEXT.decode()
        assert child_of(reader).pid == first


def test_a_child_that_read_enough_mails_is_replaced(tmp_path: Path) -> None:
    with Reader(Limits(mails=2), ocr=False) as reader:
        pids = []
        for _ in range(4):
            one(reader, tmp_path, "a.txt", TEXT)
            pids.append(child_of(reader).pid)
        assert (pids[0], pids[2]) == (pids[1], pids[3])
        assert pids[0] != pids[2]


def test_a_child_that_took_much_memory_is_replaced_and_nothing_is_missed(tmp_path: Path) -> None:
    with Reader(Limits(memory_bytes=220 << 20), ocr=False) as reader:
        one(reader, tmp_path, "a.txt", TEXT)
        first = child_of(reader).pid
        one(reader, tmp_path, "a.txt", TEXT)
        assert child_of(reader).pid == first
        much = zipped({"a.txt": b"thang 6\n" * (7 << 20)})
        mail = whole(reader, tmp_path, {"a.zip": much, "b.txt": TEXT})
        assert [read.nature for read in mail.attachments] == [Nature.READ] * 2
        assert mail.attachments[1].text == TEXT.decode()
        one(reader, tmp_path, "a.txt", TEXT)
        assert child_of(reader).pid != first


def test_a_child_that_hangs_costs_one_attachment(tmp_path: Path) -> None:
    with Reader(Limits(wall_seconds=1), ocr=False) as reader:
        whole(reader, tmp_path, {"a.txt": TEXT})
        os.kill(child_of(reader).pid, signal.SIGSTOP)
        mail = whole(reader, tmp_path, SLOW)
        assert [read.nature for read in mail.attachments] == [Nature.OVER_LIMIT, Nature.READ, Nature.READ]


@pytest.mark.parametrize(
    ("killer", "nature"),
    [
        (signal.SIGKILL, Nature.OVER_LIMIT),  # as the kernel does when memory runs out
        (signal.SIGXCPU, Nature.OVER_LIMIT),
        (signal.SIGSEGV, Nature.BROKEN),
    ],
)
def test_a_child_that_dies_costs_one_attachment(tmp_path: Path, killer: int, nature: Nature) -> None:
    with Reader(ocr=False) as reader:
        whole(reader, tmp_path, {"a.txt": TEXT})
        os.kill(child_of(reader).pid, killer)
        mail = whole(reader, tmp_path, SLOW)
        assert [read.nature for read in mail.attachments] == [nature, Nature.READ, Nature.READ]


def test_a_child_killed_in_the_middle_leaves_the_answers_before_it(tmp_path: Path) -> None:
    slow = {f"{number}.pdf": real("report.pdf") for number in range(80)}
    path, parsed = a_mail(tmp_path, slow)
    with Reader(ocr=False) as reader:
        whole(reader, tmp_path, {"a.pdf": real("report.pdf")})
        killer = threading.Timer(0.1, os.kill, (child_of(reader).pid, signal.SIGKILL))
        killer.start()
        natures = [read.nature for read in reader.read(path, parsed).attachments]
        killer.join()
    assert natures.count(Nature.READ) >= 79
    assert natures.count(Nature.OVER_LIMIT) <= 1


def test_a_mail_that_ends_every_child_is_left_closed(tmp_path: Path) -> None:
    # So little memory that no child gets far with any attachment.
    with Reader(Limits(memory_bytes=48 << 20, wall_seconds=2), ocr=False) as reader:
        mail = whole(reader, tmp_path, {f"{number}.txt": os.urandom(2_000_000) for number in range(20)})
    assert {read.nature for read in mail.attachments} <= {
        Nature.OVER_LIMIT,
        Nature.BROKEN,
        Nature.UNREAD,
        Nature.FOREIGN,
    }


def test_the_time_for_one_mail_ends(tmp_path: Path) -> None:
    with Reader(Limits(mail_seconds=0), ocr=False) as reader:
        mail = whole(reader, tmp_path, SLOW)
    assert [read.nature for read in mail.attachments] == [Nature.OVER_LIMIT] * 3


def test_where_no_child_can_begin_attachments_stay_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> Child:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(reader_module, "Child", refuse)
    with Reader(ocr=False) as reader:
        mail = whole(reader, tmp_path, SLOW)
    assert [read.nature for read in mail.attachments] == [Nature.UNREAD] * 3
    assert mail.defects == ("attachments could not be read here",)


def test_a_mail_that_is_not_there_is_not_read(tmp_path: Path) -> None:
    path, parsed = a_mail(tmp_path, SLOW)
    path.unlink()
    with Reader(ocr=False) as reader:
        natures = [read.nature for read in reader.read(path, parsed).attachments]
    assert natures == [Nature.UNREAD] * 3


def test_a_mail_that_child_and_parser_count_differently_is_not_believed(tmp_path: Path) -> None:
    path, _ = a_mail(tmp_path, SLOW)
    _, other = a_mail(tmp_path, {"a.txt": TEXT})
    with Reader(ocr=False) as reader:
        assert [read.nature for read in reader.read(path, other).attachments] == [Nature.UNREAD]


def test_an_attachment_larger_than_is_read_is_over_the_limit(tmp_path: Path) -> None:
    with Reader(Limits(attachment_bytes=1_000), ocr=False) as reader:
        mail = whole(reader, tmp_path, {"a.txt": b"x" * 1_001, "b.txt": b"x" * 1_000})
    assert [read.nature for read in mail.attachments] == [Nature.OVER_LIMIT, Nature.READ]


def test_fifty_megabytes_cost_the_parent_nothing(tmp_path: Path) -> None:
    big = zipped({"phim.bin": b"\x00\x01"}) + os.urandom(1_000) + bytes(50 << 20)
    path, parsed = a_mail(tmp_path, {"a.docx": big, "b.txt": TEXT})
    del big
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with Reader(ocr=False) as reader:
        mail = reader.read(path, parsed)
    assert mail.attachments[1].text == TEXT.decode()
    # In kilobytes; the mail itself is 70 MB.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 8_000


@pytest.mark.parametrize("beside", [b"", bytes(9 << 20)])
def test_a_child_that_has_just_parsed_a_mail_reads_its_attachments_as_any_other(
    tmp_path: Path, beside: bytes
) -> None:
    files = {"a.txt": TEXT, "b.bin": b"\x00" + beside, "c.docx": real("report.docx"), "d.txt": TEXT * 2}
    path, parsed = a_mail(tmp_path, files)
    with Reader(ocr=False) as reader:
        again = reader.parse(path, sha256=path.name, size=path.stat().st_size)
        assert again == parsed
        first, then = reader.read(path, again), reader.read(path, again)
        unasked = reader.whole(path, sha256=path.name, size=path.stat().st_size)
    assert first == then == unasked
    assert [read.nature for read in first.attachments] == [
        Nature.READ,
        Nature.FOREIGN,
        Nature.READ,
        Nature.READ,
    ]
    assert first.attachments[3].text == (TEXT * 2).decode()


def test_what_a_child_goes_on_to_tell_of_one_mail_is_not_taken_for_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = a_mail(tmp_path, {"a.txt": TEXT})
    other, _ = a_mail(tmp_path, {"b.txt": TEXT * 2})
    with Reader(ocr=False) as reader:
        with monkeypatch.context() as differing:
            differing.setattr(reader_module, "needs_its_attachments", lambda _: False)
            assert reader.whole(one, sha256=one.name, size=one.stat().st_size).attachments[0].text == ""
        read = reader.whole(other, sha256=other.name, size=other.stat().st_size)
    assert read.attachments[0].text == (TEXT * 2).decode()
    assert read.defects == ()


def test_what_was_decoded_beside_parsing_is_held_to_the_limit_too(tmp_path: Path) -> None:
    path, _ = a_mail(tmp_path, {"a.txt": b"x" * 1_001, "b.txt": b"x" * 1_000})
    with Reader(Limits(attachment_bytes=1_000), ocr=False) as reader:
        mail = reader.read(path, reader.parse(path, sha256=path.name, size=path.stat().st_size))
    assert [read.nature for read in mail.attachments] == [Nature.OVER_LIMIT, Nature.READ]


def test_the_child_is_confined(tmp_path: Path) -> None:
    with Reader(ocr=False) as reader:
        one(reader, tmp_path, "a.pdf", real("report.pdf"))
        pid = child_of(reader).pid
        limits = {
            name: resource.prlimit(pid, kind)[0]
            for name, kind in {
                "memory": resource.RLIMIT_AS,
                "files": resource.RLIMIT_FSIZE,
                "core": resource.RLIMIT_CORE,
                "open": resource.RLIMIT_NOFILE,
            }.items()
        }
        assert limits == {"memory": 512 << 20, "files": 0, "core": 0, "open": 64}
        assert resource.prlimit(pid, resource.RLIMIT_CPU)[0] < 60
        assert status(pid)["NoNewPrivs"] == "1"
        assert os.getpgid(pid) == pid
        assert os.getpriority(os.PRIO_PROCESS, pid) >= 10


def test_the_child_sees_no_network_where_the_system_allows_it(tmp_path: Path) -> None:
    with Reader(ocr=False) as reader:
        one(reader, tmp_path, "a.txt", TEXT)
        pid = child_of(reader).pid
        own = Path("/proc/self/ns/net").readlink()
        if Path(f"/proc/{pid}/ns/net").readlink() != own:
            interfaces = Path(f"/proc/{pid}/net/dev").read_text(encoding="ascii").splitlines()[2:]
            assert [line.split(":")[0].strip() for line in interfaces] == ["lo"]


def test_closing_ends_the_child_and_a_later_mail_begins_another(tmp_path: Path) -> None:
    reader = Reader(ocr=False)
    one(reader, tmp_path, "a.txt", TEXT)
    pid = child_of(reader).pid
    reader.close()
    reader.close()
    assert not Path(f"/proc/{pid}").exists()
    assert one(reader, tmp_path, "a.txt", TEXT).nature is Nature.READ
    reader.close()


def test_a_child_ends_when_its_parent_is_gone() -> None:
    child = Child(Limits(), ocr=False)
    child._socket.close()
    assert child._program.wait(5) == 0
    child.close()


@pytest.mark.parametrize("said", [b"\xff\xff\xff\xff", b"\x00\x00\x00\x02[]", b"\x00\x00\x00\x01{", b"\x00"])
def test_what_no_child_of_ours_says_ends_it(said: bytes) -> None:
    child = Child(Limits(), ocr=False)
    child._heard += said
    with pytest.raises(Gone):
        child.hear(time.monotonic() + 0.2)
    assert child._program.returncode is not None


def test_an_answer_is_believed_only_as_far_as_it_is_sound() -> None:
    reader = Reader(Limits(text_chars=5))
    answer = reader._checked(
        {"text": "a\ud800\x00bcdefgh", "nature": "quatsch", "defects": ["x\x1b[31m\u202e" + "y" * 999, 7]}
    )
    assert answer.text == "a\ufffd bc"
    assert answer.nature is Nature.BROKEN
    assert (len(answer.defects), len(answer.defects[0]), answer.defects[0][:5]) == (1, 240, "x[31m")
    for odd in ({}, {"text": 1, "defects": []}, {"text": "", "defects": "x"}):
        assert reader._checked(odd).nature is Nature.BROKEN


def test_a_mail_keeps_its_own_defects(tmp_path: Path) -> None:
    path, parsed = a_mail(tmp_path, {"a.txt": TEXT})
    marked = Mail(
        sha256=parsed.sha256,
        identity=parsed.identity,
        size=parsed.size,
        attachments=parsed.attachments,
        defects=("bare CR in header",),
    )
    with Reader(ocr=False) as reader:
        assert reader.read(path, marked).defects == ("bare CR in header",)
