"""The command line of the inventory service."""

import os
import sys
from pathlib import Path

if __name__ == "__main__":
    # In place of this folder, where celery.py would hide Celery itself.
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inventory_svc.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
