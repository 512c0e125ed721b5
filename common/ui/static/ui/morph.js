// The swap style "morph": what came from the server is worked into what is shown, so that
// focus, open details, ticked boxes and the scroll position stay where they are.
(function () {
  "use strict";

  // What the person has changed on the page is theirs.
  const KEPT = { DETAILS: ["open"], DIALOG: ["open"], INPUT: ["value", "checked"], OPTION: ["selected"] };

  function morphAttributes(from, to) {
    // A hidden field is the page's own.
    const kept = from.type === "hidden" ? [] : KEPT[from.nodeName] || [];
    for (const { name, value } of to.attributes) {
      if (!kept.includes(name) && from.getAttribute(name) !== value) from.setAttribute(name, value);
    }
    for (const name of from.getAttributeNames()) {
      if (!kept.includes(name) && !to.hasAttribute(name)) from.removeAttribute(name);
    }
  }

  function sameThing(from, to) {
    return from.nodeType === to.nodeType && from.nodeName === to.nodeName && (from.id || "") === (to.id || "") && asks(from) === asks(to);
  }

  // Htmx goes on listening where its attribute is gone: such an element becomes no other one.
  function asks(node) {
    return node.nodeType === Node.ELEMENT_NODE && (node.hasAttribute("hx-get") || node.hasAttribute("hx-post"));
  }

  function morphNode(from, to) {
    if (from.isEqualNode(to)) return;
    if (from.nodeType !== Node.ELEMENT_NODE) {
      from.nodeValue = to.nodeValue;
      return;
    }
    if (from.hasAttribute("data-keep")) return;
    morphAttributes(from, to);
    if (from.nodeName !== "TEXTAREA") morphChildren(from, to);
  }

  // What stands there, by id: such an element is moved, not made anew.
  function keyed(parent) {
    const found = new Map();
    for (const child of parent.children) if (child.id) found.set(child.id, child);
    return found;
  }

  function morphChildren(from, to) {
    const known = keyed(from);
    const wanted = new Set([...to.children].map((child) => child.id).filter(Boolean));
    let here = from.firstChild;
    for (const child of [...to.childNodes]) {
      // Rows that are gone must not make those that stay move.
      while (here && here.id && !wanted.has(here.id)) here = remove(here);
      const match = child.id ? known.get(child.id) : here && sameThing(here, child) ? here : null;
      if (!match || !sameThing(match, child)) {
        from.insertBefore(child, here);
        if (child.nodeType === Node.ELEMENT_NODE) window.htmx.process(child);
        continue;
      }
      if (match === here) here = here.nextSibling;
      else from.insertBefore(match, here);
      morphNode(match, child);
    }
    while (here) here = remove(here);
  }

  function remove(node) {
    const next = node.nextSibling;
    node.remove();
    return next;
  }

  window.htmx.defineExtension("morph", {
    isInlineSwap: (style) => style === "morph",
    handleSwap: function (style, target, fragment) {
      if (style !== "morph") return false;
      const first = fragment.firstElementChild;
      if (first && first.id && first.id === target.id) morphNode(target, first);
      else morphChildren(target, fragment);
      return [target];
    },
  });
})();
