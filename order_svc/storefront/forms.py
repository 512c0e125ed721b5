"""What a customer fills in at the till."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from order_svc.storefront.purchase import TOSS
from order_svc.storefront.services import STARTS

AUTO = "AUTO"


class CheckoutForm(forms.Form):
    """Who orders, in which pattern, paid how; no price is taken from it.

    `total` is what the customer saw, and only ever compared.
    """

    customer = forms.CharField(
        max_length=64,
        error_messages={"required": _("Please say who you are.")},
        validators=[
            RegexValidator(
                r"\A[A-Za-z0-9._:@-]+\Z",
                _("Letters, digits and . _ : @ - only, such as an e-mail address."),
            )
        ],
    )
    mode = forms.ChoiceField(choices=[(one, one) for one in STARTS])
    method = forms.ChoiceField(choices=[(TOSS, TOSS), (AUTO, AUTO)])
    key = forms.RegexField(r"\A[A-Za-z0-9_-]{16,64}\Z")
    total = forms.DecimalField(max_digits=20)

    def clean_method(self) -> str:
        """A way to pay that there is here."""
        method = str(self.cleaned_data["method"])
        if method == TOSS and not settings.PAYMENT_WINDOW.is_open:
            raise forms.ValidationError(_("This shop takes no cards just now."))
        return method
