"""Django's apps whose models have generated keys: on MongoDB these are ObjectIds."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig
from django.contrib.auth.apps import AuthConfig
from django.contrib.contenttypes.apps import ContentTypesConfig

from common.conf.databases import OBJECT_ID


class MongoAdminConfig(AdminConfig):
    """The admin's journal."""

    default_auto_field = OBJECT_ID


class MongoAuthConfig(AuthConfig):
    """Users, groups and permissions."""

    default_auto_field = OBJECT_ID


class MongoContentTypesConfig(ContentTypesConfig):
    """The models that permissions are about."""

    default_auto_field = OBJECT_ID
