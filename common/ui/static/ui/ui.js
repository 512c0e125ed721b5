// What the shell does by itself: live parts, dialogs, toasts. Pages work without it.
(function () {
  "use strict";

  const dialog = () => document.getElementById("dialog");
  let refreshes = !/(?:^|; )ui_refresh=off/.test(document.cookie);
  const asked = new WeakMap();

  // --- live parts: asked again while somebody looks and nothing is being decided
  function beat() {
    if (!refreshes || document.hidden || dialog()?.open) return;
    const now = Date.now();
    for (const part of document.querySelectorAll("[data-live]")) {
      const every = Number(part.dataset.live) * 1000;
      if (!asked.has(part)) asked.set(part, now);
      if (now - asked.get(part) < every || part.classList.contains("htmx-request")) continue;
      asked.set(part, now);
      window.htmx.trigger(part, "refresh");
    }
  }
  window.setInterval(beat, 500);

  document.addEventListener("submit", function (event) {
    const form = event.target.closest("[data-refresh]");
    if (!form) return;
    event.preventDefault();
    refreshes = !refreshes;
    document.cookie = "ui_refresh=" + (refreshes ? "on" : "off") + "; path=/; max-age=31536000; samesite=lax";
    for (const one of document.querySelectorAll("[data-refresh]")) {
      one.querySelector("[role=switch]").setAttribute("aria-checked", String(refreshes));
      one.querySelector("[name=refresh]").value = refreshes ? "off" : "on";
    }
  });

  // --- dialogs: what htmx put into #dialog is shown, and what opened it has the focus again
  document.addEventListener("htmx:afterSwap", function (event) {
    const box = dialog();
    if (event.detail.target !== box || !box.firstElementChild) return;
    if (!box.open) box.showModal();
    const first = box.querySelector("[autofocus], textarea, input:not([type=hidden])");
    if (first) first.focus();
  });
  document.addEventListener("htmx:beforeSwap", function (event) {
    // An answer with an error page in it is shown whole, not inside of a part.
    const { xhr, target } = event.detail;
    if (xhr.status >= 400 && target !== dialog()) {
      event.detail.shouldSwap = false;
    }
  });
  document.addEventListener("click", function (event) {
    const box = dialog();
    if (event.target.closest("[data-close]") || event.target === box) {
      if (box.open) {
        event.preventDefault();
        box.close();
      }
    }
    const dismissed = event.target.closest("[data-dismiss]");
    if (dismissed) dismissed.parentElement.remove();
    for (const open of document.querySelectorAll("details.account[open], details.menu[open]")) {
      if (!open.contains(event.target)) open.open = false;
    }
  });
  document.addEventListener("close", (event) => event.target === dialog() && dialog().replaceChildren(), true);
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    for (const open of document.querySelectorAll("details.account[open], details.menu[open]")) {
      open.open = false;
      open.querySelector("summary").focus();
    }
  });

  // --- a form that is on its way is not sent again
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-again")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "true";
    for (const button of form.querySelectorAll("button:not([type=button])")) button.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", function () {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
    for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  });

  // --- a control that sends its form when it changes; a box that ticks all of a name
  document.addEventListener("change", function (event) {
    if (event.target.closest("[data-submit]")) event.target.form.requestSubmit();
    const all = event.target.closest("[data-tick-all]");
    if (!all) return;
    for (const box of document.getElementsByName(all.dataset.tickAll)) {
      if (box.type === "checkbox" && !box.disabled) box.checked = all.checked;
    }
    document.dispatchEvent(new Event("ticked"));
  });

  // --- a server that does not answer is said once, and taken back when it does
  function silent() {
    if (document.getElementById("silent")) return;
    const note = document.getElementById("unreachable").content.firstElementChild.cloneNode(true);
    note.id = "silent";
    document.querySelector(".page-head, #content > *").after(note);
  }
  document.addEventListener("htmx:sendError", silent);

  // --- an answer that is an error is shown in a notice on top, the part stays as it was
  document.addEventListener("htmx:responseError", function (event) {
    const { xhr, target } = event.detail;
    if (target === dialog()) return;
    const read = new DOMParser().parseFromString(xhr.responseText, "text/html");
    const note = read.querySelector(".notice");
    if (!note) return silent();
    note.id = "silent";
    document.getElementById("silent")?.remove();
    document.querySelector(".page-head, #content > *").after(note);
  });
  document.addEventListener("htmx:afterOnLoad", function (event) {
    if (event.detail.xhr.status < 400) document.getElementById("silent")?.remove();
  });
})();
