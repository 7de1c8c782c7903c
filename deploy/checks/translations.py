"""Every text of the pages and the code has a Simplified Chinese translation, with the same placeholders."""

import ast
import gettext
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import django
from django.utils.translation.template import templatize

from deploy.local import paths, sources, translations

LOCALE = "zh_Hans"
# How many arguments of each function are texts: singular and plural, or a context first.
FUNCTIONS = {
    "_": "s",
    "gettext": "s",
    "gettext_lazy": "s",
    "gettext_noop": "s",
    "ngettext": "sp",
    "ngettext_lazy": "sp",
    "pgettext": "cs",
    "pgettext_lazy": "cs",
    "npgettext": "csp",
    "npgettext_lazy": "csp",
}
PLACEHOLDER = re.compile(r"%\((\w+)\)|%[sd]|(?<!\{)\{(\w*)\}(?!\})")
STRING = r"""(?:u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*")"""
TEMPLATE_CALL = re.compile(
    rf"\b(n?p?gettext|_)\(\s*({STRING})(?:\s*,\s*({STRING}))?(?:\s*,\s*({STRING}))?", re.DOTALL
)


@dataclass(frozen=True)
class Text:
    """A text to be translated and where it stands."""

    key: str
    place: str


def key_of(shape: str, arguments: list[str]) -> str:
    """The key under which a catalogue holds it: context, singular and plural, joined as gettext does."""
    parts = dict(zip(shape, arguments, strict=False))
    text = parts["s"] + (f"\0{parts['p']}" if "p" in parts else "")
    return f"{parts['c']}\4{text}" if "c" in parts else text


def texts_of_python(path: Path) -> Iterator[Text]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        shape = FUNCTIONS.get(name)
        arguments = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if shape and len(arguments) >= len(shape):
            yield Text(key_of(shape, arguments), f"{path.relative_to(paths.ROOT)}:{node.lineno}")


def texts_of_template(path: Path) -> Iterator[Text]:
    source = path.read_text(encoding="utf-8")
    for match in TEMPLATE_CALL.finditer(templatize(source, origin=str(path))):
        shape = FUNCTIONS[match[1]]
        arguments = [ast.literal_eval(text.removeprefix("u")) for text in match.groups()[1:] if text]
        if len(arguments) >= len(shape):
            yield Text(key_of(shape, arguments), str(path.relative_to(paths.ROOT)))


def texts() -> Iterator[Text]:
    """Every text of the code and of the templates."""
    for name in sources.PYTHON:
        for path in sources.files(paths.ROOT / name):
            if path.suffix == ".py" and "migrations" not in path.parts:
                yield from texts_of_python(path)
    for path in sources.files(paths.ROOT):
        if "templates" in path.parts and path.suffix in {".html", ".txt"}:
            yield from texts_of_template(path)


def known_to_django() -> set[str]:
    """What Django and its own apps translate already."""
    known: set[str] = set()
    for path in Path(django.__file__).parent.glob(f"**/locale/{LOCALE}/LC_MESSAGES/django.mo"):
        with path.open("rb") as stream:
            catalogue = gettext.GNUTranslations(stream)
        known |= {key if isinstance(key, str) else key[0] for key in catalogue._catalog}  # type: ignore[attr-defined]
    return known


def placeholders(text: str) -> set[str]:
    return {match[0] for match in PLACEHOLDER.finditer(text)}


def complaints() -> Iterator[str]:
    """What is missing or wrong, a line each."""
    translated: set[str] = set()
    for path in translations.catalogues():
        if path.parts[-3] != LOCALE:
            continue
        for entry in translations.parse(path.read_text(encoding="utf-8")):
            place = f"{path.relative_to(paths.ROOT)}:{entry.line}"
            if entry.is_translated:
                translated.add(entry.key)
            elif entry.source:
                yield f"{place}: no translation of {entry.source!r}"
            wanted = placeholders(entry.plural or entry.source)
            for target in entry.targets.values():
                if (
                    entry.source
                    and target
                    and not placeholders(target) <= wanted | placeholders(entry.source)
                ):
                    yield f"{place}: other placeholders than {entry.source!r}"
    known = translated | known_to_django()
    for text in texts():
        if text.key and text.key not in known and text.key.partition("\0")[0] not in known:
            yield f"{text.place}: no translation of {text.key!r}"


def main() -> int:
    found = sorted(set(complaints()))
    sys.stdout.writelines(f"{line}\n" for line in found)
    sys.stdout.write(f"{len(found)} texts without a good translation\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
