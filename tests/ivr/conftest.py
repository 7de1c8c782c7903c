"""A centre with the demo menu published, and a folder for its sound."""

import pytest

from ivr import demo
from ivr.models import Menu, MenuVersion
from ivr.selectors import flow_of


@pytest.fixture(autouse=True)
def _forget_flows():
    """Ids are used again after a test; flows of the test before must not be."""
    flow_of.cache_clear()


@pytest.fixture
def sounds(settings, tmp_path):
    """Where Asterisk would play from."""
    settings.ASTERISK = {**settings.ASTERISK, "sounds_dir": str(tmp_path)}
    return tmp_path / "callcenter"


@pytest.fixture
def published(centre) -> MenuVersion:
    """The demo menu as callers hear it."""
    return demo.seed()


@pytest.fixture
def menu(published) -> Menu:
    """The demo menu."""
    return published.menu
