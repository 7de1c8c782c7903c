"""Menus, their versions, nodes and keys; prompts and what was rendered of them; the way of every caller."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ivr.kinds import KINDS
from ivr.naming import CODE, LANGUAGES

LANGUAGE_NAMES = [("zh", _("Chinese")), ("en", _("English"))]
KIND_NAMES = [(kind.code, _(kind.label)) for kind in KINDS.values()]
ENDED = [
    ("pressed", _("Key pressed")),
    ("wrong", _("Wrong key")),
    ("silent", _("No key")),
    ("repeated", _("Repeated")),
    ("back", _("Back")),
    ("operator", _("Asked for an agent")),
    ("passed", _("Passed")),
    ("finished", _("Finished")),
    ("answered", _("Answered by the menu")),
    ("hung_up", _("Hung up")),
]
is_code = RegexValidator(
    CODE, _("Use small letters, digits and _, beginning with a letter, 39 characters at most.")
)
is_way_out = RegexValidator(
    r"^([0-9*#]|[a-z_]{2,16})$", _("A key is one of 0–9, *, # or a word such as “next”.")
)


def _shown_in_english() -> bool:
    return (get_language() or "").startswith("en")


class Menu(models.Model):
    """One voice menu: what a dialled number leads to."""

    code = models.CharField(_("code"), max_length=30, unique=True, validators=[is_code])
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    entry = models.CharField(
        _("number dialled"),
        max_length=32,
        blank=True,
        unique=True,
        help_text=_("Empty: every number that has no menu of its own."),
    )

    class Meta:
        verbose_name = _("voice menu")
        verbose_name_plural = _("voice menus")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name_en if self.name_en and _shown_in_english() else self.name


class MenuVersion(models.Model):
    """A state of a menu. A draft is edited; once published it never changes and can be gone back to."""

    class Status(models.TextChoices):
        """Draft → published → retired; a retired one can be published again."""

        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    menu = models.ForeignKey(Menu, models.PROTECT, related_name="versions", verbose_name=_("voice menu"))
    number = models.PositiveIntegerField(_("version"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    start = models.ForeignKey(
        "MenuNode",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("callers begin at"),
    )
    operator = models.ForeignKey(
        "MenuNode",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("0 and failures lead to"),
        help_text=_("The waiting line for callers who press 0 or fail three times."),
    )
    note = models.CharField(_("what is new"), max_length=200, blank=True)
    document = models.JSONField(null=True, editable=False, encoder=DjangoJSONEncoder)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="+")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = _("version of a voice menu")
        verbose_name_plural = _("versions of voice menus")
        ordering = ["menu", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["menu", "number"], name="menu_version_number_once"),
            models.UniqueConstraint(
                fields=["menu"], name="menu_has_one_published_version", condition=Q(status="published")
            ),
            models.UniqueConstraint(fields=["menu"], name="menu_has_one_draft", condition=Q(status="draft")),
            models.CheckConstraint(
                name="menu_version_published_has_document",
                condition=Q(status="draft", document=None, published_at=None)
                | ~Q(status="draft") & Q(document__isnull=False, published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.menu} {self.number}"

    @property
    def is_draft(self) -> bool:
        """Whether it may be edited."""
        return self.status == self.Status.DRAFT


class Prompt(models.Model):
    """What is said to callers, in every language."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[is_code])
    text_zh = models.TextField(_("text in Chinese"))
    text_en = models.TextField(_("text in English"), blank=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("prompt")
        verbose_name_plural = _("prompts")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code

    @property
    def texts(self) -> dict[str, str]:
        """Text by language."""
        return {language: getattr(self, f"text_{language}") for language in LANGUAGES}


class PromptAudio(models.Model):
    """A text that was rendered: which voice spoke it and how long it lasts. The sound itself is a file."""

    language = models.CharField(_("language"), max_length=5, choices=LANGUAGE_NAMES)
    name = models.CharField(_("file"), max_length=64)
    text = models.TextField(_("text"))
    voice = models.CharField(_("voice"), max_length=30)
    seconds = models.FloatField(_("seconds"))
    rendered_at = models.DateTimeField(_("rendered"), auto_now=True)

    class Meta:
        verbose_name = _("rendered prompt")
        verbose_name_plural = _("rendered prompts")
        ordering = ["language", "name"]
        constraints = [models.UniqueConstraint(fields=["language", "name"], name="prompt_audio_once")]

    def __str__(self) -> str:
        return f"{self.language}/{self.name}"


class MenuNode(models.Model):
    """One place in a version of a menu."""

    version = models.ForeignKey(MenuVersion, models.CASCADE, related_name="nodes", verbose_name=_("version"))
    key = models.CharField(_("node"), max_length=40, validators=[is_code])
    kind = models.CharField(_("kind"), max_length=20, choices=KIND_NAMES)
    title_zh = models.CharField(_("title"), max_length=60)
    title_en = models.CharField(_("English title"), max_length=60, blank=True)
    prompt = models.ForeignKey(
        Prompt, models.PROTECT, null=True, blank=True, related_name="nodes", verbose_name=_("prompt")
    )
    settings = models.JSONField(_("settings"), default=dict, blank=True, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("node")
        verbose_name_plural = _("nodes")
        ordering = ["version", "id"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="menu_node_key_once")]

    def __str__(self) -> str:
        title = self.title_en if self.title_en and _shown_in_english() else self.title_zh
        return f"{title} ({self.key})"


class MenuKey(models.Model):
    """A key of a node and where it leads."""

    node = models.ForeignKey(MenuNode, models.CASCADE, related_name="keys", verbose_name=_("node"))
    key = models.CharField(_("key"), max_length=16, validators=[is_way_out])
    target = models.ForeignKey(MenuNode, models.PROTECT, related_name="keys_here", verbose_name=_("leads to"))
    value = models.CharField(
        _("value"), max_length=40, blank=True, help_text=_("For a language choice: zh or en.")
    )
    label_zh = models.CharField(_("label"), max_length=60, blank=True)
    label_en = models.CharField(_("English label"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("key")
        verbose_name_plural = _("keys")
        ordering = ["node", "key"]
        constraints = [models.UniqueConstraint(fields=["node", "key"], name="menu_key_once_a_node")]

    def __str__(self) -> str:
        return f"{self.key} → {self.target_id}"


class EmergencyNotice(models.Model):
    """What every caller hears first during an outage: one agreed explanation, and when it is over."""

    text_zh = models.TextField(_("text in Chinese"))
    text_en = models.TextField(_("text in English"))
    recovers_at = models.DateTimeField(
        _("back to normal at"), null=True, blank=True, help_text=_("Told to callers as the time of day.")
    )
    entry = models.CharField(
        _("number dialled"), max_length=32, blank=True, help_text=_("Empty: callers of every number.")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = _("emergency notice")
        verbose_name_plural = _("emergency notices")
        ordering = ["-starts_at"]
        indexes = [models.Index(fields=["ends_at"], name="ivr_notice_ends")]
        constraints = [
            models.CheckConstraint(
                name="ivr_notice_ends_after_start",
                condition=Q(ends_at__gt=models.F("starts_at")),
                violation_error_message=_("It has to end after it begins."),
            )
        ]

    def __str__(self) -> str:
        return self.text_zh[:40]

    def spoken(self) -> dict[str, str]:
        """Return what is said in each language, with the time of recovery when it is known."""
        said = {language: getattr(self, f"text_{language}").strip() for language in LANGUAGES}
        if self.recovers_at is not None:
            at = timezone.localtime(self.recovers_at)
            said["zh"] += f"预计{at.hour}点{f'{at.minute}分' if at.minute else ''}恢复正常。"
            said["en"] += f" We expect to be back to normal at {at:%H:%M}."
        return said


class IvrVisit(models.Model):
    """One stay of a caller in a node: which key ended it, and how. Written after he has moved on."""

    linkedid = models.CharField(_("call"), max_length=64)
    number = models.PositiveSmallIntegerField(_("order"))
    version = models.ForeignKey(MenuVersion, models.PROTECT, related_name="+", verbose_name=_("version"))
    node = models.CharField(_("node"), max_length=40)
    language = models.CharField(_("language"), max_length=5)
    entered_at = models.DateTimeField(_("entered"))
    left_at = models.DateTimeField(_("left"))
    key = models.CharField(_("key"), max_length=16, blank=True)
    ended = models.CharField(_("ended"), max_length=10, choices=ENDED)

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["linkedid", "number"]
        indexes = [models.Index(fields=["-entered_at"], name="ivr_visit_entered")]
        constraints = [
            models.UniqueConstraint(fields=["linkedid", "number"], name="ivr_visit_once"),
            models.CheckConstraint(
                name="ivr_visit_left_after_entered", condition=Q(left_at__gte=models.F("entered_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.linkedid} {self.number} {self.node}"
