"""The rule that a duty follows from, in Vietnamese sentences: for whoever disputes a verdict."""

from collections.abc import Iterator

from mailbot.core.duty import Duty
from mailbot.core.report import Report, StepKind
from mailbot.core.rules import Rules
from mailbot.core.wording import vietnamese

_STEPS = {StepKind.REMINDER: "Nhắc trước hạn", StepKind.LATE: "Đôn đốc sau hạn"}


def rule_words(rules: Rules, duty: Duty) -> Iterator[str]:
    """What is asked for, by when, which moment of arrival counts, and what is held against nobody."""
    report = rules.finds_report(duty.key.report)
    if report is not None:
        groups = [rules.groups.get(group, group) for group in sorted(report.owed_by)]
        by = f"; đơn vị phải gửi: {', '.join(groups)}" if groups else ""
        yield f"{vietnamese.titled(report, duty.key.period)} ({duty.key.report}), theo {duty.basis}{by}."
        yield from _steps(report)
    yield f"Thời hạn: {vietnamese.due(duty.due_at)}; cách tính: {duty.derivation}."
    yield (
        "Thời điểm nhận là thời điểm máy chủ thư của Văn phòng nhận được thư, hoặc dấu công văn đến của bản"
        " giấy, lấy bản đến trước; tính theo giờ Việt Nam, đến hết giây cuối cùng của thời hạn vẫn là đúng"
        " hạn; giờ ghi trên máy người gửi không được tính."
    )
    yield (
        "Không kết luận gửi chậm khi còn thư của đơn vị chưa được xử lý, khi hệ thống gián đoạn trong ngày"
        " cuối của thời hạn hoặc chưa đọc hết hộp thư sau thời hạn, khi thư gửi đến đơn vị không đến được."
    )


def _steps(report: Report) -> Iterator[str]:
    for kind, name in _STEPS.items():
        days = [vietnamese.number(step.working_days) for step in report.steps if step.kind is kind]
        if days:
            yield f"{name}: {', '.join(days)} ngày làm việc."
