// A hidden tab holds no connection: browsers open only six to one host, and a page that comes
// back into view asks which revision is shown now, and reloads when it is another one.
(() => {
  const shown = document.currentScript.dataset.revision;
  let source = null;
  const stop = () => {
    if (source) source.close();
    source = null;
  };
  const listen = () => {
    if (source || document.hidden) return;
    source = new EventSource("/_preview/events");
    source.onmessage = (event) => {
      if (event.data === shown) return;
      stop();
      location.reload();
    };
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? stop() : listen()));
  addEventListener("pagehide", stop);
  addEventListener("pageshow", listen);
  listen();
})();
