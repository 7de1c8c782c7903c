"""Made-up states of the desk for pictures."""

from datetime import datetime, timedelta
from typing import Any

BOOT = {
    "user_id": 7, "tab_opened_at": 1, "reasons_url": "/desk/reasons/", "day_url": "/desk/day/",
    "test_call_url": "/desk/test-call/", "logout_url": "/accounts/sign-out/", "links": [],
}
LARGE, SMALL = (1440, 900), (1366, 768)
STATES = ["offline", "sound", "ready", "ringing", "talking", "hold", "wrap", "not_ready", "lost", "taken_over", "net"]
PICTURES = (
    [(name, LARGE, "zh", "light") for name in STATES]
    + [(name, SMALL, "zh", "light") for name in ("ready", "talking", "wrap", "ringing", "sound")]
    + [(name, LARGE, "en", "light") for name in ("ready", "talking", "wrap", "ringing", "offline")]
    + [(name, SMALL, "en", "light") for name in ("talking", "wrap", "ready")]
    + [(name, LARGE, "zh", "dark") for name in ("ready", "talking", "wrap", "ringing")]
    + [("talking", (1200, 800), "zh", "light")]
)
TREE = [
    ("咨询", "Enquiry", [("退票与退票费", "Refund and fee"), ("改签", "Change of ticket"), ("候补购票", "Waitlist"),
     ("学生、儿童与优惠票", "Student, child and reduced fares"), ("实名与账号", "Real name and account"),
     ("报销与电子发票", "Invoices"), ("正晚点与停运", "Delays and cancellations"), ("车站与进出站", "Stations"),
     ("携带品与行李", "Luggage")]),
    ("投诉", "Complaint", [("服务态度", "Manner of staff"), ("列车环境与设备", "Carriage and equipment"),
     ("列车餐饮", "Catering"), ("票务处理", "Ticket handling"), ("客服中心", "The hotline itself")]),
    ("表扬", "Praise", [("车站与列车人员", "Station and train staff")]),
    ("建议", "Suggestion", [("服务改进", "Better service")]),
    ("应急救助", "Emergency help", [("旅客突发疾病", "Passenger taken ill"), ("人员走失", "Missing person")]),
    ("遗失物品", "Lost items", [("遗失物品：下车后", "Lost item: after leaving"),
     ("遗失物品：仍在车上", "Lost item: still on the train"), ("失物查询进度", "Progress of a search")]),
]


def reasons(language: str) -> list[dict[str, Any]]:
    """A reason tree of two levels."""
    pick = 0 if language == "zh" else 1
    found = []
    for group in TREE:
        found.append({"id": len(found) + 1, "code": f"r{len(found)}", "name": group[pick], "path": "", "leaf": False, "depth": 0, "words": ""})
        for leaf in group[2]:
            found.append({"id": len(found) + 1, "code": f"r{len(found)}", "name": leaf[pick], "path": group[pick], "leaf": True, "depth": 1, "words": " ".join(leaf)})
    return found


def day(language: str) -> dict[str, Any]:
    """Some calls of today."""
    zh = language == "zh"
    now = datetime.now().astimezone()
    names = ["138****2046", "李某" if zh else "Ms Li", "186****0391", "159****7730", "131****4402", "150****9081"]
    calls = [
        {"id": n, "at": (now - timedelta(minutes=7 + 6 * n)).isoformat(), "passenger": names[n % 6],
         "queue": ("遗失物品" if n % 3 else "客运综合") if zh else ("Lost items" if n % 3 else "General"),
         "reason": ("遗失物品：下车后" if n % 3 else "改签") if zh else ("Lost item: after leaving" if n % 3 else "Change of ticket"),
         "result": ("已解决" if n % 2 else "已转出") if zh else ("Solved" if n % 2 else "Passed on"),
         "talk_seconds": 80 + 31 * n % 200, "is_complete": n != 2}
        for n in range(18)
    ]
    stretch = {"state": "not_ready", "reason": "小休" if zh else "Break",
               "started_at": (now - timedelta(minutes=70)).isoformat(), "ended_at": (now - timedelta(minutes=61)).isoformat()}
    hours = [{"hour": hour, "answered": count} for hour, count in zip(range(8, 13), (12, 13, 9, 11, 4), strict=True)]
    return {"calls": calls, "stretches": [stretch], "hours": hours}


