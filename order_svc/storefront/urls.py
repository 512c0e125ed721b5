"""The paths of the storefront."""

from django.urls import path

from common.ui.preferences import save
from common.web.error_views import bad_request, forbidden, not_found, server_error
from common.web.metrics import metrics
from common.web.static import no_icon, static_file
from order_svc.storefront.views import health, orders, payment, products, till

ORDER = "orders/<id:order_id>"

urlpatterns = [
    path("", products.home, name="home"),
    path("products", products.shelves, name="shelves"),
    path("cart", products.change_cart, name="cart"),
    path("checkout", till.checkout, name="checkout"),
    path(
        "orchestration-orders",
        orders.listed,
        {"mode": "ORCHESTRATION"},
        name="orchestration-orders",
    ),
    path(
        "choreography-orders",
        orders.listed,
        {"mode": "CHOREOGRAPHY"},
        name="choreography-orders",
    ),
    path(ORDER, orders.order, name="order"),
    path(f"{ORDER}/progress", orders.progress, name="progress"),
    path(f"{ORDER}/cancel", orders.cancel, name="cancel"),
    path(f"{ORDER}/retry", orders.retry, name="retry"),
    path(f"{ORDER}/again", orders.again, name="again"),
    path("payment/success", payment.success, name="paid"),
    path("payment/fail", payment.fail, name="unpaid"),
    path("payment/<id:order_id>", payment.pay, name="pay"),
    path("payment/<id:order_id>/ready", payment.ready, name="ready"),
    path("preferences", save, name="preferences"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.livez, name="readyz"),
    path("health", health.health, name="health"),
    path("metrics", metrics, name="metrics"),
    path("favicon.ico", no_icon, name="icon"),
    path("static/<path:path>", static_file, name="static"),
]

handler400 = bad_request
handler403 = forbidden
handler404 = not_found
handler500 = server_error
