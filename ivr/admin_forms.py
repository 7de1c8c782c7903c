"""The forms in which menus are edited: a node's settings are asked as its kind describes them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from callcenter.acd.models import Queue, Skill
from ivr.kinds import KINDS
from ivr.kinds.base import Field, Kind
from ivr.models import MenuKey, MenuNode, MenuVersion

PREFIX = "setting_"


class VersionForm(forms.ModelForm):
    """Callers can begin at, and be led to, nodes of this version only."""

    class Meta:
        model = MenuVersion
        fields = ["note", "start", "operator"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nodes = MenuNode.objects.filter(version=self.instance.pk)
        for name, offered in (("start", nodes), ("operator", nodes.filter(kind="queue"))):
            field = self.fields.get(name)
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = offered


class NodeForm(forms.ModelForm):
    """Title, prompt, and the settings of the node's kind; `node_form_for` makes one for a kind."""

    kind_described: Kind | None = None

    class Meta:
        model = MenuNode
        fields = ["title_zh", "title_en", "prompt"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.kind_described.fields if self.kind_described else ():
            self.initial.setdefault(
                PREFIX + field.name, self.instance.settings.get(field.name, field.default)
            )

    def save(self, commit: bool = True) -> MenuNode:
        """Put the settings of the kind into the node; empty ones are left to their defaults."""
        fields = self.kind_described.fields if self.kind_described else ()
        given = {field.name: self.cleaned_data.get(PREFIX + field.name) for field in fields}
        self.instance.settings = {name: value for name, value in given.items() if value not in (None, "", [])}
        return super().save(commit)


def node_form_for(kind_code: str) -> type[NodeForm]:
    """Return the form for nodes of a kind."""
    kind = KINDS.get(kind_code)
    fields = {PREFIX + field.name: _form_field(field) for field in kind.fields} if kind else {}
    return type("NodeForm", (NodeForm,), {"kind_described": kind, **fields})


def _form_field(field: Field) -> forms.Field:
    label = _(field.label)
    match field.type:
        case "whole_number":
            return forms.IntegerField(
                label=label, required=False, min_value=field.minimum, max_value=field.maximum
            )
        case "choice":
            return forms.ChoiceField(label=label, choices=[(code, _(name)) for code, name in field.choices])
        case "queue":
            return forms.ChoiceField(label=label, required=False, choices=_queues)
        case "skills":
            return forms.MultipleChoiceField(
                label=label, required=False, choices=_skills, widget=forms.CheckboxSelectMultiple
            )
    return forms.CharField(label=label, required=False)


def _queues() -> list[tuple[str, str]]:
    return [("", "—"), *((queue.code, str(queue)) for queue in Queue.objects.filter(is_active=True))]


def _skills() -> list[tuple[str, str]]:
    return [(skill.code, str(skill)) for skill in Skill.objects.filter(is_language=False)]


class KeyFormSet(forms.BaseInlineFormSet):
    """Keys lead to nodes of the same version; the nodes are read once for all keys."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        """Offer the version's nodes as targets."""
        super().add_fields(form, index)
        target = form.fields.get("target")
        if isinstance(target, forms.ModelChoiceField):
            target.queryset = MenuNode.objects.filter(version=self.instance.version_id)
            target.choices = self._choices
            for button in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
                setattr(target.widget, button, False)

    @property
    def _choices(self) -> list[tuple[Any, str]]:
        if not hasattr(self, "_nodes"):
            nodes = MenuNode.objects.filter(version=self.instance.version_id)
            self._nodes = [("", "—"), *((node.pk, str(node)) for node in nodes)]
        return self._nodes

    class Meta:
        model = MenuKey
