"""What everybody may know of Toss's sandbox: where it listens, and its keys."""

from __future__ import annotations

PORT = 3900
SECRET_KEY = "test_sk_sandbox"  # noqa: S105 - everybody may know it
CLIENT_KEY = "test_ck_sandbox"
BILLING_KEY = "billing_sandbox"
CUSTOMER_KEY = "customer_sandbox"
