// Pictures: all of them at the end, and on each panel those of its platform.
const gallery = one("#kit-pictures");
if (gallery) {
  deal();
  if (served && !all("li", gallery).length) ask(true);
}
function deal() {
  const made = all(":scope > ul > li", gallery);
  one("[data-all]", gallery).hidden = !made.length;
  for (const section of all(".panel section.pictures")) {
    const shapes = section.closest(".panel").dataset.shapes.split(" ");
    const own = made.filter((each) => {
      const { kind, shape } = each.dataset;
      return shapes.includes(kind === "page" ? "pages" : kind) || shapes.includes(shape) && kind === "cover";
    });
    section.hidden = !own.length;
    one("ul", section).replaceChildren(...own.map((each) => each.cloneNode(true)));
    const look = one(".look", section.closest(".panel"));
    if (own.length) look.style.setProperty("--cover", `url("${one("img", own[0]).src}")`);
  }
}
async function ask(first) {
  const state = one("#kit-state");
  const line = (words) => {
    if (state.textContent !== words) state.textContent = words;
    state.hidden = !words;
  };
  let answer;
  try {
    answer = await json(kit.made);
  } catch {
    return line("");
  }
  if (answer.pictures.length) {
    for (const each of answer.pictures) add(each);
    one("#kit-making").hidden = true;
    line(first ? "" : say("ready"));
    deal();
  }
  if (answer.making) {
    one("#kit-making").hidden = true;
    line(say("making"));
    setTimeout(ask, 800);
  } else if (answer.error) line(answer.error);
}
function add(made) {
  if (all("li .button", gallery).some((each) => each.download === made.file)) return;
  const item = one("#kit-figure").content.firstElementChild.cloneNode(true);
  const address = encodeURIComponent(made.file);
  item.dataset.kind = made.kind;
  item.dataset.shape = made.shape;
  one(".open", item).href = one(".button", item).href = address;
  one(".button", item).download = made.file;
  one(".alt", item).textContent = made.alt;
  one(".size", item).textContent = `${made.width} × ${made.height}`;
  const { width, height, alt } = made;
  Object.assign(one("img", item), { width, height, alt, src: address });
  one("ul", gallery).append(item);
}
async function download(section) {
  for (const link of all("a[download]", section)) {
    link.click();
    // A browser takes one at a time.
    await new Promise((done) => setTimeout(done, 400));
  }
}
