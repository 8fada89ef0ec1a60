// Writes a document down as it stands now, without touching it: what fields hold, what is ticked
// and chosen, and what hangs in open shadow roots. What a password field holds is left out.
(limit) => {
  "use strict";
  const VOID = new Set(["area", "base", "br", "col", "embed", "frame", "hr", "img", "input", "link",
    "meta", "param", "source", "track", "wbr"]);
  const RAW = new Set(["script", "style", "xmp", "iframe", "noembed", "noframes", "plaintext"]);
  const LEFT_OUT = new Set(["noscript", "template"]);

  // A form's own properties are hidden by fields of their names: ask the prototypes.
  const from = (prototype, name) => (node) => Reflect.get(prototype, name, node);
  const attributesOf = from(Element.prototype, "attributes");
  const nameOf = from(Element.prototype, "localName");
  const shadowOf = from(Element.prototype, "shadowRoot");
  const firstOf = from(Node.prototype, "firstChild");
  const nextOf = from(Node.prototype, "nextSibling");

  let text = "";
  let cut = false;
  const put = (more) => {
    cut = cut || text.length + more.length > limit;
    if (!cut) text += more;
  };
  const escaped = (words) =>
    words.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

  const live = (element, name) => {
    const held = new Map();
    for (const { name, value } of attributesOf(element)) held.set(name, value);
    const mark = (name, set) => (set ? held.set(name, "") : held.delete(name));
    if (name === "input") {
      if (["checkbox", "radio"].includes(element.type)) mark("checked", element.checked);
      else if (["password", "file"].includes(element.type)) held.delete("value");
      else held.set("value", element.value);
    } else if (name === "textarea" || name === "select") {
      held.set("value", element.value);
    } else if (name === "option") {
      mark("selected", element.selected);
    }
    return held;
  };

  const writeAll = (parent, raw) => {
    for (let node = firstOf(parent); node && !cut; node = nextOf(node)) {
      if (node.nodeType === Node.ELEMENT_NODE) write(node);
      else if (node.nodeType === Node.TEXT_NODE || node.nodeType === Node.CDATA_SECTION_NODE)
        put(raw ? node.data : escaped(node.data));
    }
  };

  const write = (element) => {
    const name = nameOf(element);
    if (LEFT_OUT.has(name)) return;
    put("<" + name);
    for (const [attribute, value] of live(element, name)) put(` ${attribute}="${escaped(value)}"`);
    put(">");
    if (VOID.has(name)) return;
    const shadow = shadowOf(element);
    if (shadow) writeAll(shadow, false);
    if (name === "textarea") put(escaped(element.value));
    else writeAll(element, RAW.has(name));
    put(`</${name}>`);
  };

  const type = document.contentType;
  if (type === "text/html" || type === "application/xhtml+xml") {
    put(document.doctype ? "<!DOCTYPE html>" : "");
    if (document.documentElement) write(document.documentElement);
  } else if (type.endsWith("xml")) {
    // Chromium shows XML in a page of its own that keeps the source inside.
    const source = document.getElementById("webkit-xml-viewer-source-xml");
    const roots = source ? [...source.childNodes] : [document];
    put(roots.map((root) => new XMLSerializer().serializeToString(root)).join(""));
  } else {
    put(document.querySelector("pre")?.textContent ?? document.documentElement?.textContent ?? "");
  }
  return { url: location.href, type, text, cut, whole: document.readyState !== "loading" };
}
