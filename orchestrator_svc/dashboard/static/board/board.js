// How many rows are ticked, and addresses without what says nothing.
(function () {
  "use strict";

  function count() {
    const shown = document.getElementById("chosen-number");
    if (!shown) return;
    const ticked = document.querySelectorAll("input[name=saga]:checked:not(:disabled)").length;
    shown.textContent = String(ticked);
    shown.hidden = ticked === 0;
  }
  document.addEventListener("change", count);
  document.addEventListener("ticked", count);
  document.addEventListener("htmx:afterSettle", count);
  document.addEventListener("DOMContentLoaded", count);
  window.addEventListener("pageshow", count);

  // What a filter found is said to those who do not see it.
  document.addEventListener("htmx:afterSettle", function (event) {
    if (event.detail.requestConfig?.elt?.id !== "filters") return;
    const found = document.querySelector("#empty strong, #pages .pager p");
    document.getElementById("said").textContent = found ? found.textContent : "";
  });

  // A field left empty is no filter, so it is not in the address that one shares.
  document.addEventListener("htmx:configRequest", function (event) {
    const form = event.detail.elt.closest("[data-lean]");
    if (!form) return;
    const said = event.detail.formData;
    for (const name of new Set([...said.keys()])) {
      const first = form.elements[name].options?.[0].value;
      const values = said.getAll(name).filter((value) => value !== "" && value !== first);
      said.delete(name);
      for (const value of values) said.append(name, value);
    }
  });
})();
