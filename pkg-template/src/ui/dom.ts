// Creates elements without markup and inline styles, as a strict CSP requires.

export type Child = Node | string | null | false | undefined;

type Props = Record<string, string | number | boolean | ((event: Event) => void) | null | undefined>;

/**
 * Creates an element. Functions are listeners of `on…` properties, `true` is an empty attribute, `null` and `false`
 * none.
 */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(
    ...children.filter((child): child is Node | string => child !== null && child !== false && child !== undefined),
  );
  return element;
}

/** Sets a text only if it differs, so that a live region announces it once. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
