"""What only a browser shows: keys, menus, the switches, and that the security policy breaks nothing."""

import pytest
from playwright.sync_api import Page, expect

from callcenter.accounts.models import Role, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "platform-nine-and-a-bit"
SIGN_IN = "/accounts/sign-in/"
PROFILE = "/accounts/profile/"


@pytest.fixture
def zhao(transactional_db) -> User:
    return User.objects.create_user("zhao", password=PASSWORD, display_name="赵敏", role=Role.ADMINISTRATOR)


@pytest.fixture
def signed_in(page: Page, zhao: User) -> Page:
    page.goto(f"{SIGN_IN}?next={PROFILE}")
    page.get_by_label("用户名").fill("zhao")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="我的设置")).to_be_visible()
    return page


def test_signing_in_needs_no_mouse(page, zhao):
    page.goto(f"{SIGN_IN}?next={PROFILE}")
    page.keyboard.type("zhao")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="我的设置")).to_be_visible()


def test_the_password_can_be_looked_at(page, zhao):
    page.goto(SIGN_IN)
    page.get_by_role("button", name="显示密码").click()
    expect(page.get_by_label("密码", exact=True)).to_have_attribute("type", "text")


def test_the_first_tab_skips_the_rail(signed_in):
    signed_in.keyboard.press("Tab")
    expect(signed_in.locator(".skip-link")).to_be_in_viewport()
    signed_in.keyboard.press("Enter")
    assert signed_in.evaluate("document.activeElement.id") == "main"


def test_the_scheme_is_switched_at_once_and_kept(signed_in, zhao):
    with signed_in.expect_response("**/accounts/preferences/"):
        signed_in.get_by_role("button", name="切换深浅").click()
    expect(signed_in.locator("html")).to_have_attribute("data-bs-theme", "dark")
    zhao.refresh_from_db()
    assert zhao.scheme == "dark"


def test_the_language_is_switched_on_the_same_page(signed_in):
    signed_in.get_by_role("button", name="English").click()
    expect(signed_in.get_by_role("heading", name="My settings")).to_be_visible()
    expect(signed_in.locator("html")).to_have_attribute("lang", "en")


def test_signing_out_asks_first_and_escape_stays(signed_in):
    signed_in.locator(".me summary").click()
    signed_in.locator(".me").get_by_role("button", name="退出").click()
    dialog = signed_in.get_by_role("dialog", name="退出登录？")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("button", name="不退出")).to_be_focused()
    signed_in.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_signing_out_leads_to_the_door(signed_in):
    signed_in.locator(".me summary").click()
    signed_in.locator(".me").get_by_role("button", name="退出").click()
    signed_in.get_by_role("dialog").get_by_role("button", name="退出", exact=True).click()
    expect(signed_in.get_by_role("heading", name="登录")).to_be_visible()


def test_settings_are_saved_with_a_passing_message(signed_in):
    signed_in.get_by_text("大字").click()
    signed_in.get_by_role("button", name="保存").click()
    expect(signed_in.get_by_role("status").get_by_text("设置已保存")).to_be_visible()
    expect(signed_in.locator("html")).to_have_attribute("data-text", "large")


def test_on_a_narrow_screen_the_rail_is_a_drawer(signed_in):
    signed_in.set_viewport_size({"width": 390, "height": 844})
    rail = signed_in.get_by_role("navigation", name="主导航")
    expect(rail).to_be_hidden()
    signed_in.get_by_role("button", name="打开导航").click()
    expect(rail).to_be_visible()
    signed_in.keyboard.press("Escape")
    expect(rail).to_be_hidden()


@pytest.mark.parametrize("path", ["/accounts/components/", "/admin/", "/admin/accounts/user/add/"])
def test_pages_work_under_the_security_policy(signed_in, path):
    signed_in.goto(path)
    expect(signed_in.locator("h1")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 1366, 1280, 390])
def test_no_page_scrolls_sideways(signed_in, width):
    signed_in.set_viewport_size({"width": width, "height": 800})
    for path in (PROFILE, "/accounts/components/", "/accounts/password/"):
        signed_in.goto(path)
        too_wide = signed_in.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert too_wide <= 0, path
