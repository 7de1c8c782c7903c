"""Every address of the platform, found by walking the url configuration; values are filled in by kind."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

SAMPLE_BY_CONVERTER = {
    "int": "1",
    "str": "x",
    "slug": "x",
    "path": "1",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
ROUTE_VALUE = re.compile(r"<(?:(?P<converter>\w+):)?(?P<name>\w+)>")
NAMED_GROUP = re.compile(r"\(\?P<\w+>(?P<inside>[^()]*)\)")


@dataclass(frozen=True)
class Address:
    """A page by its full name, such as `accounts:login`, and a path that leads to it."""

    name: str
    path: str


def all_addresses() -> list[Address]:
    """Return every address, those of included packages too."""
    return sorted(set(_walk(get_resolver(), "/", ())), key=lambda address: (address.path, address.name))


def _walk(resolver: URLResolver, prefix: str, namespaces: tuple[str, ...]) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        path = prefix + _sample(str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            below = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from _walk(pattern, path, below)
        elif isinstance(pattern, URLPattern):
            yield Address(":".join((*namespaces, pattern.name or "unnamed")), path)


def _sample(route: str) -> str:
    route = ROUTE_VALUE.sub(lambda value: SAMPLE_BY_CONVERTER[value["converter"] or "str"], route)
    route = NAMED_GROUP.sub(lambda group: group["inside"].split("|")[0].replace(".*", "x"), route)
    return route.lstrip("^").rstrip("$").replace("\\", "")
