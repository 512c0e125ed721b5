"""`/metrics` tells of the sagas under way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from rest_framework.test import APIClient

