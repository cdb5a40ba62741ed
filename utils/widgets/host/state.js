// The state of a widget in a page, and what of it an address may set.

/** What anywidget offers a front-end module, here without a kernel behind it. */
export function createModel(state, onSave) {
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
export function allowed(value, rule, state) {
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
