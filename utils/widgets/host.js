// The page's host: makes widgets of `<div class="course-widget">`, without kernel, server or network.
//
// A classic script, because a page opened from disk may load no other kind. Before it come one script for each module and one
// declaration for each widget (written by bundle.py); `../weights/<name>.js` holds a weight file and is loaded when a widget
// asks for it.
(() => {
  const here = document.currentScript.src;
  const widgets = [];

  // ---- weight files

  const arriving = new Map();
  const known = new Set(); // the files that a declaration or the page itself names; an address names none

  /** The bytes of a weight file, through a script tag, because pages on disk may not fetch. Each file is loaded once. */
  globalThis.courseWeightFile = (name) => {
    if (!known.has(name) || !/^[\w-]+$/.test(name))
      return Promise.reject(new Error(`This page has no weights ${name}.`));
    if (!arriving.has(name)) arriving.set(name, load(name));
    return arriving.get(name);
  };

  function load(name) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL(`../weights/${name}.js`, here);
      script.onload = () => {
        const text = globalThis.courseWeights?.[name];
        delete globalThis.courseWeights?.[name];
        try {
          resolve(Uint8Array.from(atob(text ?? ","), (letter) => letter.charCodeAt(0)));
        } catch {
          reject(
            new Error(`The weight file ${name}.js is truncated or damaged: get the folder _static of the book again.`),
          );
        }
      };
      script.onerror = () =>
        reject(new Error(`The weight file ${name}.js is missing: the folder _static/weights belongs to this page.`));
      document.head.append(script);
    });
  }

  // ---- the state

  /** What anywidget offers a front-end module, here without a kernel behind it. */
  function createModel(state, onSave) {
    const listeners = new Map();
    return {
      get: (name) => state[name],
      set(name, value) {
        if (Object.is(state[name], value)) return;
        state[name] = value;
        for (const listener of [...(listeners.get(`change:${name}`) ?? [])]) listener(value);
      },
      on: (event, listener) => listeners.set(event, (listeners.get(event) ?? new Set()).add(listener)),
      off: (event, listener) => listeners.get(event)?.delete(listener),
      save_changes: onSave,
    };
  }

  const numbers = {
    number: (value) => value,
    integer: Math.round,
  };

  /** A value from an address as a rule of `state.py` allows it, or undefined. Numbers out of bounds take the nearest one inside. */
  function allowed(value, rule, state) {
    if (rule.kind in numbers) {
      if (!Number.isFinite(value)) return undefined;
      const most = rule.indexes ? state[rule.indexes].length - 1 : (rule.max ?? Number.MAX_VALUE);
      return Math.min(Math.max(numbers[rule.kind](value), rule.min ?? -Number.MAX_VALUE), most);
    }
    if (rule.kind === "boolean") return typeof value === "boolean" ? value : undefined;
    if (rule.kind === "choice") return rule.choices.find((choice) => choice === value);
    if (rule.kind === "text") return typeof value === "string" && value.length <= rule.most ? value : undefined;
    if (rule.kind !== "list" || !Array.isArray(value)) return undefined;
    const items = value.map((item) => allowed(item, rule.item, state));
    return items.length >= rule.least && items.length <= rule.most && !items.includes(undefined) ? items : undefined;
  }

  // ---- the address: the state that readers changed, to be shared: #Frames.frame=3&Frames-2.frame=1

  const shared = (rules) => Object.entries(rules).filter(([, rule]) => !rule.local);

  function readAddress() {
    const said = new URLSearchParams(location.hash.slice(1));
    for (const { id, rules, initial, model } of widgets) {
      for (const [trait, rule] of shared(rules)) {
        const text = said.get(`${id}.${trait}`);
        if (text === null) continue;
        try {
          const value = allowed(typeof initial[trait] === "string" ? text : JSON.parse(text), rule, initial);
          if (value !== undefined) model.set(trait, value);
        } catch {
          // a damaged address: the widget keeps its own value
        }
      }
    }
  }

  function writeAddress() {
    const values = new URLSearchParams();
    for (const { id, rules, initial, model } of widgets) {
      for (const [trait, rule] of shared(rules)) {
        const now = model.get(trait);
        const text = typeof now === "string" ? now : JSON.stringify(now);
        const told = JSON.stringify(now) !== JSON.stringify(initial[trait]) && text.length <= 200;
        // what could not be read back says nothing to others: a drawing is chosen, but stays with the one who drew it
        const read = JSON.stringify(allowed(now, rule, initial)) === JSON.stringify(now);
        if (told && read) values.set(`${id}.${trait}`, text);
      }
    }
    const mine = widgets.some(({ id }) => location.hash.includes(`${id}.`));
    if (values.size || mine) history.replaceState(history.state, "", `#${values}`);
  }

  let timer;
  const writeSoon = () => {
    clearTimeout(timer); // browsers refuse more than some hundred changes of the address in half a minute
    timer = setTimeout(writeAddress, 300);
  };

  // ---- drawing

  function say(place, message) {
    const texts = ["A widget belongs here", `${message} The rest of the page does not need it.`];
    const box = document.createElement("div");
    box.className = "admonition warning";
    box.append(...texts.map((textContent) => Object.assign(document.createElement("p"), { textContent })));
    box.firstChild.className = "admonition-title";
    place.replaceChildren(box);
  }

  /** Draws a widget, once; resolves when it stands. */
  function render(widget) {
    widget.drawn ??= draw(widget);
    return widget.drawn;
  }

  async function draw({ place, model, module }) {
    nearby.unobserve(place);
    const fallback = [...place.children];
    const el = place.appendChild(document.createElement("div"));
    const end = new AbortController();
    try {
      const loaded = globalThis.courseModules?.[module];
      if (!loaded) throw new Error(`The script ${module} is missing.`);
      await loaded.default.render({ model, el, signal: end.signal });
      for (const node of fallback) node.remove();
    } catch (error) {
      end.abort();
      say(place, error.message);
    }
  }

  const nearby = new IntersectionObserver(
    (entries) => {
      for (const { target } of entries.filter(({ isIntersecting }) => isIntersecting)) {
        render(widgets.find(({ place }) => place === target));
      }
    },
    { rootMargin: "300px" },
  );

  const seen = {};
  function find(place) {
    const { widget } = place.dataset;
    const declared = globalThis.courseWidgets?.[widget];
    if (!declared) throw new Error(`The script that declares ${widget} is missing.`);
    const initial = JSON.parse(place.querySelector("script").textContent);
    seen[widget] = (seen[widget] ?? 0) + 1;
    const id = seen[widget] > 1 ? `${widget}-${seen[widget]}` : widget;
    for (const name of [...declared.weights, initial.weights]) known.add(name);
    place.id ||= id;
    const model = createModel({ ...initial, _rules: declared.rules }, writeSoon);
    place.model = model; // for the console: document.querySelector(".course-widget").model.get("noise")
    widgets.push({ place, id, initial, model, module: declared.module, rules: declared.rules });
    nearby.observe(place);
  }

  for (const place of document.querySelectorAll(".course-widget")) {
    try {
      find(place);
    } catch (error) {
      say(place, error.message);
    }
  }
  readAddress();
  addEventListener("hashchange", readAddress);

  // ---- headings stay where a link leads, although widgets grow on the way

  /** What the address leads to: a heading, or the first widget whose state it holds. */
  function target() {
    const hash = location.hash.slice(1);
    const named = [...document.querySelectorAll("[id]")].find(
      ({ id }) => id === hash || encodeURIComponent(id) === hash,
    );
    return named ?? widgets.find(({ id }) => hash.includes(`${id}.`))?.place;
  }

  let held = null; // where a link led, and where it stood then; null once the reader moves
  function hold(node) {
    node?.scrollIntoView({ behavior: "instant" });
    held = node && { node, top: node.getBoundingClientRect().top, scroll: scrollY };
  }
  function keep() {
    if (!held) return;
    const moved = Math.abs(held.node.getBoundingClientRect().top - held.top) > 1;
    if (moved && Math.abs(scrollY - held.scroll) > 1)
      held = null; // the reader scrolled
    else hold(held.node);
  }
  const release = () => hold(null);
  for (const kind of ["wheel", "touchstart", "pointerdown", "keydown"])
    addEventListener(kind, release, { passive: true });
  new ResizeObserver(keep).observe(document.body);
  addEventListener("hashchange", () => hold(target()));
  addEventListener("click", (event) => event.target.closest?.("a[href^='#']") && setTimeout(() => hold(target())));
  hold(target());

  // ---- print: every widget stands on paper, visited or not

  const renderAll = () => Promise.all(widgets.map(render));
  const print = window.print.bind(window);
  window.print = () => renderAll().then(print);
  addEventListener("beforeprint", renderAll); // from the browser's menu: those that wait for weights may come too late
  addEventListener("keydown", (event) => {
    if (event.key !== "p" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    window.print();
  });
})();
