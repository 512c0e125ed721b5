"""The shell's own addresses."""

from __future__ import annotations

from django.urls import path

from common.ui.preferences import save
from common.ui.sign_in import SignIn, SignOut

urlpatterns = [
    path("sign-in", SignIn.as_view(), name="sign-in"),
    path("sign-out", SignOut.as_view(), name="sign-out"),
    path("preferences", save, name="preferences"),
]
