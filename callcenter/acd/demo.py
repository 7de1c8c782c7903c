"""The demo centre: people, teams, seats, skills, queues and reasons. Data and one idempotent function."""

from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from callcenter.accounts.models import Centre, DeskType, Role, Seat, Team, User
from callcenter.acd.models import Agent, AgentSkill, CallReason, NotReadyReason, Queue, QueueSkill, Skill
from callcenter.acd.services import reasons
from callcenter.customers.models import Customer, CustomerNumber

SKILLS = [
    ("mandarin", "普通话", "Mandarin", True),
    ("english", "英语", "English", True),
    ("ticket", "票务", "Tickets", False),
    ("lost", "遗失物品", "Lost items", False),
    ("complaint", "投诉", "Complaints", False),
    ("priority", "重点旅客", "Priority passengers", False),
    ("emergency", "应急救助", "Emergency help", False),
]

# code, names, priority, needs {skill: (level, relax after seconds, level then)}, wrap-up seconds
QUEUES: list[tuple[str, str, str, int, dict[str, tuple[int, int | None, int | None]], int]] = [
    ("general", "客运综合", "General", 5, {}, 30),
    ("ticket", "购票改签", "Tickets", 5, {"ticket": (2, 30, 1)}, 30),
    ("lost", "遗失物品", "Lost items", 5, {"lost": (2, 45, None)}, 60),
    ("priority", "重点旅客", "Priority passengers", 3, {"priority": (2, 60, 1)}, 60),
    ("complaint", "投诉", "Complaints", 4, {"complaint": (3, 60, 2)}, 60),
    ("emergency", "应急救助", "Emergency help", 1, {"emergency": (2, 15, None)}, 60),
    ("english", "英语", "English", 5, {"english": (3, None, None)}, 45),
]

NOT_READY = [
    ("break", "小休", "Break", None, 900),
    ("meal", "用餐", "Meal", None, 1800),
    ("recovery", "情绪恢复", "Recovery", 120, 120),
    ("coaching", "辅导", "Coaching", None, 1200),
    ("paperwork", "补录工单", "Paperwork", None, 600),
]

# branch → (names, leaves)
REASONS: dict[str, tuple[str, str, list[tuple[str, str, str, str]]]] = {
    "enquiry": (
        "咨询",
        "Enquiry",
        [
            ("refund", "退票与退票费", "Refund and fee", "退款 到账"),
            ("change", "改签", "Change of ticket", "变更到站 差价"),
            ("waitlist", "候补购票", "Waitlist", "兑现"),
            ("discount", "学生、儿童与优惠票", "Student, child and reduced fares", "残疾军人 半价"),
            ("account", "实名与账号", "Real name and account", "登录 密码 手机核验"),
            ("invoice", "报销与电子发票", "Invoices", "报销凭证"),
            ("running", "正晚点与停运", "Delays and cancellations", "晚点 停运"),
            ("station", "车站与进出站", "Stations, entry and exit", "检票 安检 临时身份证明"),
            ("luggage", "携带品与行李", "Luggage and what may be carried", "充电宝 宠物 白酒"),
            ("elderly", "老年旅客订票", "Booking by phone for passengers over 60", "60岁"),
        ],
    ),
    "complaint": (
        "投诉",
        "Complaint",
        [
            ("staff", "服务态度", "Manner of staff", "乘务员 检票员"),
            ("carriage", "列车环境与设备", "Carriage and equipment", "空调 卫生 噪声"),
            ("catering", "列车餐饮", "Catering", "盒饭"),
            ("ticketing", "票务处理", "Ticket handling", "退改签 扣费"),
            ("hotline", "客服中心", "The hotline itself", "等待 答错"),
        ],
    ),
    "praise": ("表扬", "Praise", [("crew", "车站与列车人员", "Station and train staff", "锦旗 好人好事")]),
    "suggestion": ("建议", "Suggestion", [("service", "服务改进", "Better service", "意见")]),
    "emergency": (
        "应急救助",
        "Emergency help",
        [
            ("illness", "旅客突发疾病", "Passenger taken ill", "急救 120"),
            ("missing", "人员走失", "Missing person", "老人 儿童"),
            ("onboard", "列车上求助", "Help on board", "纠纷"),
        ],
    ),
    "lost": (
        "遗失物品",
        "Lost items",
        [
            ("on_train", "遗失物品：列车上", "Lost on a train", "行李架 座位 忘拿"),
            ("in_station", "遗失物品：车站", "Lost at a station", "候车室 安检"),
            ("status", "查询登记结果", "Status of a report", "进度"),
        ],
    ),
    "assistance": (
        "重点旅客",
        "Priority passengers",
        [
            ("booking", "预约服务", "Book assistance", "轮椅 担架 孕妇 视障"),
            ("changed", "变更或取消预约", "Change or cancel", ""),
        ],
    ),
    "other": (
        "其他",
        "Other",
        [("silent", "无声或骚扰", "Silent or nuisance call", "打错"), ("misc", "其他", "Other", "")],
    ),
}

