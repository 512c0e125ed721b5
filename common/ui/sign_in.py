"""Signing in and out, in the shell's look; the accounts are Django's."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import LoginView, LogoutView
from django.utils.translation import gettext_lazy as _


class SignIn(LoginView):
    """A form for name and password; the session gets a new key."""

    template_name = "ui/sign_in.html"
    next_page = "/"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the shell shows on every page."""
        return super().get_context_data(title=_("Sign in"), **kwargs)


class SignOut(LogoutView):
    """A POST that ends the session."""

    next_page = "/sign-in"
    http_method_names = ["post", "options"]  # noqa: RUF012 - as Django's own
