"""Signing in and out, and what a person may change about himself."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from callcenter.accounts import demo, services, showcase
from callcenter.accounts.forms import PreferencesForm, SignInForm
from callcenter.accounts.models import Role, User
from callcenter.accounts.permissions import has_role

COOKIE_SECONDS = 365 * 24 * 3600


class SignIn(auth_views.LoginView):
    """The door. Who is signed in already is sent on."""

    form_class = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the people of the demo centre, if this is one."""
        return super().get_context_data(demo_people=demo.sign_ins(), **kwargs)


class SignOut(auth_views.LogoutView):
    """A link only asks; signing out takes a POST."""

    http_method_names = ["get", "post", "options"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask."""
        return render(request, "registration/sign_out.html")


class ChangePassword(auth_views.PasswordChangeView):
    """A person's own password."""

    success_url = reverse_lazy("accounts:profile")

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep this session and end the person's others."""
        messages.success(
            self.request, gettext("Password changed. Other places where you were signed in are out.")
        )
        return super().form_valid(form)


def profile(request: HttpRequest) -> HttpResponse:
    """Who I am here, and how the pages look for me."""
    person = cast(User, request.user)
    form = PreferencesForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        services.change_preferences(person, **form.cleaned_data)
        translation.activate(person.language or translation.get_language_from_request(request))
        messages.success(request, gettext("Settings saved."))
        return _remember(redirect("accounts:profile"), form.cleaned_data)
    return render(request, "accounts/profile.html", {"form": form})


@login_not_required
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep one choice made on any page: on the person, and for the sign-in page in a cookie."""
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest(gettext("There is no such choice."))
    if request.user.is_authenticated:
        services.change_preferences(request.user, **form.chosen())
    wants_json = "application/json" in request.headers.get("Accept", "")
    answer = HttpResponse(status=204) if wants_json else redirect(_way_back(request))
    return _remember(answer, form.chosen())


def components(request: HttpRequest) -> HttpResponse:
    """The living page of components: for whoever builds pages, and administrators."""
    if not (settings.DEBUG or has_role(request.user, Role.ADMINISTRATOR)):
        raise PermissionDenied
    return render(
        request, "components/page.html", {"states": showcase.STATES, "icons": showcase.icon_names()}
    )


def _remember(answer: HttpResponse, chosen: dict[str, Any]) -> HttpResponse:
    cookies = {"language": settings.LANGUAGE_COOKIE_NAME, "scheme": "scheme"}
    for name, cookie in cookies.items():
        if chosen.get(name):
            answer.set_cookie(cookie, chosen[name], max_age=COOKIE_SECONDS, httponly=True, samesite="Lax")
        elif name in chosen:
            answer.delete_cookie(cookie)
    return answer


def _way_back(request: HttpRequest) -> str:
    """Where the person came from, if that is one of our pages."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else settings.LOGIN_REDIRECT_URL
