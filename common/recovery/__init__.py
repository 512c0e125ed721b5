"""A payment that Toss is said to have made, and that the payment service has lost.

Whoever hears of one calls `services.begin` in the unit of work that hears it. From then
on the payment service is asked to ensure the payment, until it says that it is there or
that it cannot be; what it said goes to the service's `SERVICE_RECOVERY`.
"""
