// What is copied.
const shown = (row) =>
  one(`[data-n="${row.dataset.n}"]`, one(".look", row.closest(".panel")).shadowRoot);

function plain(row) {
  const apart = one(".plain", row);
  if (apart) return apart.textContent;
  return all(".t", shown(row)).map((each) => each.textContent).join("");
}

function rich(row) {
  const frame = one("iframe", shown(row));
  return frame ? frame.getAttribute("srcdoc") : originals.get(one(".doc", shown(row)));
}

async function put(text, html) {
  if (window.isSecureContext && navigator.clipboard && window.ClipboardItem) {
    try {
      const kinds = { "text/plain": new Blob([text], { type: "text/plain" }) };
      if (html) kinds["text/html"] = new Blob([html], { type: "text/html" });
      await navigator.clipboard.write([new ClipboardItem(kinds)]);
      return true;
    } catch {
      // Refused, or a frame without the right: the older way is still there.
    }
  }
  return older(text, html);
}

// A phone on the same network is served over http, where there is no navigator.clipboard.
function older(text, html) {
  const give = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    event.clipboardData.setData("text/plain", text);
    if (html) event.clipboardData.setData("text/html", html);
  };
  const selection = getSelection();
  const before = selection.rangeCount ? selection.getRangeAt(0) : null;
  const something = document.body.appendChild(document.createElement("span"));
  something.textContent = "x";
  something.className = "sr pick";
  selection.selectAllChildren(something); // Safari copies only where something is selected
  document.addEventListener("copy", give, true);
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    document.removeEventListener("copy", give, true);
    selection.removeAllRanges();
    something.remove();
    if (before) selection.addRange(before);
  }
}

const said = one("#kit-said");
function tell(words) {
  said.textContent = "";
  setTimeout(() => (said.textContent = words), 50);
}

async function press(button, text, html) {
  const copied = await put(text, html);
  tell(say(copied ? "copied" : "failed"));
  const row = button.closest(".row:not(.flow)");
  if (row && copied) row.classList.add("copied");
  button.dataset.said = copied ? say("copied") : "✕";
  button.classList.add("said");
  clearTimeout(button.timer);
  button.timer = setTimeout(() => button.classList.remove("said"), 1600);
  if (!copied) failed.hidden = false;
  return copied;
}
const failed = document.createElement("p");
failed.className = "box failed";
failed.hidden = true;
failed.textContent = say("failed");
one("main").prepend(failed);

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { copy, next, alt, command, all: everything } = button.dataset;
  if (copy) {
    const row = button.closest(".row");
    press(button, plain(row), copy === "rich" ? rich(row) : "");
  } else if (next) follow(button);
  else if (alt !== undefined) press(button, one("img", button.closest("li")).alt);
  else if (command !== undefined) press(button, one(".command", button.parentNode).textContent);
  else if (everything !== undefined) download(button.closest(".pictures"));
});

// One button for a thread: it copies part after part.
for (const button of all("[data-next]")) {
  button.hidden = false;
  offer(button, 0);
}
function parts(button) {
  return all(`.row[data-name="${button.dataset.next}"]`, button.closest(".rows"));
}
function offer(button, at) {
  const total = parts(button).length;
  button.at = at % total;
  button.textContent =
    at === total ? say("again") : say("next", { number: at + 1, total });
}
async function follow(button) {
  const at = button.at;
  const row = parts(button)[at];
  if (!(await press(button, plain(row)))) return;
  row.classList.add("copied");
  offer(button, at + 1);
}

// A line of what each press copies, for where the preview is not beside it.
for (const row of all(".row:not(.flow)")) {
  const line = document.createElement("p");
  line.className = "peek";
  line.lang = one(".look").lang;
  line.setAttribute("aria-hidden", "true");
  line.textContent = plain(row).slice(0, 160).trim();
  one(".do", row).before(line);
  const light = (on) => () => shown(row).classList.toggle("lit", on);
  for (const name of ["mouseenter", "focusin"]) row.addEventListener(name, light(true));
  for (const name of ["mouseleave", "focusout"]) row.addEventListener(name, light(false));
}
