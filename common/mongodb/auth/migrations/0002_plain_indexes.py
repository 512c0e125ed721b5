from typing import Any

from django.db import migrations

# Unique fields have partial indexes, which no look-up by one of them can use.
PLAIN = {"auth_user": "username", "auth_group": "name", "django_session": "session_key"}


def add(apps: Any, schema_editor: Any) -> None:
    for collection, field in PLAIN.items():
        name = f"{field}_plain"
        schema_editor.get_collection(collection).create_index(field, name=name)


def remove(apps: Any, schema_editor: Any) -> None:
    for collection, field in PLAIN.items():
        schema_editor.get_collection(collection).drop_index(f"{field}_plain")


class Migration(migrations.Migration):
    dependencies = [("auth", "0001_initial"), ("sessions", "0001_initial")]

    operations = [migrations.RunPython(add, remove)]
