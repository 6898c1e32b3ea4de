// Where it was posted.
async function json(address, options = {}) {
  const answer = await fetch(address, { headers: { Accept: "application/json" }, ...options });
  const values = await answer.json();
  if (!answer.ok) throw new Error(values.error || "");
  return values;
}
if (served) {
  const home = one("#kit-all");
  home.hidden = false;
  if (near) {
    const site = one("#kit-site");
    if (site.href.startsWith(`${kit.home}/`)) site.href = site.href.slice(kit.home.length);
  }
  json(kit.posted).then((values) => {
    for (const form of all("form.posted")) form.hidden = false;
    for (const each of all(".recording")) each.hidden = true;
    tick(values.posted);
  }, () => {});
}
function tick(posted) {
  for (const form of all("form.posted")) {
    const panel = form.closest(".panel");
    const tab = one(`#tab-${CSS.escape(panel.id)}`);
    const copy = posted[form.dataset.platform];
    const state = one(".state", panel);
    const mark = one(".mark.done", tab);
    if (mark) mark.remove();
    state.hidden = !copy;
    one("[data-forget]", form).hidden = !copy;
    if (!copy) continue;
    const words = say(copy.old ? "old" : "posted", { date: copy.date });
    const link = Object.assign(document.createElement("a"), { href: copy.url, target: "_blank" });
    link.rel = "noopener noreferrer";
    link.textContent = words;
    state.replaceChildren(link);
    state.classList.toggle("old", Boolean(copy.old));
    form.elements.url.value = copy.url;
    const done = document.createElement("span");
    done.className = copy.old ? "mark done old" : "mark done";
    done.innerHTML = '<span class="sr"></span>';
    done.firstChild.textContent = copy.old ? words : say("marked");
    tab.append(done);
  }
}
async function keep(form, fields) {
  const error = one(".error", form);
  const field = form.elements.url;
  const body = new URLSearchParams({ platform: form.dataset.platform, ...fields });
  error.textContent = "";
  field.removeAttribute("aria-invalid");
  try {
    tick((await json(kit.posted, { method: "POST", body })).posted);
    tell(one(".state", form.closest(".panel")).textContent);
  } catch (cause) {
    const spoken = cause instanceof TypeError || cause instanceof SyntaxError ? "" : cause.message;
    error.textContent = spoken || say("unkept");
    field.setAttribute("aria-invalid", "true");
  }
}
for (const form of all("form.posted")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keep(form, { url: form.elements.url.value.trim() });
  });
  one("[data-forget]", form).addEventListener("click", () => {
    form.elements.url.value = "";
    keep(form, { url: "", remove: "1" });
  });
}
