// Opens Toss's own window, or its widget where the key is one of the widget's.
(function () {
  "use strict";

  const button = document.getElementById("pay");
  const silent = () => { document.getElementById("toss-silent").hidden = false; };
  if (!window.TossPayments) return silent();
  const { key, order, amount, name, success, fail } = button.dataset;
  const wanted = { orderId: order, orderName: name, successUrl: success, failUrl: fail };
  const money = { currency: "KRW", value: Number(amount) };
  const customerKey = window.TossPayments.ANONYMOUS;
  const toss = window.TossPayments(key);

  async function ofWidget() {
    const widgets = toss.widgets({ customerKey });
    await widgets.setAmount(money);
    await Promise.all([
      widgets.renderPaymentMethods({ selector: "#payment-method", variantKey: "DEFAULT" }),
      widgets.renderAgreement({ selector: "#agreement", variantKey: "AGREEMENT" }),
    ]);
    return () => widgets.requestPayment(wanted);
  }

  async function ofWindow() {
    const payment = toss.payment({ customerKey });
    return () => payment.requestPayment({ method: "CARD", amount: money, ...wanted });
  }

  (/_gck_/.test(key) ? ofWidget() : ofWindow()).then(function (open) {
    button.disabled = false;
    button.addEventListener("click", () => open().catch(function (error) {
      // Who closes the window comes back to this page, as if by the window itself.
      const back = new URL(fail);
      back.searchParams.set("code", error.code || "PAY_PROCESS_ABORTED");
      back.searchParams.set("message", error.message || "");
      window.location.assign(back);
    }));
  }).catch(silent);
})();