TEAMS = [("t1", "一班", "Team 1"), ("t2", "二班", "Team 2"), ("t3", "三班", "Team 3")]
NAMES = [
    *("王芳", "李静", "张敏", "刘洋", "陈杰", "杨丽", "赵磊", "黄婷", "周强", "吴霞", "徐鹏", "孙悦"),
    *("胡斌", "朱琳", "高翔", "林娜", "何俊", "郭雪", "马超", "罗丹", "梁宇", "宋佳", "郑凯", "谢莹"),
    *("韩冰", "唐果", "冯涛", "于洁", "董浩", "萧雨", "程远", "曹颖", "袁帅", "邓琪", "许诺", "傅晨"),
]
OFFICE = [
    ("lead1", "lead", "沈建国", "L201", "t1"),
    ("lead2", "lead", "韩梅", "L202", "t2"),
    ("quality1", "quality", "陆瑶", "Q301", None),
    ("planner1", "planner", "贺明", "P401", None),
    ("station1", "station", "上海虹桥站·客运值班员", "S501", None),
    ("admin", "administrator", "系统管理员", "A001", None),
]
PASSENGERS = [
    ("李某", "frequent", "13800002046", "听力稍弱，请放慢语速"),
    ("周某某", "priority", "13800003157", "使用轮椅"),
    ("Ms Carter", "ordinary", "13900004268", ""),
]


@transaction.atomic
def seed_centre(password: str, *, agents: int = len(NAMES)) -> None:
    """Fill an empty database with a centre; what exists already stays as people have changed it."""
    centre, _ = Centre.objects.get_or_create(
        code="shanghai", defaults={"name": "上海客户服务中心", "name_en": "Shanghai service centre"}
    )
    teams = {
        code: Team.objects.get_or_create(
            code=code, defaults={"centre": centre, "name": name, "name_en": name_en}
        )[0]
        for code, name, name_en in TEAMS
    }
    skills = {
        code: Skill.objects.get_or_create(
            code=code, defaults={"name": name, "name_en": name_en, "is_language": is_language}
        )[0]
        for code, name, name_en, is_language in SKILLS
    }
    _queues(skills)
    for position, (code, name, name_en, again, usual) in enumerate(NOT_READY, 1):
        values = {"name": name, "name_en": name_en, "ready_again_seconds": again, "usual_seconds": usual}
        NotReadyReason.objects.get_or_create(code=code, defaults={**values, "position": position * 10})
    _reasons()
    hashed = make_password(password)
    _office(centre, teams, hashed)
    for number in range(agents):
        _agent(number, centre, list(teams.values()), skills, hashed)
    for name, level, digits, remark in PASSENGERS:
        if not CustomerNumber.objects.filter(number=digits).exists():
            customer = Customer.objects.create(name=name, level=level, remark=remark)
            CustomerNumber.objects.create(customer=customer, number=digits)


def _queues(skills: dict[str, Skill]) -> None:
    general = None
    for position, (code, name, name_en, priority, needs, wrap_up) in enumerate(QUEUES, 1):
        queue, created = Queue.objects.get_or_create(
            code=code,
            defaults={
                "name": name,
                "name_en": name_en,
                "priority": priority,
                "position": position * 10,
                "wrap_up_seconds": wrap_up,
                "overflow_queue": general if code in ("ticket", "lost") else None,
                "max_wait_seconds": 180 if code in ("ticket", "lost") else 0,
            },
        )
        general = general or queue
        if created:
            QueueSkill.objects.bulk_create(
                QueueSkill(
                    queue=queue,
                    skill=skills[skill],
                    min_level=level,
                    relax_after_seconds=after,
                    relaxed_level=then,
                )
                for skill, (level, after, then) in needs.items()
            )


def _reasons() -> None:
    for branch_code, (name, name_en, leaves) in REASONS.items():
        branch = CallReason.objects.filter(code=branch_code).first()
        if branch is None:
            branch = CallReason(code=branch_code, name=name, name_en=name_en)
            reasons.fill_search_keys(branch)
            branch = CallReason.objects.add_root(instance=branch)
        for code, leaf, leaf_en, keywords in leaves:
            full = f"{branch_code}-{code}"
            if CallReason.objects.filter(code=full).exists():
                continue
            node = CallReason(code=full, name=leaf, name_en=leaf_en, keywords=keywords)
            reasons.fill_search_keys(node)
            CallReason.objects.add_child(CallReason.objects.get(pk=branch.pk), instance=node)


def _office(centre: Centre, teams: dict[str, Team], hashed: str) -> None:
    for username, role, name, staff_no, team in OFFICE:
        values: dict[str, Any] = {
            "role": role,
            "display_name": name,
            "staff_no": staff_no,
            "centre": centre,
            "team": teams.get(team or ""),
            "password": hashed,
            "is_staff": role == Role.ADMINISTRATOR,
        }
        User.objects.get_or_create(username=username, defaults=values)


def _agent(number: int, centre: Centre, teams: list[Team], skills: dict[str, Skill], hashed: str) -> None:
    """The agents differ so that routing shows: each fifth speaks English, each third knows complaints."""
    extension = str(1001 + number)
    user, created = User.objects.get_or_create(
        username=f"agent{number + 1}",
        defaults={
            "role": Role.AGENT,
            "display_name": NAMES[number % len(NAMES)],
            "staff_no": extension,
            "centre": centre,
            "team": teams[number % len(teams)],
            "password": hashed,
        },
    )
    if not created:
        return
    agent = Agent.objects.create(user=user, extension=extension)
    levels = {"mandarin": 5, "ticket": 3 + number % 3, "lost": 2 + number % 4, "priority": 2, "emergency": 2}
    if number % 5 == 0:
        levels["english"] = 4
    if number % 3 == 0:
        levels["complaint"] = 4
    AgentSkill.objects.bulk_create(
        AgentSkill(agent=agent, skill=skills[code], level=min(level, 5)) for code, level in levels.items()
    )
    island = "ABCDEFGH"[number // 8 % 8]
    Seat.objects.get_or_create(
        centre=centre,
        number=f"{island}{number % 8 + 1:02}",
        defaults={
            "zone": "二层东区",
            "island": island,
            "position": number % 8 + 1,
            "desk_type": DeskType.COMPLAINT if number % 3 == 0 else DeskType.GENERAL,
            "user": user,
        },
    )
