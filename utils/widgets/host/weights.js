// Weight files of a page: `../weights/<name>.js`, a script because pages on disk may not fetch, loaded when a widget asks for it.

const here = document.currentScript.src;
const arriving = new Map();
const known = new Set();

/** Lets the widgets of this page load a file: one that a declaration or the page itself names. An address names none. */
export const allow = (name) => known.add(name);

/** The bytes of a weight file. Each is loaded once. */
globalThis.courseWeightFile = (name) => {
  if (!known.has(name) || !/^[\w-]+$/.test(name)) return Promise.reject(new Error(`This page has no weights ${name}.`));
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
