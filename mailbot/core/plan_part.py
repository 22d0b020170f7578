"""Where a title stops reporting and starts planning: "tháng 8, nhiệm vụ trọng tâm tháng 9".

Reports end with the tasks of the coming period; the periods named there are not reported.
"""

from mailbot.core.sighting import Sighting
from mailbot.core.words import Line

# These open the plan part wherever something was reported before.
_STRONG = ("phương hướng", "phương án nhiệm vụ", "dự kiến", "đề ra", "phnv", "định hướng")
# These do so only at a joint of the title: "kết quả thực hiện nhiệm vụ tháng 5" reports.
_WEAK = (
    "nhiệm vụ", "các nhiệm vụ", "những nhiệm vụ", "một số nhiệm vụ", "kế hoạch", "xây dựng kế hoạch",
    "lập kế hoạch", "chương trình", "triển khai", "giải pháp", "các giải pháp", "một số giải pháp",
    "biện pháp", "mục tiêu", "chỉ tiêu", "dự toán", "xây dựng dự toán", "phương án", "trọng tâm",
    "công tác trọng tâm", "công việc trọng tâm", "lịch", "đề xuất", "nv", "kh", "ph", "tiếp tục",
    "những công việc", "công việc",
)  # fmt: skip
_REPORTING = (
    "báo cáo",
    "kết quả",
    "tình hình",
    "đánh giá",
    "sơ kết",
    "tổng kết",
    "kiểm điểm",
    "bc",
    "công tác",
    "họp",
)
# "về phương hướng, nhiệm vụ" is what a resolution is about, and that is carried out.
_OBJECT = ("về", "hiện", "khai", "theo")
_PLANNED_KINDS = ("kế hoạch", "dự kiến")

_STARTS = frozenset(phrase.split()[0] for phrase in (*_STRONG, *_WEAK))


def reported(line: Line, seen: list[Sighting], *, plans: bool) -> list[bool]:
    """For each of `seen` whether it is reported; `plans` tells that the document itself is a plan."""
    starts = _plan_starts(line, seen, plans=plans)
    told, planning = [], False
    for sighting in seen:
        while starts and starts[0][0] <= sighting.first:
            planning = starts.pop(0)[1]
        told.append(not planning)
    return told


def _plan_starts(line: Line, seen: list[Sighting], *, plans: bool) -> list[tuple[int, bool]]:
    starts: list[tuple[int, bool]] = []
    ends = {sighting.last for sighting in seen}
    earliest = min((sighting.last for sighting in seen), default=len(line))
    told = False
    for at in range(len(line)):
        joint = line.parted(at) or at in ends
        if _opens_plan(line, at, joint=joint and at >= earliest, told=(told or at >= earliest) and not plans):
            starts.append((at, True))
        elif starts and starts[-1][1] and line.parted(at) and _reports(line, at):
            starts.append((at, False))
        told = told or _reports(line, at)
    return starts


def _opens_plan(line: Line, at: int, *, joint: bool, told: bool) -> bool:
    if any(line[at - 1].spells(word) for word in _OBJECT) and not line[at].breaks:
        return False
    if joint and any(line.says(at, phrase) for phrase in _WEAK):
        return True
    if told and any(line.says(at, phrase) for phrase in _STRONG):
        return True
    return (
        told
        and line.says(at - 2, "báo cáo kế hoạch") is False
        and line.says(at - 2, "báo cáo")
        and line.says(at, "kế hoạch")
    )


def _reports(line: Line, at: int) -> bool:
    return any(line.says(at, phrase) for phrase in _REPORTING)
