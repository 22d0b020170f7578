"""Where a title stops reporting and starts planning: "tháng 8, nhiệm vụ trọng tâm tháng 9".

Reports end with the tasks of the coming period; the periods named there are not reported.
"""

from mailbot.core.language.words import Line, Phrases
from mailbot.core.reading.sighting import Sighting

# These open the plan part wherever something was reported before.
_STRONG = Phrases("phương hướng", "phương án nhiệm vụ", "dự kiến", "đề ra", "phnv", "phnvtt", "định hướng")
# These do so only at a joint of the title: "kết quả thực hiện nhiệm vụ tháng 5" reports.
_WEAK = Phrases(
    "nhiệm vụ", "các nhiệm vụ", "những nhiệm vụ", "một số nhiệm vụ", "kế hoạch", "xây dựng kế hoạch",
    "lập kế hoạch", "chương trình", "triển khai", "giải pháp", "các giải pháp", "một số giải pháp",
    "biện pháp", "mục tiêu", "chỉ tiêu", "dự toán", "xây dựng dự toán", "phương án", "trọng tâm",
    "công tác trọng tâm",
    "dự báo", "xây dựng chương trình", "xây dựng phương hướng", "đăng ký",
    "công việc", "những công việc", "lịch", "đề xuất", "tiếp tục", "nv", "kh", "ph", "nvtt", "phct", "ctct",
)  # fmt: skip
_REPORTING = Phrases(
    "báo cáo", "bc", "kết quả", "tình hình", "đánh giá", "sơ kết", "tổng kết", "kiểm điểm", "công tác", "họp",
)  # fmt: skip
# "thực hiện nhiệm vụ", "nghị quyết về phương hướng": what is planned is carried out, and reported on.
_CARRIED_OUT = ("về", "hiện", "khai", "theo")


def reported(line: Line, seen: list[Sighting], *, plans: bool) -> list[bool]:
    """For each of `seen` whether it is reported; `plans` tells that the document itself is a plan."""
    turns = _turns(line, seen, plans=plans)
    told, planning = [], False
    for sighting in seen:
        while turns and turns[0][0] <= sighting.first:
            planning = turns.pop(0)[1]
        told.append(not planning)
    return told


def _turns(line: Line, seen: list[Sighting], *, plans: bool) -> list[tuple[int, bool]]:
    """The words at which the title turns to planning (True) or back to reporting (False)."""
    turns: list[tuple[int, bool]] = []
    ends = {sighting.last for sighting in seen}
    first_end = min(ends, default=len(line))
    said, planning = False, False
    for at in range(len(line)):
        past = at >= first_end
        joint = past and (at in ends or line.parted(at))
        reports = bool(_REPORTING.at(line, at))
        if not planning and _opens_plan(line, at, joint=joint, told=past or (said and not plans)):
            planning = True
            turns.append((at, planning))
        elif planning and reports and line.parted(at) and not line.says(at, "công tác"):
            planning = False
            turns.append((at, planning))
        said = said or reports
    return turns


def _opens_plan(line: Line, at: int, *, joint: bool, told: bool) -> bool:
    if not joint and not told:
        return False
    opens = (
        (joint and _WEAK.at(line, at))
        or (told and _STRONG.at(line, at))
        or (told and line.says(at, "kế hoạch") and line.says(at - 2, "báo cáo"))
    )
    if not opens:
        return False
    return line[at].breaks or not any(line[at - 1].spells(word) for word in _CARRIED_OUT)
