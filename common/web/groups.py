"""The groups viewer, operator and admin, and what each may do."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models import Q

VIEWER, OPERATOR, ADMIN = "viewer", "operator", "admin"

RIGHTS = {
    VIEWER: Q(codename__startswith="view_") | Q(codename="may_read"),
    OPERATOR: Q(codename__startswith="view_")
    | Q(codename__in=["may_read", "may_order", "may_operate"]),
    ADMIN: Q(),
}


def grant_rights(app_config: AppConfig, using: str = "default", **_: Any) -> None:
    """Make the groups and give them their rights on an app just migrated.

    Runs after every `migrate`, and only adds: what a person took away by hand comes
    back, so that a group means the same in all four services.
    """
    from django.contrib.auth.models import Group, Permission

    rights = Permission.objects.using(using).filter(
        content_type__app_label=app_config.label
    )
    for name, wanted in RIGHTS.items():
        group, _created = Group.objects.using(using).get_or_create(name=name)
        group.permissions.add(*rights.filter(wanted))
