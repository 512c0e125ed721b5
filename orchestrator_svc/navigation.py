"""The links in the head of the dashboard's pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from common.ui.access import READ
from common.ui.navigation import Link
from orchestrator_svc.dashboard.board.selectors import count_attention

NAVIGATION = (
    Link(
        label=_("Orders"),
        path="/",
        icon="list",
        right=READ,
        under=("/orders/", "/sagas/", "/choreography", "/filters/"),
    ),
    Link(
        label=_("Attention"),
        path="/attention",
        icon="bell",
        right=READ,
        badge=count_attention,
    ),
    Link(label=_("Jobs"), path="/jobs", icon="jobs", right=READ),
    Link(label=_("Log"), path="/log", icon="log", right=READ),
    Link(label=_("Audit"), path="/audit", icon="audit", right=READ),
    Link(
        label=_("Playground"),
        path="/playground",
        icon="play",
        right=READ,
        demo_only=True,
    ),
)
