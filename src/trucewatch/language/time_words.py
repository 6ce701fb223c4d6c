"""The words of times: months, weekdays, parts of the day and ordinals in three languages."""

# ruff: noqa: E501 - patterns read better unbroken
from __future__ import annotations

import re

MONTHS: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "january jan січня січень січні января январь январе",
            "february feb лютого лютий лютому февраля февраль феврале",
            "march mar березня березень березні марта март марте",
            "april apr квітня квітень квітні апреля апрель апреле",
            "may травня травень травні мая май мае",
            "june jun червня червень червні июня июнь июне",
            "july jul липня липень липні июля июль июле",
            "august aug серпня серпень серпні августа август августе",
            "september sept sep вересня вересень вересні сентября сентябрь сентябре",
            "october oct жовтня жовтень жовтні октября октябрь октябре",
            "november nov листопада листопад листопаді ноября ноябрь ноябре",
            "december dec грудня грудень грудні декабря декабрь декабре",
        ),
        start=1,
    )
    for name in names.split()
}
MONTH = "(" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
WEEKDAYS: dict[str, int] = {
    stem: number
    for number, stems in enumerate(
        (
            "monday понеділ понедельник", "tuesday вівтор вторник", "wednesday серед сред",
            "thursday четвер четверг", "friday п'ятниц пятниц", "saturday субот суббот",
            "sunday неділ воскресен",
        )
    )
    for stem in stems.split()
}  # fmt: skip
WEEKDAY = (
    r"\b(?:on\s+|у\s+|в\s+|во\s+)?("
    + "|".join(sorted(WEEKDAYS, key=len, reverse=True))
    + r")\w{0,3}\b"
)
# Local hours from and to; a part that runs past midnight ends on the next day.
DAY_PARTS: tuple[tuple[str, str, int, int], ...] = (
    (
        "early hours",
        r"early (?:morning )?(?:hours|morning)|перед світанком|на світанку|на рассвете",
        0,
        6,
    ),
    ("morning", r"morning(?: hours)?|вранці|зранку|уранці|ранку|ранок|утром|утра|утро", 6, 12),
    ("afternoon", r"afternoon(?: hours)?|пополудні|вдень|удень|дн[её]м", 12, 18),
    ("evening", r"evening(?: hours)?|увечері|ввечері|вечора|вечір|вечером|вечера|вечер", 18, 24),
    (
        "night",
        r"overnight|night(?: hours)?|nights|вночі|уночі|нічн\w{1,3}|ніч|ночью|ночи|ночь",
        22,
        30,
    ),
)
RELATIVE_DAYS: tuple[tuple[str, int], ...] = (
    (r"the day before yesterday|позавчора|позавчера", -2),
    (r"yesterday|вчора|учора|вчера|(?:минулої|попередньої) доби|the previous day|накануне|напередодні", -1),
    (r"today|сьогодні|сегодня", 0),
    (r"tomorrow|завтра", 1),
)  # fmt: skip
ORDINALS: dict[str, int] = {
    stem: number
    for number, stems in enumerate(
        (
            "second 2nd другий другу второй вторые", "third 3rd третій третю третий третьи",
            "fourth 4th четвертий четверту четвёртый четвертый", "fifth 5th п'ятий п'яту пятый",
            "sixth 6th шостий шосту шестой", "seventh 7th сьомий сьому седьмой",
            "eighth 8th восьмий восьмой", "ninth 9th дев'ятий девятый", "tenth 10th десятий десятый",
        ),
        start=2,
    )
    for stem in stems.split()
}  # fmt: skip
IN_A_ROW = re.compile(
    r"\b(?:for the\s+)?("
    + "|".join(sorted(map(re.escape, ORDINALS), key=len, reverse=True))
    + r")\s+"
    r"(?:consecutive\s+|successive\s+|straight\s+)?(day|night|week|день|добу|дня|ніч|ночь|сутки|тиждень|неделю)"
    r"(?:\s+(?:in a row|running|поспіль|подряд))?",
    re.IGNORECASE,
)
ROW_MARK = re.compile(
    r"in a row|running|consecutive|successive|straight|поспіль|подряд", re.IGNORECASE
)
LAST_DAY = re.compile(
    r"\b(?:(?:in|over|during|within)?\s*the (?:past|last|previous) (?:24 hours|day)|"
    r"(?:за|протягом|упродовж)\s+(?:минулу\s+|останню\s+)?доб[уи]|за\s+(?:прошедшие\s+|минувшие\s+|последние\s+)?сутки|"
    r"since the previous report(?:ing period)?)\b",
    re.IGNORECASE,
)
