"""The demo centre's voice menu, written and published. Idempotent: what an administrator changed stays."""

from typing import Any

from ivr.demo_tree import PROMPTS, TREE
from ivr.models import Menu, MenuVersion, Prompt
from ivr.services import menus, prompts

MENU = {"code": "main", "name": "主菜单", "name_en": "Main menu", "entry": ""}


def seed(*, by: Any = None) -> MenuVersion:
    """Make sure that prompts, their sound and a published menu exist; return the published version.

    Queues and skills have to be seeded before: the menu is checked against them as any other.
    """
    for code, texts in PROMPTS.items():
        if not Prompt.objects.filter(code=code).exists():
            prompts.write_prompt(code, texts["zh"], texts["en"], by=by)
    prompts.render_texts(prompts.all_texts())
    menu, _ = Menu.objects.get_or_create(code=MENU["code"], defaults=MENU)
    published = menu.versions.filter(status=MenuVersion.Status.PUBLISHED).first()
    if published is not None:
        return published
    draft = menu.versions.filter(status=MenuVersion.Status.DRAFT).first() or menus.create_draft(menu, by=by)
    menus.write_document(draft, TREE, by=by)
    return menus.publish(draft, by=by)
