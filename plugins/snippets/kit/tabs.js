// Tabs.
const tabs = all("#kit-tabs a");
const wide = matchMedia("(min-width: 60rem)");
let current = 0;
if (tabs.length) {
  const list = one("#kit-tabs");
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", one(".tabs").getAttribute("aria-label"));
  const turn = () =>
    list.setAttribute("aria-orientation", wide.matches ? "vertical" : "horizontal");
  wide.addEventListener("change", turn);
  turn();
  tabs.forEach((tab, at) => {
    tab.parentNode.setAttribute("role", "none");
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", panels[at].id);
    panels[at].setAttribute("role", "tabpanel");
    panels[at].setAttribute("aria-labelledby", tab.id);
    tab.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      turnTo(at);
    });
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const to = { Home: 0, End: tabs.length - 1, " ": at }[event.key];
      if (step === undefined && to === undefined) return;
      event.preventDefault();
      turnTo(to ?? (at + step + tabs.length) % tabs.length);
      tabs[current].focus();
    });
  });
  document.documentElement.classList.add("tabbed");
  const asked = () => panels.findIndex((each) => `#${encodeURI(each.id)}` === location.hash);
  addEventListener("hashchange", () => turnTo(Math.max(asked(), 0), false));
  turnTo(Math.max(asked(), 0), false);
}
function turnTo(at, keep = true) {
  current = at;
  tabs.forEach((tab, each) => {
    tab.setAttribute("aria-selected", String(each === at));
    tab.tabIndex = each === at ? 0 : -1;
    panels[each].hidden = each !== at;
  });
  const item = tabs[at].parentNode;
  const list = item.parentNode;
  list.scrollLeft = item.offsetLeft - (list.clientWidth - item.offsetWidth) / 2;
  if (keep) history.replaceState(null, "", `#${panels[at].id}`);
}
