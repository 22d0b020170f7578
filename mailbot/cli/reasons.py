"""A verdict as a clerk would give it: the conclusion first, then on what grounds, in Vietnamese."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from mailbot.cli.printing import visible
from mailbot.core.period import Period
from mailbot.core.rules import Rules
from mailbot.core.verdict import Question, Reason
from mailbot.core.wording import vietnamese
from mailbot.papers.words import SOURCES
from mailbot.post.words import DOCUMENT_TYPES

KINDS = {
    "filed": "ghi nhận báo cáo",
    "unclear": "chưa đủ căn cứ, phải hỏi",
    "sealed": "có dấu hiệu tài liệu mật, đã tách riêng",
    "bounce": "thư báo không gửi được",
    "delayed": "thư báo gửi chậm",
    "auto_reply": "thư trả lời tự động",
    "command": "lệnh gửi bằng thư trả lời",
    "duplicate": "trùng với thư đã nhận",
    "ignored": "không phải báo cáo, để riêng",
}
_TYPES = {"BC": "Báo cáo", "PL": "Phụ lục, biểu mẫu", **DOCUMENT_TYPES}
# Of these the first line has said it all.
_MACHINES = frozenset({"bounce", "delayed", "auto_reply", "duplicate"})
# Nobody is surer than that of anything that stands in a mail.
_SUREST = 0.999
# What most mails are, where nothing can be proved.
_UNREMARKABLE = ("known", "unknown")
# A list of everything that the unit owes helps nobody to choose.
_MOST_CANDIDATES = 4


def reasons(told: Mapping[str, Any], rules: Rules | None) -> Iterator[str]:
    """The lines for one mail that was explained; `told` is what `--json` prints of it.

    Without rules, units and reports are called by what the rules know them by.
    """
    yield f"{told['file']}: {KINDS.get(told['kind'], told['kind'])} ({told['kind']})"
    if told.get("subject"):
        yield f"  Tiêu đề: {visible(str(told['subject']))}"
    yield f"  Đơn vị: {_unit(told['unit'], rules)}"
    if kind := told["document_type"]:
        yield f"  Loại văn bản: {_TYPES.get(kind, kind)}"
    yield f"  Nhận lúc: {vietnamese.moment(datetime.fromisoformat(told['arrived_at']))}"
    yield from (f"  Nộp: {line}" for line in _filings(told["filings"], rules))
    if told.get("question"):
        yield f"  Phải hỏi vì: {vietnamese.words(Question(told['question']))}"
    if told.get("reason") and told["kind"] not in _MACHINES:
        yield f"  Để riêng vì: {vietnamese.words(Reason(told['reason']))}"
    candidates = list(_filings(told.get("candidates", ()), rules))
    yield from (f"  Có thể là: {line}" for line in candidates[:_MOST_CANDIDATES])
    if len(candidates) > _MOST_CANDIDATES:
        yield f"  và {len(candidates) - _MOST_CANDIDATES} báo cáo khác mà đơn vị còn phải gửi"
    if told["runner_up"]:
        yield f"  Khả năng khác: {visible(told['runner_up'])}"
    if failed := told.get("failed_recipients"):
        yield f"  Địa chỉ không nhận được thư: {visible(', '.join(failed))}"
    if told.get("duplicate_of"):
        yield f"  Thư đã nhận trước: số {told['duplicate_of']}"
    yield from _grounds(told)


def _grounds(told: Mapping[str, Any]) -> Iterator[str]:
    if told["evidence"]:
        yield "  Căn cứ:"
    for evidence in told["evidence"]:
        words = f" «{visible(evidence['text'])}»" if evidence["text"] else ""
        yield f"  - {SOURCES.get(evidence['source'], evidence['source'])}: {evidence['says']}{words}"
    proof = told.get("authentication", {})
    if proof and (proof["level"] not in _UNREMARKABLE or proof["alarming"]):
        yield f"  - Xác thực người gửi: mức {proof['level']}, {proof['says']}"
    yield from (f"  Lỗi của thư: {visible(defect)}" for defect in told["defects"])
    if told["kind"] == "filed":
        # Of a question no certainty is claimed: that is why it is asked.
        sure = told["confidence"]
        yield f"  Mức chắc chắn: {'trên ' if sure > _SUREST else ''}{min(sure, _SUREST):.1%}".replace(
            ".", ","
        )


def _unit(unit_id: str | None, rules: Rules | None) -> str:
    if unit_id is None:
        return "chưa xác định được"
    name = next((unit.name for unit in (rules.units if rules else ()) if unit.id == unit_id), "")
    return f"{name} ({unit_id})" if name else unit_id


def _filings(filings: Iterable[Mapping[str, str]], rules: Rules | None) -> Iterator[str]:
    names = {str(report.id): report.name for report in (rules.reports if rules else ())}
    for filing in filings:
        title = vietnamese.title(
            names.get(filing["report"], filing["report"]), Period.parse(filing["period"]).label
        )
        yield f"{title} ({filing['report']} {filing['period']})"
