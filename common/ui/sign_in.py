"""Signing in and out, in the shell's look; the accounts are Django's."""

from __future__ import annotations

import math
from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.web.sign_in_limits import pause_s

MINUTE = 60


class SignInForm(AuthenticationForm):
    """Name and password; who must wait after wrong tries is told so."""

    def clean(self) -> dict[str, Any]:
        """Refuse a wrong password, and any while a pause lasts."""
        name = self.cleaned_data.get("username")
        if name and (seconds := pause_s(self.request, name)):
            raise ValidationError(pause_in_words(seconds), code="wait")
        return super().clean()


def pause_in_words(seconds: int) -> str:
    """How long to wait, counted up so that nobody tries too early."""
    if seconds < MINUTE:
        text = ngettext(
            "Too many wrong tries. Try again in %d second.",
            "Too many wrong tries. Try again in %d seconds.",
            seconds,
        )
        return text % seconds
    minutes = math.ceil(seconds / MINUTE)
    text = ngettext(
        "Too many wrong tries. Try again in %d minute.",
        "Too many wrong tries. Try again in %d minutes.",
        minutes,
    )
    return text % minutes


class SignIn(LoginView):
    """A form for name and password; the session gets a new key."""

    template_name = "ui/sign_in.html"
    authentication_form = SignInForm
    next_page = "/"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the shell shows on every page."""
        return super().get_context_data(title=_("Sign in"), **kwargs)


class SignOut(LogoutView):
    """A POST that ends the session."""

    next_page = "/sign-in"
    http_method_names = ["post", "options"]  # noqa: RUF012 - as Django's own
