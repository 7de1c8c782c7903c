# ruff: noqa: E501 - sentences for the ear read best in one piece
"""The demo centre's voice menu: prompts in two languages and the tree. Data only.

Answers are in our own words after the public notices listed in the project's domain notes; every one has to be
checked against the rules in force before a real centre plays it.
"""

from typing import Any

SYSTEM_PROMPTS = {
    "wrong_key": {"zh": "对不起，没有这个选项。", "en": "Sorry, that is not one of the options."},
    "no_key": {"zh": "没有收到您的按键。", "en": "We did not hear a key."},
    "to_agent": {
        "zh": "正在为您转接人工服务，请稍候。",
        "en": "We are connecting you to an agent. Please hold.",
    },
    "after_answer": {
        "zh": "转人工请按1，重听请按*，返回请按9。没有其他问题，您可以直接挂机。",
        "en": "For an agent, press 1. To hear this again, press star. To go back, press 9. "
        "If that is all, you may simply hang up.",
    },
    "goodbye": {
        "zh": "感谢您的来电，祝您旅途愉快，再见。",
        "en": "Thank you for calling. Have a good journey. Goodbye.",
    },
}

PROMPTS = SYSTEM_PROMPTS | {
    "welcome": {
        "zh": "您好，欢迎致电铁路客户服务中心。普通话服务请按1。",
        "en": "For service in English, press 2.",
    },
    "main": {
        "zh": "车票和出行咨询请按1，遗失物品请按2，重点旅客预约请按3，投诉、表扬和建议请按4，紧急求助请按5，"
        "人工服务请按0，重听请按*，返回请按9。",
        "en": "For tickets and travel, press 1. For lost items, press 2. For travel assistance, press 3. "
        "For complaints, praise and suggestions, press 4. For emergency help, press 5. "
        "For an agent, press 0. To hear this again, press star. To go back, press 9.",
    },
    "enquiry": {
        "zh": "退票、改签和发票请按1，儿童票、学生票和老年旅客请按2，列车停运和晚点请按3，随身物品请按4，人工服务请按0。",
        "en": "For refunds, changes and invoices, press 1. For child, student and senior fares, press 2. "
        "For cancelled and late trains, press 3. For luggage rules, press 4. For an agent, press 0.",
    },
    "ticket": {
        "zh": "退票手续费请按1，改签规则请按2，候补购票请按3，电子发票请按4，车票人工服务请按0。",
        "en": "For refund fees, press 1. For changing a ticket, press 2. For the waiting list, press 3. "
        "For electronic invoices, press 4. For a ticket agent, press 0.",
    },
    "fares": {
        "zh": "儿童票请按1，学生票请按2，老年旅客电话订票请按3，人工服务请按0。",
        "en": "For child tickets, press 1. For student tickets, press 2. For booking by telephone for seniors, "
        "press 3. For an agent, press 0.",
    },
    "running": {
        "zh": "列车停运退票请按1，列车晚点请按2，人工服务请按0。",
        "en": "For refunds of cancelled trains, press 1. For late trains, press 2. For an agent, press 0.",
    },
    "carry": {
        "zh": "行李重量和尺寸请按1，充电宝和喷雾请按2，携带宠物请按3，人工服务请按0。",
        "en": "For size and weight of luggage, press 1. For power banks and sprays, press 2. For pets, press 3. "
        "For an agent, press 0.",
    },
    "lost": {
        "zh": "登记遗失物品请按1，了解查找和认领办法请按2，人工服务请按0。",
        "en": "To report a lost item, press 1. To hear how items are found and collected, press 2. "
        "For an agent, press 0.",
    },
    "feedback": {
        "zh": "投诉请按1，表扬请按2，建议请按3，人工服务请按0。",
        "en": "To complain, press 1. To praise, press 2. To make a suggestion, press 3. For an agent, press 0.",
    },
    "refund_fee": {
        "zh": "退票手续费看离开车还有多久。八天及以上，不收手续费。四十八小时以上不足八天，收票价的5%。"
        "二十四小时以上不足四十八小时，收10%。不足二十四小时，收20%。手续费最低两元。",
        "en": "The refund fee depends on the time left before departure. Eight days or more: no fee. "
        "Between forty-eight hours and eight days: 5 percent of the fare. "
        "Between twenty-four and forty-eight hours: 10 percent. Less than twenty-four hours: 20 percent. "
        "The lowest fee is two yuan.",
    },
    "change_rules": {
        "zh": "一张车票只能改签一次。开车前四十八小时以上改签，不收手续费。不足四十八小时，改到票面日期或更早的车，也不收手续费；"
        "改到更晚的日期，按时间收取5%到15%。票价差额，多退少补。",
        "en": "A ticket can be changed once. More than forty-eight hours before departure there is no fee. "
        "Later than that, a change to the same or an earlier day is free, and a change to a later day costs "
        "5 to 15 percent. A difference in fare is collected or refunded.",
    },
    "waitlist": {
        "zh": "车票售完时，您可以在手机应用提交候补订单并预付票款。有退票时系统自动兑现。到截止时间没有兑现，票款自动退回。",
        "en": "When a train is sold out you can join the waiting list in the app and pay in advance. "
        "Returned seats are given out automatically. If none comes up before your deadline, "
        "the money goes back to you by itself.",
    },
    "invoice": {
        "zh": "电子发票在行程结束或退票、改签之后180天内，登录账户在订单里开具。",
        "en": "Electronic invoices are issued in your account, under orders, within 180 days after the journey, "
        "refund or change.",
    },
    "child_fare": {
        "zh": "每位持票成人可以免费带一名不满六岁、不占座位的儿童。满六岁不满十四岁的儿童，请购买儿童优惠票。年龄按乘车日期计算。",
        "en": "Each adult with a ticket may bring one child under six without a seat free of charge. "
        "Children from six to thirteen travel on a child ticket. Age is counted on the day of travel.",
    },
    "student_fare": {
        "zh": "学生优惠票每学年可以购买四次单程，不限寒暑假。学校信息须与学信网一致。动车组二等座、一等座按执行票价打七五折。",
        "en": "Students may buy four single tickets at the student fare in each school year, at any season. "
        "School details have to agree with the national student register. "
        "On multiple-unit trains the fare is 75 percent of the price of the day.",
    },
    "senior_booking": {
        "zh": "六十岁以上的旅客，可以在每天八点到十八点，凭身份证电话订购三天以后的车票。请准备好乘车日期、车次和席别。订票请按1。",
        "en": "Passengers of sixty and above may book by telephone, from eight to eighteen o'clock, "
        "for trains at least three days ahead. Please have your identity card, the date and the train ready. "
        "To book, press 1.",
    },
    "cancelled_train": {
        "zh": "列车停运，从公布停运起到乘车日期后三十天内，您可以在网上或任一车站窗口办理全额退票，不收手续费。",
        "en": "When a train is cancelled you get the whole fare back without a fee, online or at any station, "
        "until thirty days after the day of travel.",
    },
    "late_train": {
        "zh": "列车晚点时间请以车站公告和手机应用为准。因铁路原因晚点，一般可以在实际开车前到车站办理全额退票。",
        "en": "For the expected time please follow the notices at the station and in the app. "
        "When the railway is the cause, you may as a rule return the ticket at the station without a fee "
        "before the train actually leaves.",
    },
    "luggage": {
        "zh": "每位成人可以免费携带二十公斤，儿童十公斤。每件长宽高之和不超过一百六十厘米，动车组列车不超过一百三十厘米。",
        "en": "Adults may carry twenty kilograms free of charge, children ten. "
        "Length, width and height of a piece add up to 160 centimetres at most, "
        "and to 130 on multiple-unit trains.",
    },
    "power_bank": {
        "zh": "充电宝须标识清楚，单块不超过一百瓦时。自喷压力容器，每件不超过一百五十毫升，每种限一件，合计不超过六百毫升。",
        "en": "Power banks have to be clearly marked, with at most one hundred watt-hours each. "
        "Spray cans: at most 150 millilitres each, one of each kind, 600 millilitres together.",
    },
    "pets": {
        "zh": "部分车站试点宠物托运，可托运一只猫或一只犬，体重不超过十五公斤，肩高不超过四十厘米，需要检疫证明，请提前两天预约。"
        "导盲犬凭工作证可以一同乘车。",
        "en": "Some stations carry pets on trial: one cat or dog of at most fifteen kilograms and forty centimetres, "
        "with a health certificate, booked two days ahead. Guide dogs travel with you on showing the work "
        "certificate.",
    },
    "lost_help": {
        "zh": "请准备好乘车日期、车次、车厢和座位号，以及物品的颜色和特征。找到以后，请凭本人身份证件到保管车站认领，也可以委托他人代领。",
        "en": "Please have the date, the train, carriage and seat ready, and the colour and marks of the item. "
        "When it is found, collect it at the station that keeps it with your identity document, "
        "or send somebody for you.",
    },
    "assistance": {
        "zh": "行动不便的老人、孕妇、残障旅客等，可以预约进出站、上下车帮助，全程免费。离开车六小时以内，请直接联系乘车站。"
        "请先买好车票。预约请按1。",
        "en": "Passengers who need help at the station or on the train, such as elderly, pregnant or disabled "
        "travellers, can book it free of charge once they hold a ticket. "
        "Within six hours of departure please contact the station directly. To book, press 1.",
    },
}


