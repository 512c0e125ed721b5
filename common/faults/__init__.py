"""Faults turned on by a person at points that the code names; never in production.

faults.reach("payment.after-intent")
faults.reach("payment.save", fail=lambda: OperationalError("the disk is full"))
if faults.happens("payment.decline", to=charge_key): …

Who is named gets the same answer whenever they come again (a unit that runs again).

A name that begins with `service.` stands for a point that every service has; who turns
a fault on names the service: `payment.handle` is reached as "service.handle".
"""

from common.faults.injection import InjectedFault, happens, reach, reached_by

__all__ = ["InjectedFault", "happens", "reach", "reached_by"]
