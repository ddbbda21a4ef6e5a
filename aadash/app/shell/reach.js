(() => {
  if (window.aadashReach) return;
  window.aadashReach = true;
  // A change of page is one step in the history. Streamlit makes three of it: the old page without its plan, the new page without
  // one, the new page with its plan. The first is dropped unless nothing follows it, the second becomes the third.
  const push = history.pushState.bind(history);
  let cleared = 0;
  history.pushState = (state, title, url) => {
    const to = new URL(url, location.href), here = to.pathname === location.pathname;
    clearTimeout(cleared);
    const alone = () => {
      const running = document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState !== "notRunning";
      if (running) cleared = setTimeout(alone, 500);
      else push(state, title, url);
    };
    if (here && location.search && !to.search) cleared = setTimeout(alone, 1500);
    else if (here && to.search && !location.search) history.replaceState(state, title, url);
    else push(state, title, url);
  };
  const find = (what) => document.querySelector(what);
  // Nothing but the name is shown before the title, for eight seconds at most, nor, for three more, before what is under it has its
  // place: grey bars and paragraphs would jump aside as the rest comes.
  const root = document.documentElement.classList, seen = () => root.remove("aadash-wait");
  let titled = 0;
  root.add("aadash-wait");
  setTimeout(() => titled || seen(), 8000);
  function waiting() {
    if (!root.contains("aadash-wait")) return;
    const now = performance.now();
    if (find(".stMain h1,.stMain .stAlert")) titled ||= now;
    const run = find(".stApp")?.dataset.testScriptState === "notRunning", grey = find('.stMain [data-testid="stSkeleton"]');
    const still = run && !grey && document.fonts.status === "loaded";
    if (titled && (still || now - titled > 3000)) requestAnimationFrame(seen);
    setTimeout(waiting, 40);
  }
  waiting();
  // The place of a chart is kept until it is drawn: its height is told under it.
  function rooms() {
    const kept = new Map();
    for (const mark of document.querySelectorAll("[data-room]")) {
      const place = mark.closest(".stElementContainer")?.previousElementSibling;
      if (place) kept.set(place, `${mark.dataset.room}px`);
    }
    for (const place of document.querySelectorAll("[data-kept]")) {
      if (kept.has(place)) continue;
      place.style.minHeight = "";
      delete place.dataset.kept;
    }
    for (const [place, height] of kept) {
      if (place.style.minHeight === height) continue;
      place.style.minHeight = height;
      place.dataset.kept = "";
    }
  }
  const said = document.createElement("div");
  said.id = "aadash-said";
  said.setAttribute("role", "status");
  said.style.cssText = "position:fixed;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)";
  document.body.append(said);
  const spoken = () => { const mark = find(".aadash-lang"); if (mark) document.documentElement.lang = mark.dataset.lang; };
  let path = location.pathname, answer = null, timer = 0, pressed = false, theme = "";
  const words = () => [...document.querySelectorAll(".aadash-answer .said")].map((e) => e.textContent).join(" ");
  function look() {
    const app = find('[data-testid="stApp"]');
    if (!app || app.dataset.testScriptState !== "notRunning") return later();
    spoken();
    const title = find('[data-testid="stMain"] h1'), now = words();
    const moved = location.pathname !== path, lost = document.activeElement === document.body && pressed;
    const aim = (!moved && find(".aadash-answer")) || title;  // what was pressed is gone: what came of it is said in the answer
    if ((moved || lost) && aim) {
      aim.tabIndex = -1;
      aim.focus({ preventScroll: true });
    }
    if (!moved && answer !== null && now && now !== answer) said.textContent = now;
    dress(getComputedStyle(app).colorScheme);
    said.dataset.heard = path = location.pathname;
    answer = now;
    pressed = false;
  }
  document.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") pressed = true; }, true);
  // Words of Streamlit's own, which it has in English alone: its place for files, the pages on a phone, what stands under a field, and
  // of an address without a page. A node keeps what it was, so that English comes back.
  const OWN = [
    ['[data-testid="stFileUploaderDropzone"] button p', /^Upload$/, "upload"],
    ['[data-testid="stFileUploaderDropzoneInstructions"] span', / per file$/, "size"],
    ['[data-testid="stSidebarNavViewButton"]', /^View \d+ more$/, "more"],
    ['[data-testid="stSidebarNavViewButton"]', /^View less$/, "less"],
    ['[data-testid="InputInstructions"] span', /^Press Enter to apply$/, "enter"],
    ['[data-testid="InputInstructions"] span', /^Press .+\+Enter to apply$/, "with"],
    ['[role="listbox"][data-empty="true"] span', /^No results$/, "none"],
    ['[role="dialog"] h2', /^Page not found$/, "lost"],
    ['[role="dialog"] h2+div>div', / Running the app's main page\.$/, "first"],
  ];
  const told = () => Object.assign({}, ...[...document.querySelectorAll(".aadash-lang i")].map((one) => one.dataset));
  // What takes longer than a second is seen to be computed, where no bar of its own tells how far it is.
  const busy = document.createElement("div");
  busy.id = "aadash-busy";
  busy.setAttribute("role", "status");
  document.body.append(busy);
  let since = 0, word = "Computing …";
  setInterval(() => {
    since = find(".stApp")?.dataset.testScriptState === "running" ? since || performance.now() : 0;
    word = told().busy ?? word;
    const text = since && performance.now() - since > 1000 && !find(".stProgress") ? word : "";
    if (busy.textContent !== text) busy.textContent = text;
  }, 250);
  const owners = [...new Set(OWN.map(([where]) => where))].join();
  function own() {
    const words = told();
    for (const one of document.querySelectorAll(owners)) {
      const node = one.firstChild;
      if (!node || node.nodeType !== 3) continue;
      if (node.data !== node.said) node.own = node.data;
      const [, , key] = OWN.find(([where, of]) => one.matches(where) && of.test(node.own)) ?? [];
      node.said = words[key] || node.own;
      if (node.data !== node.said) node.data = node.said;
    }
  }
  function later() { clearTimeout(timer); timer = setTimeout(look, 500); }
  function changed() {
    rooms();
    own();
    later();
  }
  new MutationObserver(changed).observe(document.body, { subtree: true, childList: true, characterData: true });
  const phone = () => innerWidth <= 640, open = () => find('[data-testid="stSidebar"][data-collapsed="false"]');
  document.addEventListener("click", (event) => {
    const at = (what) => event.target.closest && event.target.closest(what);
    if (at(".aadash-plan") && !phone()) find('[data-testid="stSidebar"] [role="combobox"]')?.focus();
    if (!phone()) return;
    if (at(".aadash-plan") && !open()) {
      find('[data-testid="stExpandSidebarButton"]')?.click();
      setTimeout(() => find('[data-testid="stSidebarUserContent"]')?.scrollIntoView(), 350);
    }
    const menu = at('[role="option"]')?.closest('[role="listbox"]')?.getAttribute("aria-label");  // a new filter has its levels here
    const adds = find('.st-key-filter-add [role="combobox"]')?.getAttribute("aria-label");
    if (menu && menu !== adds && open()) setTimeout(() => find('[data-testid="stSidebarCollapseButton"] button')?.click(), 50);
  }, true);
  // A table is sorted by the head of a column: upwards, downwards, as it was. What is not a number stands last.
  const worth = (cell) => {
    const text = cell.textContent.replaceAll("\u2212", "-").replace(/(\d)[\u00a0\u2009\u202f ](?=\d{3}\b)/g, "$1");
    const share = text.match(/\d+\/\d+ \((-?[\d.]+)/), first = share || text.match(/^\D{0,12}?(-?\d[\d.]*)/);
    return first ? Number(first[1]) - (/^\s*</.test(text) ? 1e-9 : 0) : NaN;
  };
  function sort(head) {
    const table = head.closest("table"), body = table.tBodies[0], heads = [...head.parentElement.cells], at = head.cellIndex;
    const rows = [...body.rows];
    rows.forEach((row, i) => { row.dataset.at ??= i; });
    const next = { none: "ascending", ascending: "descending", descending: "none" }[head.getAttribute("aria-sort")];
    heads.forEach((one) => one.setAttribute("aria-sort", one === head ? next : "none"));
    const values = new Map(rows.map((row) => [row, worth(row.cells[at])])), side = next === "descending" ? -1 : 1;
    const known = rows.filter((row) => row.cells[at].textContent.trim() !== "–");
    const numbers = known.every((row) => !Number.isNaN(values.get(row)));
    const compare = (a, b) => {
      const was = a.dataset.at - b.dataset.at;
      if (next === "none") return was;
      if (known.includes(a) !== known.includes(b)) return known.includes(a) ? -1 : 1;
      const by = numbers ? values.get(a) - values.get(b)
        : a.cells[at].textContent.localeCompare(b.cells[at].textContent, document.documentElement.lang, { numeric: true });
      return side * by || was;
    };
    body.append(...rows.sort(compare));
  }
  const sorted = (event) => event.target.closest && event.target.closest(".aadash-table.sorts thead th");
  document.addEventListener("click", (event) => { if (sorted(event)) sort(sorted(event)); });
  document.addEventListener("keydown", (event) => {
    if (!sorted(event) || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    sort(sorted(event));
  });
  // On paper a chart is drawn anew as wide as the paper, so that its words keep their size: scaled with the chart they would be of 6 pt.
  // React's record of an element holds what it was made with, Vega's view among it; where it does not, the chart is scaled. 182 mm wide is
  // A4 within its margins.
  const paper = 687, screens = new Map();
  function viewOf(chart) {
    const record = Object.keys(chart).find((key) => key.startsWith("__reactFiber$"));
    for (let node = chart[record], i = 0; node && i < 12; node = node.return, i++)
      for (let hook = node.memoizedState, j = 0; hook && j < 60; hook = hook.next, j++) {
        const view = hook.memoizedState?.current;
        if (typeof view?.run === "function" && typeof view.renderer === "function") return view;
      }
  }
  const charts = ".stVegaLiteChart", columns = ":scope>.stColumn";
  function room(chart) {  // panels side by side stay so, where each column holds a chart
    const row = chart.closest(".stHorizontalBlock"), all = row ? [...row.querySelectorAll(columns)] : [];
    const beside = all.length > 1 && all.every((column) => column.querySelector(charts));
    row?.toggleAttribute("data-panels", beside);
    return beside ? (paper - 16 * (all.length - 1)) / all.length : paper;
  }
  // Words of a chart follow a change of theme by the page's style; of one drawn on canvas they can when it is drawn as lines and letters.
  function dress(now) {
    if (theme && now !== theme)
      for (const chart of document.querySelectorAll(`${charts}:has(canvas)`)) viewOf(chart)?.renderer("svg").run();
    theme = now;
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", later);
  function redrawn(view, wide, how, high) {
    try {
      if (high) view.height(high);
      view.renderer(how).width(wide).run();
    } catch (error) { /* it stays as it is */ }
  }
  // Paper is narrower than a screen: what has no rows is lower too, so that two pictures find room on a page.
  const rows = (view) => { try { return view.scale("y").bandwidth; } catch (error) { return true; } };
  // A chart that is higher than half a page goes on to the next one, between its parts or else its rows: it would begin a page of its own
  // and leave the one before it empty. One without rows or parts is cut only where it is nearly as high as a page.
  const rowed = (view) => { try { return Boolean(view.scale("y").bandwidth); } catch (error) { return false; } };
  const pieces = [];
  function cut(drawing) {
    const { top, height } = drawing.getBoundingClientRect(), [, , wide, high] = (drawing.getAttribute("viewBox") ?? "").split(" ");
    if (height < 520 || !high) return;
    const words = [...drawing.querySelectorAll("text")].map((e) => [e, e.getBoundingClientRect()]).filter(([, box]) => box.height);
    const heads = words.filter(([e]) => e.getAttribute("font-weight") === "bold");
    if (height < 800 && heads.length <= 3 && !rowed(viewOf(drawing.closest(charts)))) return;
    const cells = [...drawing.querySelectorAll(".mark-rect path")].map((e) => e.getBoundingClientRect()).filter((box) => box.height < 150);
    const whole = [...words.map(([, box]) => box), ...cells];
    const at = [0], crossed = (y) => whole.some((box) => box.top < y - 0.5 && box.bottom > y + 0.5);
    for (let y of (heads.length > 3 ? heads : words).map(([, box]) => box.top).sort((a, b) => a - b)) {
      for (const end = y - 40; y > end && crossed(y);) y -= 1;
      if (!crossed(y) && y - top - at.at(-1) > 90 && top + height - y > 90) at.push(y - top);
    }
    const scale = high / height, parts = at.map((y, i) => [y * scale, ((at[i + 1] ?? height) - y) * scale]);
    const copies = parts.slice(1).map(() => drawing.cloneNode(true));
    pieces.push([drawing, high, copies]);
    [drawing, ...copies].forEach((one, i) => {
      one.setAttribute("viewBox", `0 ${parts[i][0]} ${wide} ${parts[i][1]}`);
      one.setAttribute("height", parts[i][1]);
    });
    drawing.after(...copies);
    drawing.closest(charts).toggleAttribute("data-cut", true);
  }
  addEventListener("beforeprint", () => {
    for (const chart of document.querySelectorAll(charts)) {
      const view = viewOf(chart), drawing = chart.querySelector("svg,canvas"), { width, height } = drawing?.getBoundingClientRect() ?? {};
      if (!view || !width) continue;
      const high = rows(view) ? 0 : height;
      screens.set(view, [width, view.renderer(), high, chart]);
      redrawn(view, room(chart), "svg", Math.max(0.75 * high, Math.min(high, 240)));
    }
    for (const grid of document.querySelectorAll(".stDataFrame")) {  // a drawing as wide as the screen
      const inside = grid.querySelector(".dvn-scroller");
      const more = inside?.scrollWidth > inside?.clientWidth + 1 || inside?.scrollHeight > inside?.clientHeight + 1;
      grid.toggleAttribute("data-more", more);
      grid.style.zoom = Math.min(1, paper / grid.getBoundingClientRect().width);
    }
    for (const fold of document.querySelectorAll(".stExpander")) {  // doubts are printed, an empty fold is not
      const sign = fold.querySelector('[data-testid="stExpanderIcon"]')?.textContent;
      fold.toggleAttribute("data-doubt", /^(info|warning|more_horiz)$/.test(sign));
      fold.toggleAttribute("data-rest", sign === "more_horiz");
    }
  });
  // What holds nothing but what the style leaves out on paper takes no room there; a heading over nothing else is left out too.
  const heads = ":is(h2,h3,h4)";
  function bare() {
    const within = (sheets) => sheets.flatMap((one) => [...one.cssRules]);
    const rules = within(within([...document.styleSheets]).filter((rule) => rule.media?.mediaText === "print"));
    const off = rules.filter((rule) => rule.style?.display === "none").map((rule) => rule.selectorText).join();
    const words = (e) => [...e.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const blank = (e) => e.matches(off) || !(words(e) || e.matches("svg,canvas,img") || [...e.children].some((one) => !blank(one)));
    const blocks = ".stMain .stVerticalBlock>";
    for (const one of document.querySelectorAll(`${blocks}*`)) one.toggleAttribute("data-bare", blank(one));
    for (const heading of document.querySelectorAll(`${blocks}.stElementContainer:has(${heads})`)) {
      let next = heading.nextElementSibling;
      while (next?.matches("[data-bare]")) next = next.nextElementSibling;
      const after = next?.matches(".stElementContainer") && next.querySelector(heads)?.tagName;
      heading.toggleAttribute("data-bare", !next || after <= heading.querySelector(heads).tagName);
    }
  }
  // Words below each other (patients still followed, names of curves, long names in lines) that touch in a lower chart: it is as high as it was.
  // Nor may the title of an axis be cut off at an end of the picture.
  function crowded(chart) {
    const columns = new Map(), ends = chart.querySelector("svg")?.getBoundingClientRect();
    for (const one of chart.querySelectorAll("svg text")) {
      const { left, top, bottom, height } = one.getBoundingClientRect(), column = Math.round(left / 2);
      if (height && (top < ends.top - 1 || bottom > ends.bottom + 1) && one.closest(".role-axis-title")) return true;
      if (height && (height < 20 || one.querySelector("tspan"))) columns.set(column, [...(columns.get(column) ?? []), [top, bottom]]);
    }
    const touch = (all) => all.sort((a, b) => a[0] - b[0]).some(([top], i) => i && top < all[i - 1][1] - 4);
    return [...columns.values()].some(touch);
  }
  // Vega ends its drawing after each of these, and the pages are counted after the last.
  addEventListener("beforeprint", () => {
    for (const [view, [, , high, chart]] of screens) if (high && crowded(chart)) redrawn(view, room(chart), "svg", high);
  });
  addEventListener("beforeprint", () => {
    document.querySelectorAll(`${charts} svg`).forEach(cut);
    bare();
  });
  addEventListener("afterprint", () => {
    for (const [drawing, high, copies] of pieces.splice(0)) {
      drawing.closest(charts)?.removeAttribute("data-cut");
      drawing.setAttribute("viewBox", `0 0 ${drawing.getAttribute("width")} ${high}`);
      drawing.setAttribute("height", high);
      copies.forEach((one) => one.remove());
    }
    for (const [view, [wide, how, high]] of screens) redrawn(view, wide, how, high);
    screens.clear();
    for (const grid of document.querySelectorAll(".stDataFrame")) grid.style.zoom = "";
  });
  document.addEventListener("click", async (event) => {
    const button = event.target.closest && event.target.closest("button.aadash-copy");
    if (!button) return;
    const box = button.closest(".aadash-table,.aadash-take"), tables = [...box.querySelectorAll("table")];
    const line = (row) => [...row.cells].map((cell) => cell.textContent).join("\t");
    const text = tables.map((table) => [...table.rows].map(line).join("\n")).join("\n\n");
    const before = button.textContent, { copied, refused } = button.dataset;
    const kind = (type, text) => [type, new Blob([text.replaceAll("\u2060", "")], { type })];  // joins ranges, drawn as a box by some fonts
    try {
      const item = Object.fromEntries([kind("text/html", tables.map((table) => table.outerHTML).join("<br>")), kind("text/plain", text)]);
      await navigator.clipboard.write([new ClipboardItem(item)]);
      said.textContent = button.textContent = copied;
    } catch (error) {
      said.textContent = button.textContent = refused;
    }
    setTimeout(() => { button.textContent = before; }, 3000);
  });
  later();
})();