def _exits(*exits: tuple[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "target": target} for key, target in exits]


def _menu(key: str, zh: str, en: str, *exits: tuple[str, str]) -> dict[str, Any]:
    return {
        "key": key,
        "kind": "menu",
        "title": {"zh": zh, "en": en},
        "prompt": key,
        "settings": {},
        "exits": _exits(*exits),
    }


def _answer(key: str, zh: str, en: str, agent: str) -> dict[str, Any]:
    return {
        "key": key,
        "kind": "self_service",
        "title": {"zh": zh, "en": en},
        "prompt": key,
        "settings": {},
        "exits": _exits(("1", agent)),
    }


def _queue(
    key: str, zh: str, en: str, queue: str, service: str, skills: tuple[str, ...] = (), priority: int = 5
) -> dict[str, Any]:
    return {
        "key": key,
        "kind": "queue",
        "title": {"zh": zh, "en": en},
        "prompt": "",
        "settings": {
            "queue": queue,
            "queue_en": queue if queue == "emergency" else "english",
            "skills": list(skills),
            "priority": priority,
            "service": service,
        },
        "exits": [],
    }


LANGUAGE_NODE = {
    "key": "language",
    "kind": "language",
    "title": {"zh": "语言选择", "en": "Language"},
    "prompt": "welcome",
    "settings": {},
    "exits": [
        {"key": "1", "target": "main", "value": "zh", "label": {"zh": "中文", "en": "Chinese"}},
        {"key": "2", "target": "main", "value": "en", "label": {"zh": "英文", "en": "English"}},
    ],
}