def make(name: str, language: str, now: datetime) -> dict[str, Any]:
    """The sections of one state."""
    zh = language == "zh"
    ago = lambda seconds: (now - timedelta(seconds=seconds)).isoformat()  # noqa: E731
    code = {"sound": "not_ready", "ringing": "offered", "hold": "on_hold", "wrap": "wrap_up", "lost": "talking",
            "taken_over": "ready", "net": "ready"}.get(name, name)
    in_call = code in ("offered", "talking", "on_hold", "wrap_up")
    reason = {"sound": ("signed_in", "刚签入" if zh else "Just signed in"), "not_ready": ("meal", "用餐" if zh else "Meal")}.get(name)
    since = {"offered": 3, "talking": 252, "on_hold": 14, "wrap_up": 12}.get(code, 47)
    state = {
        "code": code, "since": None if code == "offline" else ago(since), "signed_in_at": None if code == "offline" else ago(9000),
        "reason": {"code": reason[0], "name": reason[1]} if reason else None, "next": None,
        "until": (now + timedelta(seconds=48)).isoformat() if code == "wrap_up" else None,
    }
    call = {
        "id": 51, "linkedid": "1795.1", "state": "talking", "direction": "inbound",
        "caller": {"number": "138****2046", "name": "李某" if zh else "Ms Li", "level": "常旅客" if zh else "Frequent",
                   "remark": "听力稍弱，请放慢语速" if zh else "Hard of hearing: speak slowly", "customer_id": 3},
        "queue": {"code": "lost", "name": "遗失物品" if zh else "Lost items"}, "language": "zh" if zh else "en", "needs": ["lost"],
        "path": [{"key": "", "label": label} for label in (("客运", "遗失物品") if zh else ("Travel", "Lost item"))],
        "entered_at": ago(since + 40), "offered_at": ago(since + 20), "answered_at": None if code == "offered" else ago(since + 2),
        "hold_since": None, "waited_seconds": 18, "hold_seconds": 22 if code == "wrap_up" else 0,
        "hold_count": 1 if code == "wrap_up" else 0, "ended_at": ago(since) if code == "wrap_up" else None,
        "history": [
            {"at": ago(86400), "queue": "客运综合" if zh else "General", "reason": "退票与退票费" if zh else "Refund and fee", "agent": "1077", "outcome": "answered", "seconds": 188},
            {"at": ago(86400 * 1.2), "queue": "客运综合" if zh else "General", "reason": "", "agent": "", "outcome": "abandoned", "seconds": 0},
            {"at": ago(86400 * 19), "queue": "英语" if zh else "English", "reason": "候补购票" if zh else "Waitlist", "agent": "1012", "outcome": "answered", "seconds": 90},
        ],
    }
    note = "18:37 黑色双肩包，落在座位上方行李架\n18:38 内有银色笔记本电脑、充电器、蓝色水杯\n18:40 已出站，人在南京南北广场\n18:41 下午 16:00 前需答复"
    note_en = "18:37 Black backpack on the rack above the seat\n18:38 Silver laptop, charger, blue bottle\n18:41 Wants an answer before 16:00"
    draft = {"call_id": 51, "reason_id": 24 if code != "offered" else None, "result": "ticket" if code == "wrap_up" else "",
             "first_call_resolved": None, "note": (note if zh else note_en) if code != "offered" else "", "saved_at": ago(4)}
    sections = {
        "me": {"user_id": 7, "name": "王芳" if zh else "Wang Fang", "staff_no": "1024", "team": "上海三班" if zh else "Shanghai 3",
               "extension": "1001", "language": "", "role": "agent"},
        "state": state, "call": call if in_call else None, "draft": draft if in_call else None,
        "today": {"answered": 38, "missed": 1, "this_hour": 9, "average_handle_seconds": 206, "talk_seconds": 5600, "hold_seconds": 300,
                  "wrap_up_seconds": 1500, "ready_seconds": 1400, "not_ready_count": 1, "not_ready_seconds": 240, "signed_in_seconds": 9000},
        "phone": None if code == "offline" else {"uri": "sip:1001@localhost", "extension": "1001", "password": "x", "ws_url": "ws://localhost:8999/sip",
                                                 "domain": "localhost", "expires_at": ago(-9000)},
        "reference": {
            "not_ready_reasons": [{"code": c, "name": n} for c, n in (("break", "小休" if zh else "Break"), ("meal", "用餐" if zh else "Meal"), ("recovery", "情绪恢复" if zh else "Recovery"), ("coaching", "辅导" if zh else "Coaching"))],
            "results": [{"code": c, "name": n} for c, n in (("solved", "当场解决" if zh else "Solved"), ("ticket", "已转出" if zh else "Passed on"), ("call_back", "约定回拨" if zh else "Call back agreed"), ("redirected", "转由他处" if zh else "Referred elsewhere"), ("no_speech", "无人说话" if zh else "Nobody spoke"))],
            "wrap_up_seconds": 60, "extension_seconds": 30,
        },
    }
    made: dict[str, Any] = {"sections": sections, "sound": {"checked": name not in ("sound", "offline")}}
    if name == "taken_over":
        made["taken_over"] = True
    if name == "lost":
        made["cut"] = True
        made["actions"] = [lambda page: page.wait_for_timeout(3000)]
    if name == "net":
        made["actions"] = [lambda page: page.keyboard.press("F10")]
    if name == "talking":
        made["actions"] = [lambda page: page.get_by_test_id("reason-search").fill("遗失" if zh else "lost")]
    return made
