// The page's host: makes widgets of `<div class="course-widget">`, without kernel, server or network.
//
// A classic script, because a page opened from disk may load no other kind. Before it come one script for each module
// (written by bundle.py); `../weights/<name>.js` holds a weight file and is loaded when a widget asks for it.
(() => {
  const here = document.currentScript.src;
  const arriving = {};

  /** The bytes of a weight file, through a script tag, because pages on disk may not fetch. Each file is loaded once. */
  globalThis.courseBlob = (name) =>
    (arriving[name] ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL(`../weights/${name}.js`, here);
      script.onload = () => {
        const text = globalThis.courseBlobs?.[name];
        if (text === undefined) reject(new Error(`The weight file ${name}.js is truncated.`));
        else resolve(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
        delete globalThis.courseBlobs?.[name];
      };
      script.onerror = () => reject(new Error(`The weight file ${name}.js is missing.`));
      document.head.append(script);
    }));

  /** What anywidget offers a front-end module, here without a kernel behind it. */
  function createModel(state, onSave) {
    const listeners = {};
    const emit = (event, value) => [...(listeners[event] ?? [])].forEach((listener) => listener(value));
    return {
      get: (name) => state[name],
      set(name, value) {
        if (Object.is(state[name], value)) return;
        state[name] = value;
        emit(`change:${name}`, value);
      },
      on: (event, listener) => (listeners[event] ??= new Set()).add(listener),
      off: (event, listener) => listeners[event]?.delete(listener),
      save_changes: onSave,
    };
  }

  // The state that readers changed stands in the address, to be shared: #Frames.frame=3&Frames-2.frame=1
  const widgets = [];
  const seen = {};

  function readAddress() {
    for (const [key, text] of new URLSearchParams(location.hash.slice(1))) {
      const widget = widgets.find(({ id }) => key.startsWith(`${id}.`));
      const trait = widget && key.slice(widget.id.length + 1);
      if (!widget || !(trait in widget.initial) || widget.local.includes(trait)) continue;
      const kind = typeof widget.initial[trait];
      try {
        const value = kind === "string" ? text : JSON.parse(text);
        if (typeof value === kind) widget.model.set(trait, value);
      } catch {
        // a damaged address: the widget keeps its own value
      }
    }
  }

  function writeAddress() {
    const values = new URLSearchParams();
    for (const { id, initial, local, model } of widgets) {
      for (const [trait, value] of Object.entries(initial)) {
        const now = model.get(trait);
        const text = typeof now === "string" ? now : JSON.stringify(now);
        if (local.includes(trait) || JSON.stringify(now) === JSON.stringify(value) || text.length > 200) continue;
        values.set(`${id}.${trait}`, text);
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

  async function render({ place, model, module }) {
    const fallback = [...place.children];
    const el = place.appendChild(document.createElement("div"));
    try {
      const loaded = globalThis.courseModules?.[module];
      if (!loaded) throw new Error(`The script ${module} is missing.`);
      await loaded.default.render({ model, el });
      fallback.forEach((node) => node.remove());
    } catch (error) {
      const texts = ["A widget belongs here", `${error.message} The rest of the page does not need it.`];
      const [title, reason] = texts.map((textContent) => Object.assign(document.createElement("p"), { textContent }));
      title.className = "admonition-title";
      el.className = "admonition warning";
      el.replaceChildren(title, reason);
      place.replaceChildren(el);
    }
  }

  const nearby = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue;
        nearby.unobserve(target);
        render(widgets.find(({ place }) => place === target));
      }
    },
    { rootMargin: "300px" },
  );

  for (const place of document.querySelectorAll(".course-widget")) {
    const { widget, module, local = "" } = place.dataset;
    seen[widget] = (seen[widget] ?? 0) + 1;
    const initial = JSON.parse(place.querySelector("script").textContent);
    const model = createModel({ ...initial }, writeSoon);
    const id = seen[widget] > 1 ? `${widget}-${seen[widget]}` : widget;
    widgets.push({ place, module, id, initial, model, local: local.split(" ") });
    nearby.observe(place);
  }
  readAddress();
  addEventListener("hashchange", readAddress);
  widgets.find(({ id }) => location.hash.includes(`${id}.`))?.place.scrollIntoView();
})();
