"""What the ledger keeps of a mail."""

from builders import a_mail

from mailbot.core.verdict import Findings, Question, Unclear
from mailbot.daemon.kept import to_keep

TOKEN = "AAAAAAABLTACG2UYIHWHUTJFSXZ3DTB2HE5MKJ65"


def test_no_key_of_a_digest_is_kept_whoever_sends_it_on() -> None:
    nobodys = Unclear(question=Question.UNIT, findings=Findings())
    kept = to_keep(a_mail(f"Fwd: LENH DUNG-GUI MA {TOKEN}"), nobodys)
    assert kept.subject == "Fwd: LENH DUNG-GUI MA …"
    assert to_keep(a_mail("Báo cáo tháng 6 năm 2013"), nobodys).subject == "Báo cáo tháng 6 năm 2013"
