// The copy kit. These files run as one function, in the order of page.py; this one is the first:
// what all of them share, and the previews.
const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const kit = JSON.parse(one("#kit-words").textContent);
const say = (name, values = {}) =>
  kit.say[name].replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
const served = location.protocol !== "file:" && location.pathname.startsWith(kit.index);
const panels = all(".panel");

// ---- previews: each in a shadow root, the looks of all platforms once ----

const looks = one("#kit-looks").content.textContent;
let sheet = null;
try {
  sheet = new CSSStyleSheet();
  sheet.replaceSync(looks);
} catch {
  // A browser that has no such sheets gets an element in every root.
}
const originals = new WeakMap(); // what is copied: previews show pictures from here
const near = /^(127\.0\.0\.1|localhost|\[::1\])$/.test(location.hostname);

for (const host of all(".look")) {
  const template = one("template[shadowrootmode]", host);
  if (template && !host.shadowRoot) {
    host.attachShadow({ mode: "open" }).append(template.content);
    template.remove();
  }
  const root = host.shadowRoot;
  if (sheet && "adoptedStyleSheets" in root) root.adoptedStyleSheets = [sheet];
  else root.append(Object.assign(document.createElement("style"), { textContent: looks }));
  for (const doc of all(".doc", root)) {
    originals.set(doc, doc.innerHTML);
    prepare(doc);
  }
  for (const frame of all("iframe", root)) {
    frame.addEventListener("load", () => {
      const inside = frame.contentDocument;
      if (!inside || !inside.body) return;
      prepare(inside);
      lighten(inside);
      const fit = () => (frame.style.height = `${inside.documentElement.scrollHeight}px`);
      fit();
      new ResizeObserver(fit).observe(inside.body);
    });
  }
  if (host.dataset.format === "text") for (const text of all(".t", root)) colour(text);
  root.addEventListener("click", (event) => {
    if (event.target.classList.contains("more")) {
      event.target.parentNode.classList.add("unfolded");
      event.target.remove();
    }
  });
  host.classList.add("alive");
}

// Previews are light, also where the machine is dark and the mail knows both.
function lighten(inside) {
  inside.documentElement.style.colorScheme = "light";
  for (const rule of [...inside.styleSheets].flatMap((each) => [...each.cssRules])) {
    if (rule.media && /dark/.test(rule.media.mediaText)) rule.media.mediaText = "not all";
  }
}

function prepare(root) {
  for (const image of all("img", root)) {
    // Not on the site yet, perhaps: the preview on this machine has it under the same path.
    if (served && near && image.src.startsWith(`${kit.home}/`)) {
      image.src = image.src.slice(kit.home.length);
    }
    image.addEventListener("error", () => away(image));
    if (image.complete && !image.naturalWidth) away(image);
  }
  for (const wide of all('[style*="overflow"]', root)) wide.tabIndex = 0;
  root.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link) return;
    event.preventDefault();
    window.open(link.href, "_blank", "noopener");
  });
}

// A picture elsewhere is not asked for: its place says what it shows.
function away(image) {
  const words = document.createElement("span");
  words.className = "away";
  words.textContent = image.alt || "…";
  image.replaceWith(words);
}

function colour(text) {
  const found = /(https?:\/\/[!-~]*[\w\/#=&%~-])|(#[^\s#，。！？、；：…,.!?;:]+#?)|(@[\w.@-]*\w)/g;
  const whole = text.textContent;
  const parts = [];
  let at = 0;
  for (const match of whole.matchAll(found)) {
    const piece = document.createElement("span");
    piece.className = match[1] ? "a" : "tag";
    piece.textContent = match[0];
    parts.push(whole.slice(at, match.index), piece);
    at = match.index + match[0].length;
  }
  if (parts.length) text.replaceChildren(...parts, whole.slice(at));
}