TREE: dict[str, Any] = {
    "start": "language",
    "operator": "operator",
    "nodes": [
        LANGUAGE_NODE,
        _menu(
            "main",
            "主菜单",
            "Main menu",
            ("1", "enquiry"),
            ("2", "lost"),
            ("3", "assistance"),
            ("4", "feedback"),
            ("5", "emergency"),
        ),
        _menu(
            "enquiry",
            "车票和出行咨询",
            "Tickets and travel",
            ("1", "ticket"),
            ("2", "fares"),
            ("3", "running"),
            ("4", "carry"),
        ),
        _menu(
            "ticket",
            "退票改签",
            "Refunds and changes",
            ("1", "refund_fee"),
            ("2", "change_rules"),
            ("3", "waitlist"),
            ("4", "invoice"),
            ("0", "ticket_agent"),
        ),
        _answer("refund_fee", "退票手续费", "Refund fees", "ticket_agent"),
        _answer("change_rules", "改签规则", "Changing a ticket", "ticket_agent"),
        _answer("waitlist", "候补购票", "Waiting list", "ticket_agent"),
        _answer("invoice", "电子发票", "Electronic invoices", "ticket_agent"),
        _menu(
            "fares",
            "优惠票",
            "Reduced fares",
            ("1", "child_fare"),
            ("2", "student_fare"),
            ("3", "senior_booking"),
            ("0", "ticket_agent"),
        ),
        _answer("child_fare", "儿童票", "Child tickets", "ticket_agent"),
        _answer("student_fare", "学生票", "Student tickets", "ticket_agent"),
        _answer("senior_booking", "老年旅客电话订票", "Telephone booking for seniors", "ticket_agent"),
        _menu("running", "列车运行", "Trains today", ("1", "cancelled_train"), ("2", "late_train")),
        _answer("cancelled_train", "停运退票", "Cancelled trains", "ticket_agent"),
        _answer("late_train", "列车晚点", "Late trains", "operator"),
        _menu("carry", "随身物品", "Luggage rules", ("1", "luggage"), ("2", "power_bank"), ("3", "pets")),
        _answer("luggage", "行李规定", "Size and weight", "operator"),
        _answer("power_bank", "限带物品", "Power banks and sprays", "operator"),
        _answer("pets", "宠物托运", "Pets", "operator"),
        _menu("lost", "遗失物品", "Lost items", ("1", "lost_agent"), ("2", "lost_help"), ("0", "lost_agent")),
        _answer("lost_help", "查找和认领办法", "Finding and collecting", "lost_agent"),
        _answer("assistance", "重点旅客预约", "Travel assistance", "assistance_agent"),
        _menu(
            "feedback",
            "投诉、表扬和建议",
            "Complaints, praise, suggestions",
            ("1", "complaint_agent"),
            ("2", "praise_agent"),
            ("3", "suggestion_agent"),
        ),
        _queue("operator", "人工服务", "Agent", "general", "enquiry"),
        _queue("ticket_agent", "车票人工", "Ticket agent", "ticket", "enquiry", ("ticket",)),
        _queue("lost_agent", "遗失物品人工", "Lost-item agent", "lost", "lost_item", ("lost",)),
        _queue(
            "assistance_agent", "重点旅客人工", "Assistance agent", "priority", "assistance", ("priority",), 3
        ),
        _queue(
            "complaint_agent", "投诉受理", "Complaints agent", "complaint", "complaint", ("complaint",), 4
        ),
        _queue("praise_agent", "表扬受理", "Praise", "general", "praise"),
        _queue("suggestion_agent", "建议受理", "Suggestions", "general", "suggestion"),
        _queue("emergency", "紧急求助", "Emergency help", "emergency", "emergency", ("emergency",), 1),
    ],
}
