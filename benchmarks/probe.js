// Runs inside the page before anything else: notes when the pointer goes down, when something is sent and received,
// and when anything is drawn (canvas calls, SVG and DOM changes of the main area).
(() => {
  const probe = window.__probe = {
    pointer: 0, draw: 0, dom: 0, sent: 0, received: 0, bytes: 0, state: null, longTasks: [],
  };
  for (const name of ["stroke", "fill", "fillText", "drawImage", "fillRect", "strokeRect", "putImageData"]) {
    const original = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...args) {
      probe.draw = performance.now();
      return original.apply(this, args);
    };
  }

  const send = WebSocket.prototype.send;
  const heard = new WeakSet();
  WebSocket.prototype.send = function (data) {
    probe.sent = performance.now();
    if (!heard.has(this)) {
      heard.add(this);
      this.addEventListener("message", (event) => {
        probe.received = performance.now();
        probe.bytes += event.data.byteLength || event.data.size || event.data.length || 0;
      });
    }
    return send.call(this, data);
  };

  const watch = () => {
    new MutationObserver((changes) => {
      const app = document.querySelector('[data-testid="stApp"]');
      probe.state = app && app.getAttribute("data-test-script-state");
      for (const change of changes) {
        if (change.type === "attributes" && change.attributeName !== "d") continue;
        const node = change.target.nodeType === 1 ? change.target : change.target.parentElement;
        const inMain = node && node.closest && node.closest('[data-testid="stMain"]');
        if (inMain && !node.closest('[data-testid="stSelectbox"]')) probe.dom = performance.now();
      }
    }).observe(document.documentElement, {
      subtree: true, childList: true, characterData: true,
      attributes: true, attributeFilter: ["d", "data-test-script-state"],
    });
    document.addEventListener("pointerdown", () => { probe.pointer = performance.now(); }, true);
  };
  if (document.documentElement) watch(); else document.addEventListener("DOMContentLoaded", watch);

  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) probe.longTasks.push([entry.startTime, entry.duration]);
  }).observe({ entryTypes: ["longtask"] });

  // Resolves when the script is done and nothing has been drawn or received for `quiet` ms.
  window.__settled = ({ since, quiet, timeout, needsRun, needsChart }) => new Promise((resolve) => {
    const began = performance.now();
    const look = () => {
      const now = performance.now();
      const last = Math.max(probe.draw, probe.dom);
      const app = document.querySelector('[data-testid="stApp"]');
      const idle = app && app.getAttribute("data-test-script-state") === "notRunning";
      const ran = !needsRun || (probe.sent >= since && probe.received >= probe.sent && now - probe.received > quiet);
      const drawn = !needsChart || probe.draw > since || document.querySelector("svg.marks, .vega-embed svg");
      const ok = Boolean(idle && ran && drawn && last > since && now - last > quiet);
      if (ok || now - began > timeout) {
        const busy = probe.longTasks.filter((task) => task[0] >= since).reduce((sum, task) => sum + task[1], 0);
        resolve({ ok, last, sent: probe.sent, received: probe.received, busy });
      } else {
        setTimeout(look, 25);
      }
    };
    look();
  });
})();
